"""trajgym: a gym that makes training data for tool-using agents.

    run = trajgym.Run("runs/a")
    run.generate(worlds=["retail_desk"], n=100, seed=7)
    run.filter()
    run.export("data/a")

Importing it is cheap: names are looked up when they are used, and the worlds are registered with Gymnasium, by strings and
unopened, as soon as Gymnasium is there, so that ``gymnasium.make("trajgym:trajgym/RetailDesk-v0")`` works.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trajgym.api import Run as Run
    from trajgym.config import RunConfig as RunConfig
    from trajgym.errors import TrajgymError as TrajgymError
    from trajgym.gym_envs.user.who import Persona as Persona
    from trajgym.gym_envs.user.who import persona_of as persona_of
    from trajgym.splits import split_of as split_of
    from trajgym.task import Task as Task
    from trajgym.trajectory import Pair as Pair
    from trajgym.trajectory import Trajectory as Trajectory
    from trajgym.trajectory import context as context

_PLACES = {
    "Run": "trajgym.api",
    "RunConfig": "trajgym.config",
    "TrajgymError": "trajgym.errors",
    "Task": "trajgym.task",
    "Pair": "trajgym.trajectory",
    "Trajectory": "trajgym.trajectory",
    "context": "trajgym.trajectory",
    "Persona": "trajgym.gym_envs.user.who",
    "persona_of": "trajgym.gym_envs.user.who",
    "split_of": "trajgym.splits",
}
_WORLD = re.compile(r"^WORLD\b|\bimport\b.*\bWORLD\b", re.MULTILINE)
__all__ = [
    "Pair",
    "Persona",
    "Run",
    "RunConfig",
    "Task",
    "Trajectory",
    "TrajgymError",
    "context",
    "persona_of",
    "register_envs",
    "split_of",
    "world_folders",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'trajgym' has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_PLACES})


def register_envs() -> list[str]:
    """Register every world with Gymnasium and return the ids; those registered already stay as they are.

    It happens by itself when trajgym is imported after Gymnasium, as ``gymnasium.make("trajgym:...")`` does.
    """
    import gymnasium

    ids = []
    for world in world_folders():
        name = f"trajgym/{''.join(word.capitalize() for word in world.split('_'))}-v0"
        if name not in gymnasium.registry:
            gymnasium.register(name, "trajgym.gym_envs.env:ToolEnv", kwargs={"world": world})
        ids.append(name)
    return ids


def world_folders() -> list[str]:
    """The names of the worlds, sorted: the packages in ``gym_envs`` that define ``WORLD``. None is imported."""
    packages = (Path(__file__).parent / "gym_envs").glob("*/__init__.py")
    return sorted(package.parent.name for package in packages if _defines_world(package))


def _defines_world(package: Path) -> bool:
    return package.with_name("world.py").is_file() or _WORLD.search(package.read_text("utf-8")) is not None


if "gymnasium" in sys.modules:
    register_envs()
