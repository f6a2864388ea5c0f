"""Which combinations of user behaviour are valid in a world.

Sets of levels are whole numbers, one bit for each level of an acting dimension, so that a check is a few machine
instructions and not a search through dicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from trajgym.gym_envs.user.dims import (
    CARRIED,
    DIMENSIONS,
    FORBIDDEN,
    NEUTRAL,
    Levels,
    Profile,
    cell_pairs,
    check_level,
    levels_of,
)
from trajgym.gym_envs.world import World

CELLS: tuple[tuple[str, str], ...] = tuple(
    (name, level)
    for name in DIMENSIONS
    for level in sorted(DIMENSIONS[name].levels, key=lambda level: level != DIMENSIONS[name].neutral)
)
"""(dimension, level) of each bit; the neutral level of a dimension has its lowest bit."""

BIT: dict[tuple[str, str], int] = {cell: 1 << number for number, cell in enumerate(CELLS)}
DIMENSION_BITS: dict[str, int] = {name: sum(BIT[cell] for cell in CELLS if cell[0] == name) for name in DIMENSIONS}
NEUTRAL_BITS: int = sum(BIT[name, NEUTRAL[name]] for name in DIMENSIONS)

# Dimensions that rule out most come first, so that a search hardly ever has to go back.
_FIRST = (
    "feasibility",
    "identity",
    "pressure",
    "user_actions",
    "confirmation",
    "mind_change",
    "correction",
    "ending",
    "ambiguity",
    "info_giving",
    "opening",
    "verbosity",
    "surface",
    "channel",
    "language",
    "patience",
)
SEARCH_ORDER: tuple[int, ...] = tuple(
    DIMENSION_BITS[name] for name in (*_FIRST, *(name for name in DIMENSIONS if name not in _FIRST))
)


def bits_of(levels: int) -> list[int]:
    """The numbers of the bits that are set, lowest first."""
    numbers = []
    while levels:
        lowest = levels & -levels
        numbers.append(lowest.bit_length() - 1)
        levels ^= lowest
    return numbers


def profile_of(row: int) -> dict[str, str]:
    """The profile of a row (one level of each acting dimension), neutral levels left out."""
    levels = row & ~NEUTRAL_BITS
    profile = {}
    while levels:
        rest = levels & (levels - 1)
        name, level = CELLS[(levels ^ rest).bit_length() - 1]
        profile[name] = level
        levels = rest
    return profile


def row_of(profile: Profile) -> int:
    """The row of a profile whose levels are acting ones. Raises KeyError otherwise."""
    row = NEUTRAL_BITS
    for name, level in profile.items():
        row = row & ~DIMENSION_BITS[name] | BIT[name, level]
    return row


class Space:
    """The rows that are valid in a world. `levels`: the bits that occur; `clash`: for each bit, those that never go with
    it. (Levels that can be part of no row at all are not in `levels`.)"""

    def __init__(self, world: World) -> None:
        self.world = world
        self.levels = NEUTRAL_BITS
        for name, names in levels_of(world).items():
            for level in names:
                check_level(name, level, f"World {world.name}: ")
            self.levels |= sum({BIT[name, level] for level in names if level != NEUTRAL[name]})
        if not world.removable:
            self.levels &= ~BIT["feasibility", "missing_tool"]
        for cell, models in CARRIED.items():
            if not all(self.levels & BIT[model] for model in models):
                self.levels &= ~BIT[cell]
        self.clash = [0] * len(CELLS)
        self._forbid((left, right) for left, right, _ in FORBIDDEN)
        for left, right in world.forbidden:
            for side in (left, right):
                for name, names in side.items():
                    for level in names:
                        check_level(name, level, f"World {world.name}: ")
        self._forbid((_with_carried(left), _with_carried(right)) for left, right in world.forbidden)
        self._clashing = sum(1 << number for number, others in enumerate(self.clash) if others)
        for number in bits_of(self.levels):
            if not self.find(self.within(1 << number, self.levels)):
                self.levels &= ~(1 << number)

    def _forbid(self, rules: Iterable[tuple[Levels, Levels]]) -> None:
        for left, right in rules:
            for a, b in cell_pairs(left, right):
                self.clash[BIT[a].bit_length() - 1] |= BIT[b]
                self.clash[BIT[b].bit_length() - 1] |= BIT[a]

    def within(self, chosen: int, allowed: int) -> int:
        """What of `allowed` is left when the levels `chosen` are: 0 when they clash."""
        for number in bits_of(chosen):
            bit = 1 << number
            if not allowed & bit:
                return 0
            allowed = allowed & ~DIMENSION_BITS[CELLS[number][0]] & ~self.clash[number] | bit
        return allowed

    def fits(self, chosen: int, regions: Iterable[int]) -> Iterator[int]:
        """What is left of each of `regions` when the levels `chosen` are, where that holds a valid row."""
        return (left for left in (self.within(chosen, region) for region in regions) if self.find(left))

    def settle(self, number: int, mask: int, allowed: int) -> int:
        """What of `allowed`, which holds a valid row, is left when the dimension `mask` has the level `number`: 0 when that holds no
        valid row."""
        bit, others = 1 << number, self.clash[number]
        left = allowed & ~mask & ~others | bit
        # what takes nothing away leaves a row where there was one
        return left if not others & allowed & ~mask or allowed & mask == bit or self.find(left) else 0

    def find(self, allowed: int) -> int:
        """A valid row inside `allowed`, as neutral as can be; 0 when there is none."""
        # The lowest level of each dimension, all at once: no dimension borrows from the next while it has a level left, and
        # where one has none the row comes out short.
        row = allowed & ~(allowed - NEUTRAL_BITS)
        if row.bit_count() != len(DIMENSIONS):
            return 0
        clash, rest = self.clash, row & self._clashing
        while rest:
            bit = rest & -rest
            if clash[bit.bit_length() - 1] & row:
                return self._search(allowed, 0)
            rest ^= bit
        return row

    def _search(self, allowed: int, depth: int) -> int:
        """`find` from the dimension number `depth` on, that goes back where it has to."""
        if depth == len(SEARCH_ORDER):
            return allowed
        domain = allowed & SEARCH_ORDER[depth]
        others = allowed & ~SEARCH_ORDER[depth]
        while domain:
            bit = domain & -domain
            domain ^= bit
            row = self._search(others & ~self.clash[bit.bit_length() - 1] | bit, depth + 1)
            if row:
                return row
        return 0

    def beside(self, allowed: int) -> tuple[int, int]:
        """Levels that a valid row inside `allowed` can hold, and those that may or may not be (each has to be tried).

        Whatever does not clash with the row that is found can stand in it instead of the level that it has there."""
        row = self.find(allowed)
        if not row:
            return 0, 0
        clash, rest, doubtful = self.clash, row & self._clashing, 0
        while rest:
            bit = rest & -rest
            doubtful |= clash[bit.bit_length() - 1]
            rest ^= bit
        return allowed & ~doubtful | row, allowed & doubtful & ~row

    def holds(self, row: int) -> bool:
        """Is the row valid?"""
        return not row & ~self.levels and not any(self.clash[number] & row for number in bits_of(row))


def _with_carried(side: Levels) -> Levels:
    """One side of a world's rule, with the levels of `CARRIED` for which it holds too."""
    wider = dict(side)
    for (name, level), models in CARRIED.items():
        if any(other in side.get(dimension, ()) for dimension, other in models):
            wider[name] = (*wider.get(name, ()), level)
    return wider


@lru_cache(maxsize=64)
def space(world: World) -> Space:
    """The space of a world, made once."""
    return Space(world)


def valid(profile: Profile, world: World) -> bool:
    """May the profile occur in this world? False too for levels that do not exist or do not act."""
    levels = {name: level for name, level in profile.items() if level != NEUTRAL.get(name)}
    if any(cell not in BIT for cell in levels.items()):
        return False
    return space(world).holds(row_of(levels))
