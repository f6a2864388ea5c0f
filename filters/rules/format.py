"""format: the messages are ones that every consumer takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trajgym.chat import Message, ToolCall
from trajgym.filters.contract import KEPT, Decision, Filter, Row
from trajgym.filters.messages import Checker
from trajgym.trajectory import Trajectory


class Format(Filter[Row]):
    """Roles in order, tool results paired with their calls by id, arguments that parse, tools that were shown; and the
    arguments of a call that is learnt from (weight 1) fit its schema. For the words of the reasons see `Checker.fault`;
    besides ``opening``, ``order`` (the wrong one answers, or nobody), ``results`` (do not match the calls) and ``shape``
    (a part is missing, or is no message at all)."""

    name = "format"
    order = 10
    spares = ("format:undeclared_tool",)
    agents_fault = ("format:empty", "format:arguments", "format:undeclared_tool", "format:schema")

    def judge(self, rows: Iterable[Row]) -> Iterator[Decision]:
        checker = Checker()
        for row in rows:
            try:
                fault = _fault(checker, row.trajectory)
            except (AttributeError, KeyError, TypeError):  # damaged rows: nothing in them is sure to be there
                fault = "shape"
            yield Decision(False, f"format:{fault}") if fault else KEPT


def _fault(checker: Checker, trajectory: Trajectory) -> str:
    if not trajectory.turns or not trajectory.opening or not all(map(_is_users, trajectory.opening)):
        return "opening"
    last = trajectory.turns[-1]
    ids: list[str] = []
    for turn in trajectory.turns:
        if fault := checker.fault(turn.message, turn.frame, schema=turn.weight == 1):
            return fault
        calls, results = turn.message.get("tool_calls"), turn.results
        if not results:
            if turn is not last:
                return "order"
            ids += [call["id"] for call in calls or ()]
        elif calls:
            if fault := _answer_fault(calls, results, ids):
                return fault
        elif not all(map(_is_users, results)):
            return "order"
    return "call_id" if len(set(ids)) < len(ids) else ""


def _answer_fault(calls: list[ToolCall], results: list[Message], ids: list[str]) -> str:
    """Calls are answered by as many tool messages, then the user may speak; words are answered by the user. Only after
    the last message may there be nothing. Adds the ids of the calls to `ids`."""
    if len(results) < len(calls):
        return "order"
    for call, message in zip(calls, results, strict=False):
        if message["role"] != "tool":
            return "order"
        if message["tool_call_id"] != call["id"]:
            return "results"
        if not isinstance(message["content"], str):
            return "content"
        ids.append(call["id"])
    return "" if all(map(_is_users, results[len(calls) :])) else "order"


def _is_users(message: Message) -> bool:
    content = message["content"]
    return message["role"] == "user" and isinstance(content, str) and content != ""
