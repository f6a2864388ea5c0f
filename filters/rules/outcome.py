"""outcome: the episode reached its goal, all gates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trajgym.filters.contract import KEPT, Decision, Filter, Row


class OutcomeFilter(Filter[Row]):
    """Keeps rewards of 1. The reason is the first gate that does not hold (``reward`` when all do)."""

    name = "outcome"
    order = 20
    spares = ("outcome:",)

    def judge(self, rows: Iterable[Row]) -> Iterator[Decision]:
        for row in rows:
            outcome = row.trajectory.outcome
            failed = outcome.gates.failed()
            if failed or outcome.reward != 1:
                yield Decision(False, f"outcome:{failed[0] if failed else 'reward'}", float(outcome.reward))
            else:
                yield KEPT
