"""Tools that nobody here wrote, as a world: those of an MCP server, or a set of Python functions.

The tasks come from a file (see `trajgym.gym_envs.foreign.tasks`), every call is recorded, and what is right is what the task's
checks say; a task without checks is played, recorded and not judged.
"""

from trajgym.gym_envs.foreign.brought import BroughtWorld
from trajgym.gym_envs.foreign.functions import Functions
from trajgym.gym_envs.foreign.source import Session, Source, ToolSpec
from trajgym.gym_envs.foreign.tasks import TaskRow, read_rows, read_tasks

__all__ = ["BroughtWorld", "Functions", "Session", "Source", "TaskRow", "ToolSpec", "read_rows", "read_tasks"]
