"""A workshop: work out what a thing is made of, take the materials, craft it part by part."""

from trajgym.gym_envs.craft_world.world import WORLD

__all__ = ["WORLD"]
