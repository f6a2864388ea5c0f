"""A tracker behind a real HTTP service: sign in, read its description, page through lists, change tickets."""

from trajgym.gym_envs.http_api.world import WORLD

__all__ = ["WORLD"]
