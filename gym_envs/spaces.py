"""Gymnasium spaces for chat: JSON values to see, an assistant message to act.

They derive from `Space` and not from `Text`: a subclass of `Text` under shared memory silently returns garbage. Spaces of
different worlds compare equal, so that they can stand in one vector environment; what a tool is called or takes is not the
space's business, because a wrong call is an action too, and answered with a tool error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from gymnasium import Space

from trajgym.chat import Message, assistant

_WORDS = ("hello", "yes", "no", "please", "order", "why", "naïve", "你好", "ok")


class JsonList(Space[list[Any]]):
    """A list of JSON objects: chat messages, or tools."""

    def __init__(self, what: str, seed: int | None = None) -> None:
        super().__init__(None, None, seed)
        self.what = what

    @property
    def is_np_flattenable(self) -> bool:
        return False

    def sample(self, mask: Any = None, probability: Any = None) -> list[Any]:
        n = int(self.np_random.integers(0, 3))
        if self.what == "tools":
            return [{"type": "function", "function": {"name": f"tool_{i}", "parameters": {}}} for i in range(n)]
        return [{"role": "user", "content": str(self.np_random.choice(_WORDS))} for _ in range(n)]

    def contains(self, x: Any) -> bool:
        return isinstance(x, list) and all(isinstance(item, dict) for item in x)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JsonList) and other.what == self.what

    def __hash__(self) -> int:
        return hash(("JsonList", self.what))

    def __repr__(self) -> str:
        return f"JsonList({self.what!r})"

    def to_jsonable(self, sample_n: Iterable[list[Any]]) -> list[Any]:
        return [orjson.loads(orjson.dumps(item)) for item in sample_n]

    def from_jsonable(self, sample_n: list[Any]) -> list[list[Any]]:
        return [list(item) for item in sample_n]


class AssistantMessage(Space[Message]):
    """One assistant message: ``content`` (text or None) and ``tool_calls``. Only the envelope is checked; unknown tools and
    wrong arguments are inside the space. `sample` draws words and calls, good and bad."""

    def __init__(self, tools: Sequence[str] = (), seed: int | None = None) -> None:
        super().__init__(None, None, seed)
        self.tools = tuple(tools) or ("some_tool",)

    @property
    def is_np_flattenable(self) -> bool:
        return False

    def sample(self, mask: Any = None, probability: Any = None) -> Message:
        draw = self.np_random
        if draw.random() < 0.4:
            return assistant(" ".join(draw.choice(_WORDS, size=int(draw.integers(0, 6)))))
        calls: list[tuple[str, Any]] = []
        for _ in range(int(draw.integers(1, 3))):
            name = str(draw.choice(self.tools)) if draw.random() < 0.8 else "no_such_tool"
            arguments: Any = {"query": str(draw.choice(_WORDS))} if draw.random() < 0.6 else '{"broken": '
            calls.append((name, arguments))
        return assistant(None, calls)

    def contains(self, x: Any) -> bool:
        if not isinstance(x, dict) or x.get("role") != "assistant":
            return False
        if not isinstance(x.get("content"), (str, type(None))):
            return False
        calls = x.get("tool_calls") or []
        return isinstance(calls, (list, tuple)) and all(_is_call(call) for call in calls)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssistantMessage)

    def __hash__(self) -> int:
        return hash("AssistantMessage")

    def __repr__(self) -> str:
        return "AssistantMessage()"

    def to_jsonable(self, sample_n: Iterable[Message]) -> list[Any]:
        return [orjson.loads(orjson.dumps(item)) for item in sample_n]

    def from_jsonable(self, sample_n: list[Any]) -> list[Message]:
        return list(sample_n)


def _is_call(call: Any) -> bool:
    function = call.get("function") if isinstance(call, dict) else None
    return (
        isinstance(function, dict)
        and isinstance(function.get("name"), str)
        and isinstance(function.get("arguments"), str)
    )
