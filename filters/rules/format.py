"""format: the messages are ones that every consumer takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trajgym.chat import Message
from trajgym.filters.contract import KEPT, Decision, Filter, Row
from trajgym.filters.messages import Checker
from trajgym.trajectory import Trajectory, Turn


class Format(Filter[Row]):
    """Roles in order, tool results paired with their calls by id, arguments that parse, tools that were shown; and the
    arguments of a call that is learnt from (weight 1) fit its schema. For the words of the reasons see `Checker.fault`;
    besides ``opening``, ``order`` (the wrong one answers, or nobody) and ``results`` (do not match the calls)."""

    name = "format"
    order = 10

    def judge(self, rows: Iterable[Row]) -> Iterator[Decision]:
        checker = Checker()
        for row in rows:
            fault = _fault(checker, row.trajectory)
            yield Decision(False, f"format:{fault}") if fault else KEPT


def _fault(checker: Checker, trajectory: Trajectory) -> str:
    if not trajectory.turns or not trajectory.opening or not all(map(_is_users, trajectory.opening)):
        return "opening"
    last = trajectory.turns[-1]
    ids: set[str] = set()
    for turn in trajectory.turns:
        fault = checker.fault(turn.message, turn.frame, schema=turn.weight == 1) or _answer_fault(turn, turn is last)
        if fault:
            return fault
        for call in turn.message.get("tool_calls", ()):
            if call["id"] in ids:
                return "call_id"
            ids.add(call["id"])
    return ""


def _answer_fault(turn: Turn, is_last: bool) -> str:
    """Calls are answered by as many tool messages, then the user may speak; words are answered by the user. Only after
    the last message may there be nothing."""
    calls = turn.message.get("tool_calls", [])
    tools, users = turn.results[: len(calls)], turn.results[len(calls) :]
    if not turn.results:
        return "" if is_last else "order"
    if any(message["role"] != "tool" for message in tools) or not all(map(_is_users, users)):
        return "order"
    if [call["id"] for call in calls] != [message.get("tool_call_id") for message in tools]:
        return "results"
    return "" if all(isinstance(message["content"], str) for message in tools) else "content"


def _is_users(message: Message) -> bool:
    return message["role"] == "user" and isinstance(message["content"], str) and message["content"] != ""
