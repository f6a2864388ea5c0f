"""exact: the row says word for word what an earlier row said."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator

from trajgym.filters.contract import KEPT, Decision, Filter, Row

_SAME = Decision(False, "exact:duplicate")


class Exact(Filter[Row]):
    """Drops a row whose words (of users and assistants) and skeleton of calls are those of an earlier row.

    Words are compared by 64 bits of SHA-256: among a million different rows, two look alike with probability 3e-8.
    """

    name = "exact"
    scope = "set"
    order = 10

    def judge(self, rows: Iterable[Row]) -> Iterator[Decision]:
        seen = _Seen()
        for row in rows:
            new = seen.add(int.from_bytes(hashlib.sha256(row.said.encode()).digest()[:8], "big") or 1)
            yield KEPT if new else _SAME


class _Seen:
    """A set of numbers in [1, 2^64) in 16 to 32 bytes each (Python's own takes 90): a hash table, never over half full."""

    def __init__(self) -> None:
        self._table, self._size = array("Q", bytes(8 * 1024)), 0

    def add(self, number: int) -> bool:
        """Whether it was not there."""
        table, last = self._table, len(self._table) - 1
        place = number & last
        while table[place] != number:
            if table[place] == 0:
                table[place] = number
                self._size += 1
                if 2 * self._size > last:
                    self._grow()
                return True
            place = (place + 1) & last
        return False

    def _grow(self) -> None:
        old, self._table, self._size = self._table, array("Q", bytes(16 * len(self._table))), 0
        for number in filter(None, old):
            self.add(number)
