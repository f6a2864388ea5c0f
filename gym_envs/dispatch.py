"""Running a tool call: the only way from an assistant message to the backend.

A bad call (unknown tool, arguments that do not parse or fit) is answered with a tool error, never an exception. Faults that
the task's recipe plans strike here, before the tool runs: the call fails as a timeout or a busy server would make it fail.
"""

from __future__ import annotations

from typing import Any

from trajgym.chat import dumps
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.faults import FAULTS, drifted, part_of, strikes
from trajgym.gym_envs.world import World
from trajgym.task import Task


def run_tool(
    world: World, task: Task, state: Backend, shown: frozenset[str], name: str, args: dict[str, Any] | None, raw: str
) -> tuple[str, Any, str]:
    """Run one call. Returns what the tool message says (JSON text), the result as a value, and the error's code (empty
    when the call succeeded)."""
    number = state.clock
    state.clock += 1
    if name not in shown:
        return _error("unknown_tool", f"There is no tool named {name[:80]!r}.")
    if args is None:
        return _error("invalid_json", f"The arguments are not a JSON object: {raw[:200]!r}.")
    tool = world.tool_map[name]
    complaint = tool.complaint(args)
    if complaint:
        return _error("invalid_arguments", complaint)
    kind = strikes(task.faults, number) if task.faults else ""
    fault = FAULTS[kind] if kind else None
    if fault and fault.passes and not (fault.shows and tool.kind == "read"):
        return _error(
            kind if not fault.shows else "unavailable", FAULTS["unavailable"].message if fault.shows else fault.message
        )
    try:
        result = tool.run(state, args)
    except ToolFailure as failure:
        return _error(failure.code, failure.message)
    except OverflowError:
        return _error("invalid_arguments", "A number is too large.")
    if fault:
        if fault.passes:
            shown_part = part_of(result) if fault.shows == "part" else result
            return _error(kind, fault.message, {fault.shows: shown_part})
        result = drifted(result)
    return dumps(result), result, ""


def _error(code: str, message: str, shows: dict[str, Any] | None = None) -> tuple[str, Any, str]:
    """An error as the agent reads it; `shows` is what of the true result came through."""
    body = {"error": {"code": code, "message": message}, **(shows or {})}
    return dumps(body), body, code


MAX_CALLS = 16
"""Calls of one message that are run; the rest is refused with `TOO_MANY`."""

TOO_MANY = _error("too_many", f"Only {MAX_CALLS} calls of a message are run.")
