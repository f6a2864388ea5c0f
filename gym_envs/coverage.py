"""How much of user behaviour a data set holds: levels, pairs and triples of levels, planned, reached and kept.

*Planned*: the task's profile asks for it. *Reached*: it showed in the transcript (a neutral level has nothing to show and
counts as reached). *Kept*: it showed in a trajectory that the filters kept. All are counted over the combinations that are
valid in at least one of the given worlds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any

from trajgym.gym_envs.user.design import partners, regions
from trajgym.gym_envs.user.dims import DIMENSIONS, Profile
from trajgym.gym_envs.user.space import CELLS, DIMENSION_BITS, NEUTRAL_BITS, Space, bits_of, row_of, space
from trajgym.gym_envs.user.targets import draw, target_of
from trajgym.gym_envs.world import World
from trajgym.seeding import Rng
from trajgym.task import Task

STAGES = ("planned", "reached", "kept")
SIZES = ("levels", "pairs", "triples")

_WIDTH = len(CELLS)
_ALL = (1 << _WIDTH) - 1
_EVEN = target_of("uniform")
_GUESSES = 50
"""Rows drawn in each class before valid triples are searched for: they hold half of them, and drawing is quicker."""


def square(row: int, numbers: Iterable[int]) -> int:
    """The pairs of levels in `row`, whose bits have the `numbers`, as `Tuples.triples` has them."""
    pairs = 0
    for number in numbers:
        pairs |= row << number * _WIDTH
    return pairs


class Tuples:
    """Which levels, pairs and triples occurred; some 30 kB, however many rows are added."""

    def __init__(self) -> None:
        self.levels = 0
        self.pairs = [0] * _WIDTH
        """For each level, the levels it occurred with (itself too)."""
        self.triples = [0] * _WIDTH
        """For each level, the pairs it occurred with: bit b * _WIDTH + c for levels b and c, in both orders."""

    def add(self, row: int) -> None:
        """Add what a row, or a part of one, holds."""
        self.levels |= row
        numbers = bits_of(row)
        pairs = square(row, numbers)
        for number in numbers:
            self.pairs[number] |= row
            self.triples[number] |= pairs

    def add_pairs(self, row: int) -> None:
        """Add the levels and pairs of a row, at a fifth of the cost."""
        self.levels |= row
        for number in bits_of(row):
            self.pairs[number] |= row

    def beside(self, a: int, b: int) -> int:
        """The levels that occurred with both `a` and `b`."""
        return self.triples[a] >> b * _WIDTH & _ALL

    def join(self, other: Tuples) -> None:
        self.levels |= other.levels
        self.pairs = [mine | its for mine, its in zip(self.pairs, other.pairs, strict=True)]
        self.triples = [mine | its for mine, its in zip(self.triples, other.triples, strict=True)]

    def count(self, valid: Tuples) -> dict[str, int]:
        """How many of the valid ones are here, by size."""
        levels = (self.levels & valid.levels).bit_count()
        # both hold each pair in two orders and each triple in six, and those that name a level twice or thrice
        pairs = (_common(self.pairs, valid.pairs) - levels) // 2
        triples = (_common(self.triples, valid.triples) - 6 * pairs - levels) // 6
        return {"levels": levels, "pairs": pairs, "triples": triples}


def _common(some: list[int], others: list[int]) -> int:
    return sum((mine & its).bit_count() for mine, its in zip(some, others, strict=True))


@lru_cache(maxsize=64)
def valid_tuples(world: World) -> Tuples:
    """All levels, pairs and triples of the rows that are valid in the world."""
    found = Tuples()
    add_valid(found, world)
    return found


def add_valid(found: Tuples, world: World) -> None:
    """Add to `found`, which holds valid ones of other worlds, those of the world: what is there is not looked for again."""
    home = space(world)
    inside = _joined([region for task_class in world.classes for region in regions(world, task_class)])
    own = Tuples()
    add_valid_pairs(own, world, inside)
    for name in (name for name in world.classes if regions(world, name)):
        rng = Rng("valid", world.name, name)
        for _ in range(_GUESSES):
            own.add(draw(world, name, rng, _EVEN))
    own.triples = [mine | its for mine, its in zip(own.triples, found.triples, strict=True)]
    for a, b in combinations(bits_of(own.levels), 2):
        if own.pairs[a] >> b & 1:
            for c in bits_of(_completing(home, inside, own, a, b) >> b << b):
                _add_triple(own, a, b, c)
    found.join(own)


def add_valid_pairs(found: Tuples, world: World, inside: Sequence[int]) -> None:
    """Add to `found` the levels and pairs of the world's rows in the regions `inside`."""
    for number, others in enumerate(partners(space(world), inside)):
        if others:
            found.levels |= 1 << number
            found.pairs[number] |= others | 1 << number


def _joined(boxes: Sequence[int]) -> list[int]:
    """The same rows in fewer regions: two that differ in one dimension, or of which one lies in the other, are one."""
    left = list(dict.fromkeys(boxes))
    while True:
        fits = [(a, b) for a, b in combinations(left, 2) if _is_one(a, b)]
        if not fits:
            return left
        a, b = fits[0]
        left = [region for region in left if region not in (a, b)] + [a | b]


def _is_one(a: int, b: int) -> bool:
    return a | b in (a, b) or sum((a ^ b) & mask != 0 for mask in DIMENSION_BITS.values()) == 1


def _completing(home: Space, inside: Sequence[int], found: Tuples, a: int, b: int) -> int:
    """The levels that stand in a valid row with both `a` and `b`, as far as they are not in `found`."""
    wanted = found.pairs[a] & found.pairs[b] & ~found.beside(a, b)
    completing = 0
    for region in inside:
        if not wanted:
            break
        allowed = home.within(1 << a | 1 << b, region)
        sure, doubtful = home.beside(allowed)
        new = sure & wanted
        for c in bits_of(doubtful & wanted):
            if home.find(home.within(1 << c, allowed)):
                new |= 1 << c
        completing |= new
        wanted &= ~new
    return completing


def _add_triple(found: Tuples, a: int, b: int, c: int) -> None:
    pairs = square(1 << a | 1 << b | 1 << c, (a, b, c))
    for number in (a, b, c):
        found.triples[number] |= pairs


def shown_row(profile: Profile, reached: Collection[str]) -> int:
    """The levels of a trajectory that showed: of its profile the neutral ones and those of the dimensions in `reached`."""
    row = row_of(profile)
    shown = row & NEUTRAL_BITS
    for name in reached:
        shown |= row & DIMENSION_BITS.get(name, 0)
    return shown


class Coverage:
    """Counts as rows go by. Profiles must be valid in one of `worlds` (others count for nothing)."""

    def __init__(self, worlds: Sequence[World]) -> None:
        self.valid = Tuples()
        for world in worlds:
            self.valid.join(valid_tuples(world))
        self.found = {stage: Tuples() for stage in STAGES}
        self._rows = {stage: [0] * _WIDTH for stage in STAGES}

    def plan(self, profile: Profile) -> None:
        """Count the profile of a task."""
        self.count("planned", row_of(profile))

    def add(self, profile: Profile, reached: Collection[str], kept: bool = False) -> None:
        """Count a trajectory that was generated, or (`kept`) one that the filters let through: of its profile, the
        neutral levels and those of the dimensions in `reached`."""
        self.count("kept" if kept else "reached", shown_row(profile, reached))

    def count(self, stage: str, row: int) -> None:
        """Count the levels in `row` at a stage."""
        self.found[stage].add(row)
        rows = self._rows[stage]
        for number in bits_of(row):
            rows[number] += 1

    def join(self, other: Coverage) -> None:
        """Count all that `other` has counted, over its worlds too."""
        self.valid.join(other.valid)
        for stage in STAGES:
            self.found[stage].join(other.found[stage])
            self._rows[stage] = [a + b for a, b in zip(self._rows[stage], other._rows[stage], strict=True)]

    def report(self) -> dict[str, Any]:
        """``levels``, ``pairs`` and ``triples``, each ``{"valid", "planned", "reached", "kept"}`` as counts; and
        ``dimensions``: for each level of each dimension, the number of rows of every stage."""
        valid = self.valid.count(self.valid)
        found = {stage: tuples.count(self.valid) for stage, tuples in self.found.items()}
        report: dict[str, Any] = {
            size: {"valid": valid[size], **{stage: found[stage][size] for stage in STAGES}} for size in SIZES
        }
        report["dimensions"] = {name: {} for name in DIMENSIONS}
        for number in bits_of(self.valid.levels):
            name, level = CELLS[number]
            report["dimensions"][name][level] = {stage: self._rows[stage][number] for stage in STAGES}
        return report


Shown = tuple[Profile, Collection[str]]
"""A trajectory as far as coverage is concerned: ``(trajectory.task.profile, trajectory.reached)``."""


def coverage(
    worlds: Sequence[World], planned: Iterable[Task], reached: Iterable[Shown], kept: Iterable[Shown]
) -> dict[str, Any]:
    """The report over all tasks, all trajectories and the kept ones; each is read once (see `Coverage.report`)."""
    counted = Coverage(worlds)
    for task in planned:
        counted.plan(task.profile)
    for profile, dimensions in reached:
        counted.add(profile, dimensions)
    for profile, dimensions in kept:
        counted.add(profile, dimensions, kept=True)
    return counted.report()
