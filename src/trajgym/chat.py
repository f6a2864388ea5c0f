"""Messages, tool calls and tool schemas, as OpenAI Chat Completions has them.

In the hot path they are plain dicts. Two house rules hold everywhere: the arguments of a call are a JSON *string*, and a
tool-call id in a history is nine characters ``[a-zA-Z0-9]`` (what the strictest consumer accepts), a function of where the
call stands and of nothing else.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

import orjson

from trajgym.seeding import digest

_ALPHABET = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_LETTERS = bytes(_ALPHABET[byte % 62] for byte in range(256))


class FunctionCall(TypedDict):
    name: str
    arguments: str


class ToolCall(TypedDict):
    id: str
    type: str
    function: FunctionCall


class Message(TypedDict):
    """One chat message. ``content`` is a string, or None on an assistant message that only calls tools."""

    role: str
    content: str | None
    tool_calls: NotRequired[list[ToolCall]]
    tool_call_id: NotRequired[str]
    name: NotRequired[str]


Tool = dict[str, Any]
"""``{"type": "function", "function": {"name", "description", "parameters"}}``"""


def dumps(value: Any) -> str:
    """Compact JSON in the order the value has it."""
    return orjson.dumps(value).decode()


def canonical(value: Any) -> bytes:
    """JSON with sorted keys: equal values, equal bytes."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def tool_call_id(episode: str, turn: int, position: int) -> str:
    """The nine-character id of call `position` in turn `turn` of `episode` (a trajectory's id)."""
    return digest(episode, turn, position)[:9].translate(_LETTERS).decode()


def system(content: str) -> Message:
    return {"role": "system", "content": content}


def user(content: str) -> Message:
    return {"role": "user", "content": content}


def assistant(content: str | None, calls: list[tuple[str, Any]] | None = None) -> Message:
    """An assistant message; `calls` are (tool name, arguments) pairs, arguments a dict or raw text. Ids are set later."""
    message: Message = {"role": "assistant", "content": content}
    if calls:
        message["tool_calls"] = [
            {
                "id": "",
                "type": "function",
                "function": {"name": name, "arguments": args if isinstance(args, str) else dumps(args)},
            }
            for name, args in calls
        ]
    return message


def tool_result(call_id: str, name: str, content: str) -> Message:
    return {"role": "tool", "tool_call_id": call_id, "name": name, "content": content}


_DEEP = 100
"""Brackets that a JSON text may open without a look at how deep they go."""


def loads(text: str) -> Any:
    """The value of a JSON text. Raises ValueError when it is not JSON, or nested too deep to be written again."""
    value = orjson.loads(text)
    if text.count("[") + text.count("{") > _DEEP:
        try:
            orjson.dumps([[[value]]])
        except TypeError as error:
            raise ValueError(str(error)) from error
    return value


def parse_arguments(text: str) -> dict[str, Any] | None:
    """The arguments as a dict, or None when they are not the JSON of an object."""
    try:
        value = loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def clean(text: str) -> str:
    """`text` without lone surrogates, which no UTF-8 file can hold: each becomes U+FFFD, a pair becomes its character."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
