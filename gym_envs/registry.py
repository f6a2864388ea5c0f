"""The worlds, found by their folders: nothing is listed anywhere, and finding a world imports none."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from trajgym.config import did_you_mean
from trajgym.errors import TrajgymError
from trajgym.gym_envs.world import World

_WORLD = re.compile(r"^WORLD\b|\bimport\b.*\bWORLD\b", re.MULTILINE)


def names(folder: Path = Path(__file__).parent) -> list[str]:
    """The worlds in `folder`, sorted: the packages that have a ``world.py`` or whose ``__init__.py`` defines ``WORLD``."""
    return sorted(place.name for place in folder.iterdir() if place.name.isidentifier() and _is_world(place))


def _is_world(place: Path) -> bool:
    package = place / "__init__.py"
    if not package.is_file():
        return False
    return (place / "world.py").is_file() or _WORLD.search(package.read_text(encoding="utf-8")) is not None


_BROUGHT: dict[str, World] = {}
"""Worlds that were brought to this process, by name."""


def bring(world: World) -> None:
    """Make a world that has no folder known to this process; one of the same name is replaced."""
    if world.name in names():
        raise TrajgymError(f"There is a world {world.name!r} already.", "Give yours another name.")
    _BROUGHT[world.name] = world


def load(name: str) -> World:
    """The world called `name`, one object for each process.

    Raises TrajgymError when there is none.
    """
    return _BROUGHT.get(name) or _load(name)


@lru_cache(maxsize=256)
def _load(name: str) -> World:
    known = names()
    if name not in known:
        raise TrajgymError(f"There is no world {name!r}.", did_you_mean(name, known))
    world = getattr(import_module(f"trajgym.gym_envs.{name}"), "WORLD", None)
    if not isinstance(world, World) or world.name != name:
        raise TrajgymError(
            f"The folder gym_envs/{name} has no world called {name!r}.",
            "Its __init__.py must set WORLD to an instance of World whose name is that of the folder.",
        )
    return world
