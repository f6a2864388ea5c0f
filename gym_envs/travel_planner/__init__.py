"""Flights, trains and hotels: find the one offer that fits, add it up, book it."""

from trajgym.gym_envs.travel_planner.world import WORLD

__all__ = ["WORLD"]
