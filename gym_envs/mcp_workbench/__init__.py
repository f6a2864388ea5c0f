"""A workbench of MCP servers (notes, a store, issues, a calculator), reached through a gateway: list, then call."""

from trajgym.gym_envs.mcp_workbench.world import WORLD

__all__ = ["WORLD"]
