"""Workflows as graphs: read them, edit them without breaking them, run them on a sample."""

from trajgym.gym_envs.graph_editor.world import WORLD

__all__ = ["WORLD"]
