"""How diverse texts and plans are, counted as they go by: memory does not grow with their number.

For each kind of text (what users open with, what assistants say, which tools are called in which order):

* distinct-1, distinct-2: different words and word pairs over all of them (Li et al. 2016), by linear counting.
* self-BLEU: BLEU-4 of a text against the others (Zhu et al. 2018), mean over a sample of `SAMPLE` texts.
* Vendi score: exp of the entropy of the eigenvalues of the similarity matrix (Friedman and Dieng 2022): how many texts
  that have nothing in common would be as diverse. In the dual form, over `WIDTH` hashed features, so it is at most that.
"""

from __future__ import annotations

import math
import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from trajgym.seeding import Rng, digest
from trajgym.words import MIX, U64, Words, finish, words_of

SAMPLE = 500
"""Texts that self-BLEU compares: it grows with their number, so numbers compare between runs that have as many."""
WIDTH = 512
"""Features of the Vendi score."""
_BATCH = 2048
_BUCKET_BITS = 22
_ORDER = 4
_NOTHING = 0.1
"""What a precision of nothing counts as, in n-grams: the usual smoothing."""
_is_word = re.compile(r"\w+").findall


class Distinct:
    """How many different 64-bit hashes there were: exact while they are few, within a tenth of a percent at ten million."""

    def __init__(self) -> None:
        self._seen = np.zeros(1 << _BUCKET_BITS, np.bool_)

    def add(self, hashes: U64) -> None:
        self._seen[(hashes >> np.uint64(64 - _BUCKET_BITS)).astype(np.int64)] = True

    def count(self) -> int:
        size = len(self._seen)
        empty = size - int(np.count_nonzero(self._seen))
        return round(size * math.log(size / max(empty, 1)))


class Vendi:
    """The Vendi score of texts as counts of hashed words and word pairs, compared by cosine."""

    def __init__(self) -> None:
        self._sum: npt.NDArray[np.float64] = np.zeros((WIDTH, WIDTH))
        self._texts = 0

    def add(self, words: Words, pairs: U64) -> None:
        """`pairs` has a place for each word: the hash of it with the word before it, 0 for the first word."""
        text = np.repeat(np.arange(len(words.counts), dtype=np.int64), words.counts)
        hashes = np.concatenate((words.hashes, pairs[pairs != 0]))
        owners = np.concatenate((text, text[pairs != 0]))
        mixed = finish(hashes * MIX[1])
        places = owners * WIDTH + (mixed % np.uint64(WIDTH)).astype(np.int64)
        signs = 1.0 - 2.0 * (mixed >> np.uint64(63)).astype(np.float64)
        counts = np.bincount(places, signs, len(words.counts) * WIDTH).reshape(-1, WIDTH).astype(np.float32)
        lengths = np.linalg.norm(counts, axis=1)
        some = counts[lengths > 0] / lengths[lengths > 0, None]
        self._sum += some.T @ some
        self._texts += len(some)

    def score(self) -> float:
        if not self._texts:
            return 0.0
        values = np.linalg.eigvalsh(self._sum / self._texts)
        values = values[values > 1e-12]
        return float(np.exp(-(values * np.log(values)).sum()))


class Texts:
    """The diversity of one kind of text. `name` names the sample that is drawn of them."""

    def __init__(self, name: str) -> None:
        self._rng = Rng("diversity", name)
        self._waiting: list[str] = []
        self._sample: list[str] = []
        self._count = 0
        self._words = 0
        self._pairs = 0
        self._kinds = {"texts": Distinct(), "words": Distinct(), "pairs": Distinct()}
        self._vendi = Vendi()

    def add(self, text: str) -> None:
        """Count a text; one without words counts for nothing."""
        self._waiting.append(text)
        if len(self._waiting) == _BATCH:
            self._flush()

    def _flush(self) -> None:
        words = words_of(self._waiting)
        texts = [text for text, count in zip(self._waiting, words.counts.tolist(), strict=True) if count]
        self._waiting = []
        self._draw(texts)
        if not texts:
            return
        before = np.zeros_like(words.hashes)
        before[1:] = words.hashes[:-1]
        firsts = words.starts[words.counts > 0]
        before[firsts] = 0
        pairs = finish(words.hashes * MIX[0] + before * MIX[2]) | np.uint64(1)
        pairs[firsts] = 0
        whole = np.add.reduceat(finish(pairs + words.hashes * MIX[1]), firsts)
        self._kinds["texts"].add(finish(whole))
        self._kinds["words"].add(finish(words.hashes * MIX[2]))
        self._kinds["pairs"].add(finish(pairs[pairs != 0]))
        self._count += len(texts)
        self._words += len(words.hashes)
        self._pairs += len(words.hashes) - len(texts)
        self._vendi.add(words, pairs)

    def _draw(self, texts: Iterable[str]) -> None:
        for place, text in enumerate(texts, self._count):
            if place < SAMPLE:
                self._sample.append(text)
            else:
                chosen = self._rng.below(place + 1)
                if chosen < SAMPLE:
                    self._sample[chosen] = text

    def report(self) -> dict[str, Any]:
        """Numbers of texts, words and different texts, ``distinct_1``, ``distinct_2``, ``self_bleu`` (0 to 1) and ``vendi``."""
        if self._waiting:
            self._flush()
        found = {name: kinds.count() for name, kinds in self._kinds.items()}
        return {
            "texts": self._count,
            "different": min(found["texts"], self._count),
            "words": self._words,
            "distinct_1": _share(found["words"], self._words),
            "distinct_2": _share(found["pairs"], self._pairs),
            "self_bleu": round(self_bleu([_is_word(text.lower()) for text in self._sample]), 4),
            "vendi": round(self._vendi.score(), 2),
        }


def _share(part: int, whole: int) -> float:
    return round(min(part, whole) / whole, 4) if whole else 0.0


def self_bleu(texts: Sequence[Sequence[str]]) -> float:
    """The mean BLEU-4 of each text with all others as its references; of texts shorter than four words, up to their length."""
    if len(texts) < 2:
        return 0.0
    counts = [
        [Counter(zip(*(text[i:] for i in range(n)), strict=False)) for text in texts] for n in range(1, _ORDER + 1)
    ]
    logs = [0.0] * len(texts)
    for order in counts:
        most = _two_largest(order)
        for place, own in enumerate(order):
            total = sum(own.values())
            if total:
                common = sum(min(count, _elsewhere(most[gram], place)) for gram, count in own.items())
                logs[place] += math.log(max(common, _NOTHING) / total)
    lengths = array("q", sorted(map(len, texts)))
    scores = [
        math.exp(log / min(_ORDER, len(text)) + _brevity(len(text), lengths)) if text else 0.0
        for text, log in zip(texts, logs, strict=True)
    ]
    return sum(scores) / len(scores)


_Most = tuple[int, int, int]
"""Where an n-gram occurs most often, how often, and how often at most in another text."""


def _two_largest(counts: Sequence[Counter[Any]]) -> dict[Any, _Most]:
    found: dict[Any, _Most] = {}
    for place, own in enumerate(counts):
        for gram, count in own.items():
            where, most, second = found.get(gram, (-1, 0, 0))
            if count > most:
                found[gram] = (place, count, most)
            elif count > second:
                found[gram] = (where, most, count)
    return found


def _elsewhere(most: _Most, place: int) -> int:
    return most[2] if most[0] == place else most[1]


def _brevity(length: int, lengths: array[int]) -> float:
    """The logarithm of BLEU's brevity penalty: the reference that is nearest in length counts, and one of `lengths` is
    the text's own."""
    at = bisect_left(lengths, length)
    others = [*lengths[max(at - 1, 0) : at], *lengths[at + 1 : at + 2]]
    nearest = min(others, key=lambda other: (abs(other - length), other))
    return min(0.0, 1 - nearest / length)


class Plans:
    """Which tools are called, in which order: shapes of plans, tool n-grams, depth (messages with calls) and width (most
    calls in a message)."""

    def __init__(self) -> None:
        self._shapes = Distinct()
        self._waiting = array("Q")
        self._grams: dict[int, set[tuple[str, ...]]] = {
            1: set(),
            2: set(),
            3: set(),
        }  # as many as tools allow, not rows
        self._texts = Texts("plans")
        self._depths: Counter[int] = Counter()
        self._widths: Counter[int] = Counter()

    def add(self, calls: Sequence[Sequence[str]]) -> None:
        """Count the plan of a trajectory: for each message with calls, the names of its tools."""
        names = [name.replace("_", "") for message in calls for name in message]
        self._depths[len(calls)] += 1
        self._widths[max(map(len, calls), default=0)] += 1
        for n, grams in self._grams.items():
            grams.update(zip(*(names[i:] for i in range(n)), strict=False))
        shape = digest(*(f"{len(message)} {','.join(message)}" for message in calls))
        self._waiting.append(int.from_bytes(shape[:8], "big"))
        if len(self._waiting) == _BATCH:
            self._flush()
        self._texts.add(" ".join(names))

    def _flush(self) -> None:
        self._shapes.add(np.frombuffer(self._waiting, np.uint64))
        self._waiting = array("Q")

    def report(self) -> dict[str, Any]:
        """``shapes`` (different orders of calls, by message), ``tool_1grams`` to ``tool_3grams``, ``vendi`` over tools and
        pairs of tools, and how many plans have each ``depth`` and ``width``."""
        if self._waiting:
            self._flush()
        plans = self._depths.total()
        return {
            "plans": plans,
            "shapes": min(self._shapes.count(), plans),
            **{f"tool_{n}grams": len(grams) for n, grams in self._grams.items()},
            "vendi": self._texts.report()["vendi"],
            "depth": dict(sorted(self._depths.items())),
            "width": dict(sorted(self._widths.items())),
        }


def entropy(counts: Iterable[int]) -> float:
    """The entropy of a distribution as a share of the highest there can be: 0 when all is one thing, 1 when all are alike."""
    numbers = list(counts)
    total = sum(numbers)
    if total == 0 or len(numbers) < 2:
        return 0.0
    shares = [number / total for number in numbers if number]
    return round(-sum(share * math.log(share) for share in shares) / math.log(len(numbers)) + 0.0, 4)
