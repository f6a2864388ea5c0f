"""Randomness that depends on a name alone.

Everything random in trajgym is drawn from ``Rng(key...)``, seeded with a hash of the key that names the thing. Draws go
through `random.Random.random`, whose stream Python promises across versions; choice and shuffle are our own, because
Python does not promise theirs.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import MutableSequence, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def digest(*key: Any) -> bytes:
    """SHA-256 of the parts of `key`, joined so that no two different keys meet."""
    return hashlib.sha256("\x1f".join(map(str, key)).encode()).digest()


class Rng:
    """A stream of draws named by `key`; picklable, so that an episode's snapshot can hold it."""

    __slots__ = ("_draw", "_random")

    def __init__(self, *key: Any) -> None:
        self._random = random.Random(int.from_bytes(digest(*key)[:8], "big"))
        self._draw = self._random.random

    def __getstate__(self) -> Any:
        return self._random.getstate()

    def __setstate__(self, state: Any) -> None:
        self._random = random.Random(0)
        self._random.setstate(state)
        self._draw = self._random.random

    def random(self) -> float:
        return self._draw()

    def below(self, n: int) -> int:
        """A whole number in ``[0, n)``."""
        return int(self._draw() * n)

    def between(self, low: int, high: int) -> int:
        """A whole number in ``[low, high]``."""
        return low + int(self._draw() * (high - low + 1))

    def chance(self, p: float) -> bool:
        return self._draw() < p

    def choice(self, items: Sequence[T]) -> T:
        return items[int(self._draw() * len(items))]

    def weighted(self, items: Sequence[T], weights: Sequence[float]) -> T:
        point = self._draw() * sum(weights)
        for item, weight in zip(items, weights, strict=True):
            point -= weight
            if point < 0:
                return item
        return items[-1]

    def shuffle(self, items: MutableSequence[Any]) -> None:
        for i in range(len(items) - 1, 0, -1):
            j = int(self._draw() * (i + 1))
            items[i], items[j] = items[j], items[i]

    def sample(self, items: Sequence[T], k: int) -> list[T]:
        """`k` different items, in drawn order."""
        pool = list(items)
        self.shuffle(pool)
        return pool[:k]
