"""A pharmacy's swarm: triage hands over to pharmacist, orders or safety; each has its own tools and prompt."""

from trajgym.gym_envs.pharma_swarm.world import WORLD

__all__ = ["WORLD"]
