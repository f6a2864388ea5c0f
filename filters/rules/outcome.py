"""outcome: the episode reached its goal, all gates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from trajgym.filters.contract import KEPT, Decision, Filter, Row

_UNJUDGED = "unjudged"


@dataclass
class OutcomeFilter(Filter[Row]):
    """Keeps rewards of 1. The reason is the first gate that does not hold (``reward`` when all do), or ``unjudged`` for a
    task without checks, unless `unjudged` asks for those."""

    name = "outcome"
    order = 20
    spares = ("outcome:",)

    unjudged: bool = False

    def judge(self, rows: Iterable[Row]) -> Iterator[Decision]:
        for row in rows:
            outcome = row.trajectory.outcome
            if outcome.ending.startswith(_UNJUDGED):
                yield KEPT if self.unjudged else Decision(False, f"outcome:{_UNJUDGED}")
                continue
            failed = outcome.gates.failed()
            if failed or outcome.reward != 1:
                yield Decision(False, f"outcome:{failed[0] if failed else 'reward'}", float(outcome.reward))
            else:
                yield KEPT
