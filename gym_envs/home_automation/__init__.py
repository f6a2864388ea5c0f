"""A home: rooms, devices, sensors, scenes, rules and an alarm, over a day that can be run ahead."""

from trajgym.gym_envs.home_automation.world import WORLD

__all__ = ["WORLD"]
