"""Faults of tools: what a task's recipe plans, and how an agent meets it.

A recipe says which fault strikes, at which call, and how often in a row. Most of them pass: the same call goes through the
next time. Nothing here is drawn at run time, and no answer is invented: what a fault still lets through is the true result, or
a part of it, marked as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One kind. `message` is what the agent reads. `shows`: how much of the true result a read still gives it ("", "part"
    or "copy"); a write is refused before it does anything. `passes`: the same call may go through the next time."""

    message: str
    shows: str = ""
    passes: bool = True


FAULTS: dict[str, Fault] = {
    "timeout": Fault("the service did not answer in time; nothing was done; try again"),
    "rate_limited": Fault("too many requests; nothing was done; try again"),
    "unavailable": Fault("the service is temporarily unavailable (503); nothing was done; try again"),
    "permission_denied": Fault(
        "the permission for this had run out (403); it is being renewed; nothing was done; try again"
    ),
    "partial_result": Fault("the answer was cut off; only this part of it came through; try again", shows="part"),
    "stale_read": Fault("this is an old copy and may be out of date; try again for the present state", shows="copy"),
    "schema_drift": Fault("", passes=False),
}
"""Kind (it is also the error's code) -> fault. A `schema_drift` is no error: the answer comes in another envelope."""

RETRYABLE = frozenset(kind for kind, fault in FAULTS.items() if fault.passes)
"""Error codes of passing faults."""


def strikes(faults: dict[str, Any], number: int) -> str:
    """The kind of fault that strikes call `number` of an episode whose recipe plans `faults`; empty when none does. A drifted
    schema stays as it is from that call on."""
    if not faults or number < faults["at"]:
        return ""
    kind: str = faults["kind"]
    if kind != "schema_drift" and number >= faults["at"] + faults.get("times", 1):
        return ""
    return kind


def part_of(result: Any) -> Any:
    """The first half of what a list or an object holds; of anything else nothing."""
    if isinstance(result, list):
        return result[: len(result) // 2]
    if isinstance(result, dict):
        names = list(result)
        return {name: result[name] for name in names[: len(names) // 2]}
    return None


def drifted(result: Any) -> Any:
    """`result` as the next version of the service sends it."""
    return {"schema_version": 2, "payload": result}
