"""near: the row says nearly what an earlier kept row said."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import gettempdir

from trajgym.files import disk_errors
from trajgym.filters.contract import KEPT, Decision, Filter, Row
from trajgym.filters.sketches import BLOCK, Sketches

_SLACK = 0.13
"""How far the share of agreeing min-hashes may lie below the similarity: 3.6 standard deviations at 0.8."""


@dataclass
class Near(Filter[Row]):
    """Drops a row whose Jaccard similarity to an earlier kept row, over word 3-grams of what was said, is at least
    `threshold`: at 0.8, about one word in fifteen differs. The score is that similarity.

    Candidates are found by MinHash and then measured exactly, so nothing is dropped by mistake; of the pairs at the
    threshold 0.998 are found, and more of those above it.
    """

    name = "near"
    scope = "set"
    order = 20

    threshold: float = 0.8

    def judge(self, rows: Iterable[Row]) -> Iterator[Decision]:
        folder = self.scratch or Path(gettempdir())
        with disk_errors(folder), closing(Sketches(folder)) as sketches:
            texts = (row.said for row in rows)
            while block := list(islice(texts, BLOCK)):
                sketches.add(block)
            sketches.settle()
            for similarity in self._keep_first(sketches):
                yield KEPT if similarity == 0 else Decision(False, "near:duplicate", round(similarity, 4))

    def _keep_first(self, sketches: Sketches) -> array[float]:
        """For each row 0 when it is kept, else its similarity to the kept row that it repeats."""
        found = array("f", bytes(4 * len(sketches)))
        for pair in sketches.pairs(self.threshold - _SLACK):
            earlier, later = int(pair) >> 32, int(pair) & 0xFFFFFFFF
            if not found[later] and not found[earlier]:
                similarity = sketches.similarity(earlier, later)
                if similarity >= self.threshold:
                    found[later] = similarity
        return found
