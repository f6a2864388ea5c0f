"""Chains of documents: from a thing the user names, by way of what its documents name, to what is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.knowledge_desk.data import KINDS, Link
from trajgym.gym_envs.knowledge_desk.library import Library, Thing, library


class Path(NamedTuple):
    """`links[i]` leads from ``things[i]`` to ``things[i + 1]``."""

    things: tuple[Thing, ...]
    links: tuple[Link, ...]


_ENDS: dict[str, Callable[[Thing], bool]] = {
    "open": lambda thing: bool(thing.docs) and not thing.confidential,
    "confidential": lambda thing: thing.confidential,
    "person": lambda thing: bool(thing.docs) and thing.kind == "person",
    "unwritten": lambda thing: not thing.docs,
}


def paths(state: Backend, hops: int, end: str) -> list[Path]:
    """All chains over `hops` documents whose last thing is ``open`` (it has documents), ``confidential``, a ``person``,
    or ``unwritten`` (it has none); of fewer hops where there is no such chain."""
    name = f"paths/{hops}/{end}"
    found: list[Path] | None = state.facts.get(name)
    if found is None:
        lib = library(state)
        starts = [thing for things in lib.written.values() for thing in things]
        found = [path for start in starts for path in _from(lib, Path((start,), ()), hops, end)]
        found = state.facts[name] = found or (paths(state, hops - 1, end) if hops > 1 else [])
    return found


def _from(lib: Library, path: Path, hops: int, end: str) -> list[Path]:
    last = path.things[-1]
    if len(path.things) == hops:
        return [path] if _ENDS[end](last) else []
    if not last.docs or last.confidential:
        return []
    found: list[Path] = []
    for link in KINDS[last.kind].links:
        if link.key in last.stated:
            target = lib.things[last.stated[link.key].value]
            if all(target.token != thing.token for thing in path.things):
                found += _from(lib, Path((*path.things, target), (*path.links, link)), hops, end)
    return found
