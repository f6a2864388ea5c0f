"""What the step rules look at: a message taken apart, and everything as it was before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from trajgym.gym_envs.plan import Move, Plan
from trajgym.gym_envs.trace import Trace
from trajgym.gym_envs.world import Tool, World


@dataclass(slots=True)
class Action:
    """An assistant message, taken apart: the calls as (tool name, arguments or None when they do not parse), and the words
    that the user gets to read (empty when there are calls and no words)."""

    calls: list[tuple[str, dict[str, Any] | None]]
    text: str
    broken: str = ""
    """JSON-in-content mode: why the content is not what was asked for."""


@dataclass(slots=True)
class View:
    """What the rules look at: all of it as it was before the message."""

    world: World
    plan: Plan
    trace: Trace
    moves: list[Move]
    shown: frozenset[str]
    """Names of the tools the agent was shown."""
    prompt: str
    """The system prompt: what stands in it is known."""


def values_of(tool: Tool, args: dict[str, Any]) -> Iterator[Any]:
    """The values that a call names: all but its free text."""
    for name, value in args.items():
        if tool.params.get(name) in ("reference", "value"):
            yield from leaves(value)


def leaves(value: Any) -> Iterator[Any]:
    """What stands in lists and objects, however deep; of anything else, itself."""
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value
