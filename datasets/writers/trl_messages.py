"""Messages as TRL's chat templates read them: arguments an object (a string is encoded twice by many templates), content
``""`` and never null, tool messages with both ``name`` and ``tool_call_id``."""

from __future__ import annotations

from typing import Any

from trajgym.chat import Message, ToolCall, dumps, parse_arguments
from trajgym.writers.example import CannotWrite
from trajgym.writers.shapes import STRING, calls, closed

_ROLE = {"role": STRING}

ROLES: dict[str, dict[str, Any]] = {
    "system": closed(("role", "content"), **_ROLE, content=STRING),
    "user": closed(("role", "content"), **_ROLE, content=STRING),
    "assistant": closed(("role", "content"), **_ROLE, content=STRING, tool_calls=calls({"type": "object"})),
    "tool": closed(
        ("role", "name", "tool_call_id", "content"), **_ROLE, name=STRING, tool_call_id=STRING, content=STRING
    ),
}


def _call(call: ToolCall) -> dict[str, Any]:
    function = call["function"]
    arguments = parse_arguments(function["arguments"])
    if arguments is None:
        raise CannotWrite(
            f"a call of {function['name']} has arguments that are not a JSON object",
            "TRL's templates read arguments as an object; the format filter drops such trajectories.",
        )
    return {"id": call["id"], "type": "function", "function": {"name": function["name"], "arguments": arguments}}


def to_trl(messages: list[Message]) -> list[dict[str, Any]]:
    """The messages as rows hold them. Raises CannotWrite when the arguments of a call are not a JSON object."""
    rows: list[Any] = []
    for message in messages:
        size = len(message)
        role = message["role"]
        if role == "assistant":
            if size == 2 and message["content"]:
                rows.append(message)  # words alone: as it is, like most messages
                continue
            row: dict[str, Any] = {"role": "assistant", "content": message["content"] or ""}
            if made := message.get("tool_calls"):
                row["tool_calls"] = [_call(call) for call in made]
            rows.append(row)
        elif role != "tool":
            rows.append(message if size == 2 else {"role": role, "content": message["content"]})
        elif size == 4:
            rows.append(message)
        else:
            name, call_id = message["name"], message["tool_call_id"]
            rows.append({"role": role, "tool_call_id": call_id, "name": name, "content": message["content"]})
    return rows


def from_trl(rows: list[dict[str, Any]]) -> list[Message]:
    """The messages in our shape: arguments compact JSON, content None beside bare calls."""
    messages: list[Message] = []
    for row in rows:
        message: Message = {"role": row["role"], "content": row["content"]}
        if made := row.get("tool_calls"):
            message["content"] = row["content"] or None
            message["tool_calls"] = [
                {
                    "id": call["id"],
                    "type": "function",
                    "function": {
                        "name": call["function"]["name"],
                        "arguments": dumps(call["function"]["arguments"]),
                    },
                }
                for call in made
            ]
        if row["role"] == "tool":
            message["tool_call_id"] = row["tool_call_id"]
            message["name"] = row["name"]
        messages.append(message)
    return messages
