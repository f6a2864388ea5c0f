"""Tasks that hold what a run still lacks: for each triple of levels that it does not have, greedily, a task that asks for it.

A stream has such tasks among its own (see `trajgym.gym_envs.stream`); a fill adds them behind it for what the filters have not
kept, and for quotas. Classes come in turn by their shares. A fill asks for a triple in at most `TRIES` extra tasks: what does not
show, or is never kept, is given up in the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from trajgym.gym_envs.coverage import Tuples
from trajgym.gym_envs.missing import Missing, Places
from trajgym.gym_envs.tasks import SHARES, extra_task, shares
from trajgym.gym_envs.user.design import regions
from trajgym.gym_envs.user.quotas import Cell, classes_of
from trajgym.gym_envs.user.space import row_of, space
from trajgym.gym_envs.user.targets import MIXED, draw
from trajgym.gym_envs.world import World
from trajgym.seeding import Rng
from trajgym.task import Task

TRIES = 3
FIRST = 1 << 32
"""The number of the first extra task: beyond any of the stream, which may grow."""


class Gap:
    """What a quota of `at_least` tasks in `cell` still lacks."""

    def __init__(self, cell: Cell, at_least: int) -> None:
        self.cell = cell
        self.at_least = at_least
        self.left = at_least

    def count(self, world: str, row: int) -> None:
        """Count a row that was kept, or is still to come."""
        self.left -= self.cell.holds(world, row)

    def open(self, extra: Sequence[Task]) -> int:
        """How many tasks to add beside the `extra` ones that were added before: none when those were `TRIES` for each."""
        tried = sum(self.cell.holds(task.world, row_of(task.profile)) for task in extra)
        return max(0, min(self.left, TRIES * self.at_least - tried))


def fill(
    worlds: Sequence[World],
    kept: Tuples,
    extra: Sequence[Task],
    seed: int,
    level: int | None,
    short: Sequence[Gap] = (),
) -> list[Task]:
    """The tasks to add to a run of `worlds` with the levels `kept` together, to which `extra` tasks were added before: first
    for the quotas that are `short`, then for triples."""
    missing = Missing(worlds)
    missing.drop(kept)
    missing.give_up([row_of(task.profile) for task in extra], TRIES)
    adding = Adding(worlds, missing, seed, level, FIRST + len(extra))
    for gap in short:
        for _ in range(gap.open(extra)):
            if gap.left > 0:  # else one for another quota has closed it
                task = adding.for_cell(gap.cell)
                for other in short:
                    other.count(task.world, row_of(task.profile))
    while adding.open:
        adding.for_triple(adding.turn(adding.open))
    return adding.found


class Adding:
    """Tasks of `worlds` as they are added for what is `missing`: `found`. The index of the first one is `first`."""

    def __init__(self, worlds: Sequence[World], missing: Missing, seed: int, level: int | None, first: int) -> None:
        self.found: list[Task] = []
        self.classes = [name for name in SHARES if any(name in shares(world) for world in worlds)]
        self.open = list(self.classes)
        """Classes in which missing triples may still fit."""
        self.missing = missing
        self._worlds = worlds
        self._seed = seed
        self._level = level
        self._first = first
        self._places = {name: Places(worlds, name, missing) for name in self.classes}
        self._counts: Counter[str] = Counter()
        self._ranks: Counter[tuple[str, str]] = Counter()
        self._in_class: Counter[tuple[str, str]] = Counter()
        self._at_work: Counter[str] = Counter()
        self._rng = Rng("fill", seed, first)

    def turn(self, classes: Collection[str]) -> str:
        """Which of `classes` has least of its share."""
        return min(classes, key=lambda name: (self._counts[name] + 1) / SHARES[name])

    def for_triple(self, name: str) -> Task | None:
        """A task of class `name` for a triple that is missing; None when no more fits there, and it is open no more."""
        places = self._places[name].next()
        if not places:
            self.open.remove(name)
            return None
        world, levels, allowed = min(places, key=lambda place: self._work(place[0], name))
        return self._add(world, name, self.missing.best_row(space(world), levels, allowed, self._rng))

    def for_cell(self, cell: Cell) -> Task:
        """A task in the cell of a quota."""
        world = min((w for w in self._worlds if w.name in cell.parts), key=lambda world: self._at_work[world.name])
        home = space(world)
        name = self.turn(classes_of(world, cell.levels))
        allowed = next(home.fits(cell.levels, regions(world, name)))
        return self._add(world, name, self.missing.best_row(home, cell.levels, allowed, self._rng))

    def drawn(self, name: str) -> Task:
        """A task of class `name` with any profile."""
        world = min((w for w in self._worlds if name in shares(w)), key=lambda world: self._work(world, name))
        return self._add(world, name, draw(world, name, self._rng, MIXED))

    def _work(self, world: World, name: str) -> tuple[int, int]:
        """How much a world has done: in class `name`, and in all."""
        return self._in_class[world.name, name], self._at_work[world.name]

    def count(self, task: Task) -> None:
        """Count a task of the run that is not added here: what it holds is missing no more."""
        self.missing.strike(row_of(task.profile))
        self._counts[task.task_class] += 1
        self._in_class[task.world, task.task_class] += 1
        self._at_work[task.world] += 1

    def _add(self, world: World, name: str, row: int) -> Task:
        rank = self._ranks[world.name, name]
        task = extra_task(world, self._seed, self._first + len(self.found), self._level, name, rank, row)
        self.count(task)
        self._ranks[world.name, name] += 1
        self.found.append(task)
        return task
