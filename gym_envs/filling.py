"""Tasks that hold what a run still lacks: for each triple of levels that no kept row holds, greedily, a task that asks for it.

A fill takes classes in turn by their shares in a stream, and stops with a class when none of its profiles holds a missing triple. A
triple is asked for in at most `TRIES` extra tasks: what does not show, or is never kept, is given up in the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trajgym.gym_envs.coverage import Tuples, valid_tuples
from trajgym.gym_envs.tasks import SHARES, extra_task
from trajgym.gym_envs.user.design import regions
from trajgym.gym_envs.user.quotas import Cell, classes_of
from trajgym.gym_envs.user.space import CELLS, SEARCH_ORDER, Space, bits_of, row_of, space
from trajgym.gym_envs.world import World
from trajgym.seeding import Rng
from trajgym.task import Task

TRIES = 3
FIRST = 1 << 32
"""The number of the first extra task: beyond any of the stream, which may grow."""

_WIDTH = len(CELLS)


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
    adding = _Adding(worlds, kept, extra, seed, level)
    for gap in short:
        for _ in range(gap.open(extra)):
            adding.add_for(gap, short)
    adding.add_triples()
    return adding.found


class _Adding:
    """Tasks as they are added: `found`."""

    def __init__(
        self, worlds: Sequence[World], kept: Tuples, extra: Sequence[Task], seed: int, level: int | None
    ) -> None:
        self.found: list[Task] = []
        self._worlds = worlds
        self._seed = seed
        self._level = level
        self._first = FIRST + len(extra)
        self._missing = _Missing(worlds, kept)
        self._missing.give_up([row_of(task.profile) for task in extra])
        self._counts = dict.fromkeys(SHARES, 0)
        self._at_work = dict.fromkeys(worlds, 0)
        self._rng = Rng("fill", seed, len(extra))

    def _add(self, world: World, name: str, levels: int, region: int) -> int:
        """Add a task of class `name` that holds `levels`; its profile."""
        row = self._missing.best_row(space(world), levels, region, self._rng)
        self._missing.strike(row)
        self._counts[name] += 1
        self._at_work[world] += 1
        number = self._first + len(self.found)
        self.found.append(extra_task(world, self._seed, number, self._level, name, row))
        return row

    def _turn(self, name: str) -> float:
        """Whose turn it is: the class with the least."""
        return (self._counts[name] + 1) / SHARES[name]

    def add_for(self, gap: Gap, short: Sequence[Gap]) -> None:
        """A task in the cell of `gap`, unless one for another of `short` has closed it meanwhile."""
        if gap.left <= 0:
            return
        world = min((w for w in self._worlds if w.name in gap.cell.parts), key=lambda w: self._at_work[w])
        levels, home = gap.cell.levels, space(world)
        name = min(classes_of(world, levels), key=self._turn)
        fits = [region for region in regions(world, name) if home.find(home.within(levels, region))]
        row = self._add(world, name, levels, fits[0])
        for other in short:
            other.count(world.name, row)

    def add_triples(self) -> None:
        """Tasks for each triple that is missing still."""
        worlds, missing = self._worlds, self._missing
        classes = {
            name: _Class(worlds, name, missing) for name in SHARES if any(name in world.classes for world in worlds)
        }
        while classes:
            name = min(classes, key=self._turn)
            places = classes[name].places()
            if not places:
                del classes[name]
                continue
            world, triple, region = min(places, key=lambda place: self._at_work[place[0]])
            self._add(world, name, triple, region)


class _Missing:
    """The triples that are wanted still: `left.beside(a, b)` are the levels that lack a row with both."""

    def __init__(self, worlds: Sequence[World], kept: Tuples) -> None:
        self.left = Tuples()
        for world in worlds:
            self.left.join(valid_tuples(world))
        for number, held in enumerate(kept.triples):
            self.left.triples[number] &= ~held

    def strike(self, row: int) -> None:
        """What `row` holds is wanted no more."""
        square = _square(row)
        for number in bits_of(row):
            self.left.triples[number] &= ~square

    def give_up(self, rows: Sequence[int]) -> None:
        """Want nothing more that `TRIES` of `rows` hold."""
        times = [[0] * _WIDTH for _ in range(TRIES)]
        for row in rows:
            square = _square(row)
            for number in bits_of(row):
                more = square
                for held in times:  # what was held so many times already is held once more often now
                    held[number], more = held[number] | more, held[number] & more
        for number, enough in enumerate(times[-1]):
            self.left.triples[number] &= ~enough

    def triples(self) -> Iterator[tuple[int, int, int]]:
        """Each once; those that are struck meanwhile are left out."""
        for a in range(_WIDTH):
            for b in range(a + 1, _WIDTH):
                for c in bits_of(self.left.beside(a, b) >> b + 1 << b + 1):
                    if self.left.beside(a, b) >> c & 1:
                        yield a, b, c

    def best_row(self, home: Space, triple: int, region: int, rng: Rng) -> int:
        """A valid row that holds `triple`, and at each further dimension the level that brings most of what is wanted."""
        allowed, row = home.within(triple, region), triple
        order = [mask for mask in SEARCH_ORDER if not mask & row]
        rng.shuffle(order)
        for mask in order:
            square = _square(row)
            gains = {number: (self.left.triples[number] & square).bit_count() for number in bits_of(allowed & mask)}
            for number in sorted(gains, key=lambda number: (-gains[number], number)):
                left = home.within(1 << number, allowed)
                if home.find(left):
                    allowed, row = left, row | 1 << number
                    break
        return row


class _Class:
    """Where missing triples fit among the profiles of a class."""

    def __init__(self, worlds: Sequence[World], name: str, missing: _Missing) -> None:
        self._regions = [
            (world, space(world), region)
            for world in worlds
            if name in world.classes
            for region in regions(world, name)
        ]
        self._missing = missing
        self._triples = missing.triples()
        self._now: tuple[int, int, int] | None = None

    def places(self) -> list[tuple[World, int, int]]:
        """(world, triple, region) in which the next missing triple fits; none when no more does."""
        while True:
            a, b, c = self._now or (0, 0, 0)
            if self._now is None or not self._missing.left.beside(a, b) >> c & 1:
                self._now = next(self._triples, None)
                if self._now is None:
                    return []
                a, b, c = self._now
            triple = 1 << a | 1 << b | 1 << c
            fits = [
                (world, triple, region)
                for world, home, region in self._regions
                if triple & ~region == 0 and home.find(home.within(triple, region))
            ]
            if fits:
                return fits
            self._now = None


def _square(row: int) -> int:
    """The pairs of levels in `row`, as `Tuples.triples` has them."""
    square = 0
    for number in bits_of(row):
        square |= row << number * _WIDTH
    return square
