"""process: no message that is learnt from breaks a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trajgym.filters.contract import KEPT, Decision, Filter, Row


class Process(Filter[Row]):
    """Drops a row with a step verdict on a message of weight 1; the reason is the first one's code. Mistakes of weight 0
    stay: the row shows how to get over them, and no trainer learns to make them."""

    name = "process"
    order = 30
    spares = ("process:",)
    agents_fault = ("process:",)

    def judge(self, rows: Iterable[Row]) -> Iterator[Decision]:
        for row in rows:
            codes = (v.code for turn in row.trajectory.turns if turn.weight for v in turn.verdicts)
            code = next(codes, None)
            yield KEPT if code is None else Decision(False, f"process:{code}")
