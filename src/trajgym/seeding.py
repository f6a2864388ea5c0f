"""Randomness that depends on a name alone.

Everything random in trajgym is drawn from ``Rng(key...)``: a stream of SHA-256 blocks of the key that names the thing, so it is
the same in every version of Python. Making one costs a microsecond (a Mersenne Twister costs fifteen), which matters when an
episode needs a dozen.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import MutableSequence, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

_EIGHT = struct.Struct(">8I").unpack
_UNIT = 2.0**-32


def digest(*key: Any) -> bytes:
    """SHA-256 of the parts of `key`, joined so that no two different keys meet."""
    return hashlib.sha256("\x1f".join(map(str, key)).encode()).digest()


class Rng:
    """A stream of draws named by `key`; picklable, so that an episode's snapshot can hold it."""

    __slots__ = ("_block", "_next", "_state")

    def __init__(self, *key: Any) -> None:
        self._state = digest(*key)
        self._block: tuple[int, ...] = _EIGHT(self._state)
        self._next = 0

    def _more(self) -> int:
        """Turn to the next block; 0, its first place."""
        self._state = hashlib.sha256(self._state).digest()
        self._block = _EIGHT(self._state)
        return 0

    # An episode draws a hundred times: each kind of draw takes its number itself, which saves a call.

    def random(self) -> float:
        """A number in ``[0, 1)``."""
        at = self._next if self._next < 8 else self._more()
        self._next = at + 1
        return self._block[at] * _UNIT

    def below(self, n: int) -> int:
        """A whole number in ``[0, n)``."""
        at = self._next if self._next < 8 else self._more()
        self._next = at + 1
        return self._block[at] * n >> 32

    def between(self, low: int, high: int) -> int:
        """A whole number in ``[low, high]``."""
        at = self._next if self._next < 8 else self._more()
        self._next = at + 1
        return low + (self._block[at] * (high - low + 1) >> 32)

    def chance(self, p: float) -> bool:
        at = self._next if self._next < 8 else self._more()
        self._next = at + 1
        return self._block[at] * _UNIT < p

    def choice(self, items: Sequence[T]) -> T:
        at = self._next if self._next < 8 else self._more()
        self._next = at + 1
        return items[self._block[at] * len(items) >> 32]

    def weighted(self, items: Sequence[T], weights: Sequence[float]) -> T:
        point = self.random() * sum(weights)
        for item, weight in zip(items, weights, strict=True):
            point -= weight
            if point < 0:
                return item
        return items[-1]

    def shuffle(self, items: MutableSequence[Any]) -> None:
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]

    def sample(self, items: Sequence[T], k: int) -> list[T]:
        """`k` different items (all of them when there are fewer), in drawn order."""
        pool = list(items)
        count = len(pool)
        for i in range(min(k, count)):
            j = i + self.below(count - i)
            pool[i], pool[j] = pool[j], pool[i]
        return pool[:k]
