"""A business database: explore it, query it, change rows with care."""

from trajgym.gym_envs.sql_analyst.world import WORLD

__all__ = ["WORLD"]
