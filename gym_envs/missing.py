"""The triples of levels that a run still lacks, and the profiles that bring most of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trajgym.gym_envs.coverage import Tuples, add_valid, square
from trajgym.gym_envs.user.design import regions
from trajgym.gym_envs.user.space import CELLS, SEARCH_ORDER, Space, bits_of, space
from trajgym.gym_envs.world import World
from trajgym.seeding import Rng

_WIDTH = len(CELLS)
_CANDIDATES = 2
"""Rows tried for each that is wanted; more bring a little more and are slower to find."""

Triple = tuple[int, int, int]


class Missing:
    """The triples that are wanted still, of those that are valid in one of `worlds`: `left.beside(a, b)` are the levels that
    lack a row with both."""

    def __init__(self, worlds: Sequence[World]) -> None:
        self.left = Tuples()
        for world in worlds:
            add_valid(self.left, world)

    def drop(self, held: Tuples) -> None:
        """What is in `held` is wanted no more."""
        for number, triples in enumerate(held.triples):
            self.left.triples[number] &= ~triples

    def strike(self, row: int) -> None:
        """What `row` holds is wanted no more."""
        numbers = bits_of(row)
        pairs = square(row, numbers)
        for number in numbers:
            self.left.triples[number] &= ~pairs

    def give_up(self, rows: Sequence[int], times: int) -> None:
        """Want nothing more that as many as `times` of `rows` hold."""
        often = [[0] * _WIDTH for _ in range(times)]
        for row in rows:
            numbers = bits_of(row)
            pairs = square(row, numbers)
            for number in numbers:
                more = pairs
                for held in often:  # what was held so many times already is held once more often now
                    held[number], more = held[number] | more, held[number] & more
        for number, enough in enumerate(often[-1]):
            self.left.triples[number] &= ~enough

    def triples(self) -> Iterator[Triple]:
        """Each once; those that are struck meanwhile are left out."""
        for a in reversed(range(_WIDTH)):
            for b in range(a):
                for c in bits_of(self.left.beside(a, b) & (1 << b) - 1):
                    if self.lacks((a, b, c)):
                        yield a, b, c

    def lacks(self, triple: Triple) -> bool:
        """Is it wanted still?"""
        a, b, c = triple
        return bool(self.left.beside(a, b) >> c & 1)

    def best_row(self, home: Space, levels: int, allowed: int, rng: Rng) -> int:
        """A valid row inside `allowed` that holds `levels`, and at each further dimension the level that brings most of what is
        wanted."""
        rows = [self._row(home, levels, allowed, rng) for _ in range(_CANDIDATES)]
        return max(rows)[1]

    def _row(self, home: Space, levels: int, allowed: int, rng: Rng) -> tuple[int, int]:
        """What a row brings, and the row; its dimensions are settled in any order."""
        row, pairs, brought = 0, 0, 0
        for number in bits_of(levels):
            pairs |= row << number * _WIDTH  # in one order, which is enough to count them
            row |= 1 << number
        order = [mask for mask in SEARCH_ORDER if not mask & levels]
        rng.shuffle(order)
        for mask in order:
            gain, number, allowed = self._best(home, mask, allowed, pairs)
            pairs |= row << number * _WIDTH
            row |= 1 << number
            brought += gain
        return brought, row

    def _best(self, home: Space, mask: int, allowed: int, pairs: int) -> tuple[int, int, int]:
        """Of the levels of a dimension that leave a valid row, the one that brings most beside `pairs`: what it brings, its number,
        and what is left of `allowed`."""
        triples = self.left.triples
        gains = [((triples[number] & pairs).bit_count(), -number) for number in bits_of(allowed & mask)]
        for gain, minus in sorted(gains, reverse=True):
            left = home.settle(-minus, mask, allowed)
            if left:
                return gain, -minus, left
        raise AssertionError("`allowed` holds no valid row")


class Places:
    """Where missing triples fit among the profiles of a class."""

    def __init__(self, worlds: Sequence[World], name: str, missing: Missing) -> None:
        self._homes = [(world, space(world), regions(world, name)) for world in worlds if name in world.classes]
        self._missing = missing
        self._triples = missing.triples()
        self._now: Triple | None = None

    def next(self) -> list[tuple[World, int, int]]:
        """(world, levels, allowed): where the next missing triple, as `levels`, fits, and what can stand beside it there; none when no
        more does."""
        while True:
            if self._now is None or not self._missing.lacks(self._now):
                self._now = next(self._triples, None)
                if self._now is None:
                    return []
            a, b, c = self._now
            levels = 1 << a | 1 << b | 1 << c
            fits = [(world, levels, left) for world, home, inside in self._homes for left in home.fits(levels, inside)]
            if fits:
                return fits
            self._now = None
