"""The stream of a world's tasks: task i is a function of (world, seed, i, level), however many are made.

The stream goes in blocks of 100, each with the same share of every task class in an order of its own. The k-th task of a
class takes row k of the class's covering array (see `trajgym.gym_envs.user.design`), so that a few hundred tasks hold every
pair of behaviours, and after that a row drawn towards a target (see `trajgym.gym_envs.user.targets`), on which task i
depends, too.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from trajgym.errors import TrajgymError
from trajgym.gym_envs.faults import FAULTS, RETRYABLE
from trajgym.gym_envs.lens import STYLES
from trajgym.gym_envs.user.design import covering_array, regions
from trajgym.gym_envs.user.quotas import cell_of, classes_of, row_within, words
from trajgym.gym_envs.user.space import BIT, profile_of, space
from trajgym.gym_envs.user.targets import MIXED, Target, draw, target_of
from trajgym.gym_envs.world import BACKENDS, VIEWS, World
from trajgym.seeding import Rng
from trajgym.task import TASK_CLASSES, Task

SHARES = {
    "act": 55,
    "ask_first": 12,
    "answer_no_tool": 8,
    "refuse_policy": 8,
    "infeasible": 7,
    "recover": 6,
    "inject": 4,
}
"""Tasks of each class in a block of 100."""

BLOCK = 100
_DRAWS = 16
"""Rows drawn at a time: seeding a stream of draws costs as much as drawing a row."""
_JSON_SHARE = 0.4
_MISSING_TOOL = BIT["feasibility", "missing_tool"]


class _Place(NamedTuple):
    """What the block says about one task. `rank`: it is the rank-th task of its class in the stream's block."""

    task_class: str
    rank: int
    backend: int
    view: int
    json: float
    parallel: bool
    spare: float
    """A draw for what only some classes need."""


@lru_cache(maxsize=64)
def shares(world: World) -> dict[str, int]:
    """How many tasks of each class a block of the world's stream has: `SHARES`, scaled to the classes that the world
    has and that its user dimensions allow. Raises TrajgymError when there is none."""
    weights = {name: SHARES[name] for name in TASK_CLASSES if name in world.classes and regions(world, name)}
    if not weights:
        raise TrajgymError(f"World {world.name} has no task class that its user dimensions allow.", "See World.dims.")
    total = sum(weights.values())
    counts = {name: BLOCK * weight // total for name, weight in weights.items()}
    rest = sorted(weights, key=lambda name: -(BLOCK * weights[name] % total))  # ties: the order of TASK_CLASSES
    for name in rest[: BLOCK - sum(counts.values())]:
        counts[name] += 1
    return counts


@lru_cache(maxsize=64)
def _block(world: World, seed: int, number: int) -> list[_Place]:
    rng = Rng("block", world.name, seed, number)
    order = [name for name, count in shares(world).items() for _ in range(count)]
    rng.shuffle(order)
    seen = dict.fromkeys(SHARES, 0)
    places = []
    for name in order:
        view, json, parallel = rng.below(VIEWS), rng.random(), rng.chance(0.5)
        places.append(_Place(name, seen[name], rng.below(BACKENDS), view, json, parallel, rng.random()))
        seen[name] += 1
    return places


@lru_cache(maxsize=512)
def _drawn_rows(world: World, task_class: str, seed: int, number: int, target: Target) -> list[int]:
    towards = () if target.key == MIXED.key else (target.key,)
    rng = Rng("draws", world.name, task_class, seed, number, *towards)
    return [draw(world, task_class, rng, target) for _ in range(_DRAWS)]


@lru_cache(maxsize=64)
def quota_places(world: World, seed: int, target: Target) -> dict[int, int]:
    """Index -> number of the cell of `target` that the task there is for: the first tasks of the stream whose classes can hold
    one. What can stand in fewer tasks goes first."""
    counts = [cell.parts.get(world.name, 0) for cell in target.cells]
    classes = [classes_of(world, cell.levels) for cell in target.cells]
    rare = sorted(range(len(counts)), key=lambda number: sum(shares(world)[name] for name in classes[number]))
    found: dict[int, int] = {}
    index = 0
    while any(counts):
        number, position = divmod(index, BLOCK)
        name = _block(world, seed, number)[position].task_class
        fit = next((cell for cell in rare if counts[cell] and name in classes[cell]), None)
        if fit is not None:
            found[index] = fit
            counts[fit] -= 1
        index += 1
    return found


@lru_cache(maxsize=64)
def _quota_ranks(world: World, seed: int, target: Target) -> dict[str, list[int]]:
    """For each class, which of its tasks `quota_places` takes: the others take the rows of the stream one after another."""
    ranks: dict[str, list[int]] = {name: [] for name in shares(world)}
    for index in quota_places(world, seed, target):
        number, position = divmod(index, BLOCK)
        place = _block(world, seed, number)[position]
        ranks[place.task_class].append(number * shares(world)[place.task_class] + place.rank)
    return ranks


def _steered_row(world: World, task_class: str, seed: int, index: int, k: int, target: Target) -> int:
    """The profile of a task of a stream with quotas."""
    cell = quota_places(world, seed, target).get(index)
    if cell is None:
        return _row(world, task_class, seed, k - bisect(_quota_ranks(world, seed, target)[task_class], k), target)
    rng = Rng("quota", world.name, seed, index, target.key)
    inside = regions(world, task_class)
    return row_within(space(world), inside, target.cells[cell].levels, rng, target.weights[0])


def _row(world: World, task_class: str, seed: int, k: int, target: Target) -> int:
    """The profile of the k-th task of a class."""
    first = covering_array(world, task_class, seed)
    row = first.row(k)
    if row is not None:
        return row
    number, position = divmod(k - len(first), _DRAWS)
    return _drawn_rows(world, task_class, seed, number, target)[position]


def make_task(world: World, seed: int, index: int, level: int | None = None, target: Target = MIXED) -> Task:
    """Task number `index` of the world's stream. `level` None: the tasks of each class go round the world's levels. `target`:
    the mixture of behaviour after the covering arrays, and the cells that come before them.

    Raises TrajgymError when the world has no such level.
    """
    if level is not None and level not in world.levels:
        known = ", ".join(map(str, world.levels))
        raise TrajgymError(f"World {world.name} has no level {level}.", f"Its levels: {known}.")
    listed = world.listed(seed, index)
    if listed is not None:
        return listed
    number, position = divmod(index, BLOCK)
    place = _block(world, seed, number)[position]
    name = place.task_class
    k = number * shares(world)[name] + place.rank
    if level is None:
        level = _level(world, name, k)
    row = _steered_row(world, name, seed, index, k, target) if target.cells else _row(world, name, seed, k, target)
    return _task(world, seed, index, level, row, place)


def extra_task(world: World, seed: int, index: int, level: int | None, task_class: str, rank: int, row: int) -> Task:
    """A task beside the world's stream, the `rank`-th of its class there, with the profile `row`. `index` must lie beyond those of
    the stream."""
    rng = Rng("extra", world.name, seed, index)
    place = _Place(
        task_class, rank, rng.below(BACKENDS), rng.below(VIEWS), rng.random(), rng.chance(0.5), rng.random()
    )  # fmt: skip
    return _task(world, seed, index, _level(world, task_class, rank) if level is None else level, row, place)


def _level(world: World, task_class: str, k: int) -> int:
    """The level of the k-th task of a class: they go round."""
    return world.levels[(k + TASK_CLASSES.index(task_class)) % len(world.levels)]


def _task(world: World, seed: int, index: int, level: int, row: int, place: _Place) -> Task:
    name = place.task_class
    # What a tool result plants can only be read where results come back.
    mode = "json" if world.json_mode and name != "inject" and place.json < _JSON_SHARE else "native"
    view: dict[str, Any] = {"view": place.view, "mode": mode, "parallel": place.parallel, **world.setting(seed, index)}
    if place.view >= VIEWS - len(STYLES) and place.backend % 2:
        view["names"] = STYLES[place.view - VIEWS]
    if row & _MISSING_TOOL:
        view["without"] = world.removable[int(place.spare * len(world.removable))]
    faults = _faults(place.spare, world.sure_calls, mode) if name == "recover" else {}
    return Task(world.name, world.version, seed, index, level, name, place.backend, profile_of(row), view, faults)


def _faults(spare: float, sure_calls: int, mode: str) -> dict[str, Any]:
    """Which fault, at which call (0 or 1, if there surely is one), and how many times in a row (1 or 2). Where answers are
    not shown a drifted schema would not show either."""
    kinds = [kind for kind in FAULTS if mode == "native" or kind in RETRYABLE]
    kind, rest = divmod(int(spare * len(kinds) * 4), 4)
    return {"kind": kinds[kind], "at": min(rest // 2, sure_calls - 1), "times": 1 + rest % 2}


def check_room(quotas: Sequence[Mapping[str, Any]], worlds: Sequence[World], n: int, seed: int) -> None:
    """Raises TrajgymError, with the reason, when the first `n` tasks of a run cannot hold what `quotas` ask for."""
    for quota in quotas:
        if quota["at_least"] > n:
            raise TrajgymError(
                f"The quota for {words(quota)} cannot be met: it wants {quota['at_least']} tasks, and the run has {n}.",
                "Ask for fewer, or for more tasks (-n).",
            )
    target = target_of("mixed", [cell_of(quota, worlds) for quota in quotas])
    found = [0] * len(quotas)
    for turn, world in enumerate(worlds):
        own = (n - turn + len(worlds) - 1) // len(worlds)
        for index, cell in quota_places(world, seed, target).items():
            found[cell] += index < own
    for quota, count in zip(quotas, found, strict=True):
        if count < quota["at_least"]:
            raise TrajgymError(
                f"The quota for {words(quota)} cannot be met: of {n} tasks {count} have a class and a world for it, and it "
                f"wants {quota['at_least']}.",
                "Ask for fewer, or for more tasks (-n).",
            )
