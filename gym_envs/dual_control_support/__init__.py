"""A telecom's support desk: accounts and lines on one side, the user's own phone on the other."""

from trajgym.gym_envs.dual_control_support.world import DualControlSupport

WORLD = DualControlSupport()
