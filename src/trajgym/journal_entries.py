"""What the journal takes and gives besides trajectories and pairs: decisions of filters, and sets of rows."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

Scope = Literal["trajectory", "pair"]


class Decided(NamedTuple):
    """A filter's decision on the trajectory or pair with number `row`; `reason` is empty when it is kept."""

    row: int
    keep: bool
    reason: str = ""
    score: float | None = None


class Filtered(NamedTuple):
    """The last complete filter run: the filters in their order, and how much they saw."""

    names: list[str]
    trajectories: int
    pairs: int


class Rows:
    """A set of (task_index, sample), in order; eight bytes each."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self._numbers = array("q", numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, key: tuple[int, int]) -> bool:
        number = key[0] << 16 | key[1]
        at = bisect_left(self._numbers, number)
        return at < len(self._numbers) and self._numbers[at] == number

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return ((number >> 16, number & 65535) for number in self._numbers)
