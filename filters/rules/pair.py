"""pair: the two sides are a fair comparison."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from trajgym.chat import Message, parse_arguments
from trajgym.filters.contract import KEPT, Decision, Filter, PairRow, is_correction
from trajgym.filters.messages import Checker
from trajgym.verdict import MISTAKES


class PairFilter(Filter[PairRow]):
    """The pair belongs to its trajectory and names a known mistake, its chosen side is one that `format` would keep, its
    rejected side is well formed (it may call a tool that is not there, or with arguments that do not fit), and they say
    different things (ids of calls aside). A correction can outlive its trajectory, which may have called a tool that is
    not there: its rejected side may be that call, but none before it."""

    name = "pair"
    scope = "pair"

    def judge(self, rows: Iterable[PairRow]) -> Iterator[Decision]:
        checker = Checker()
        for row in rows:
            try:
                fault = _fault(checker, row)
            except (AttributeError, KeyError, TypeError):  # damaged: nothing in a message is sure to be there
                fault = "shape"
            yield Decision(False, f"pair:{fault}") if fault else KEPT


def _fault(checker: Checker, row: PairRow) -> str:
    pair, trajectory = row.pair, row.trajectory
    if pair.trajectory != trajectory.id or not 0 <= pair.turn < len(trajectory.turns):
        return "place"
    if pair.code not in MISTAKES:
        return "code"
    frame = trajectory.turns[pair.turn].frame
    if fault := checker.fault(pair.chosen, frame):
        return f"chosen_{fault}"
    if fault := checker.fault(pair.rejected, frame, declared=False, schema=False):
        return f"rejected_{fault}"
    if is_correction(pair):
        for turn in trajectory.turns[: pair.turn]:
            if fault := checker.fault(turn.message, turn.frame, schema=turn.weight == 1):
                return f"prefix_{fault}"
    return "identical" if _meaning(pair.chosen) == _meaning(pair.rejected) else ""


def _meaning(message: Message) -> Any:
    calls = [call["function"] for call in message.get("tool_calls", ())]
    return message["content"] or "", [(call["name"], parse_arguments(call["arguments"])) for call in calls]
