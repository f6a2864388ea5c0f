"""A chat bot with a handful of small tools: pick the right one, two, or none."""

from trajgym.gym_envs.tool_picker.world import ToolPicker

WORLD = ToolPicker()
