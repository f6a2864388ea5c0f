"""Messages as OpenAI's fine-tuning files hold them: arguments a JSON string, no content beside bare calls, no ``name`` on tool
messages, no key that the `openai` package's types do not know."""

from __future__ import annotations

from typing import Any

from trajgym.chat import Message, ToolCall
from trajgym.writers.shapes import STRING, calls, closed

_CALLS = calls(STRING)
_ROLE = {"role": STRING}

CONTEXT_ROLES: dict[str, dict[str, Any]] = {
    "system": closed(("role", "content"), **_ROLE, content=STRING),
    "user": closed(("role", "content"), **_ROLE, content=STRING),
    "tool": closed(("role", "content", "tool_call_id"), **_ROLE, content=STRING, tool_call_id=STRING),
}
ASSISTANT = closed(("role",), **_ROLE, content=STRING, tool_calls=_CALLS)
WEIGHTED_ASSISTANT = closed(
    ("role",), **_ROLE, content=STRING, tool_calls=_CALLS, weight={"type": "integer", "enum": [0, 1]}
)


def to_assistant(message: Message) -> dict[str, Any]:
    """One assistant message as rows hold it, without a weight."""
    content = message["content"]
    made = message.get("tool_calls")
    if not made:
        return {"role": "assistant", "content": content or ""}
    calls = [call if len(call) == 3 and len(call["function"]) == 2 else _bare(call) for call in made]
    if content:
        return {"role": "assistant", "content": content, "tool_calls": calls}
    return {"role": "assistant", "tool_calls": calls}


def _bare(call: ToolCall) -> ToolCall:
    """The call without the keys that some servers add."""
    function = call["function"]
    return {
        "id": call["id"],
        "type": "function",
        "function": {"name": function["name"], "arguments": function["arguments"]},
    }


def to_openai(messages: list[Message], weights: list[int] | None = None) -> list[dict[str, Any]]:
    """The messages as rows hold them; with `weights`, each assistant message gets its own."""
    rows: list[Any] = []
    turn = 0
    for message in messages:
        role = message["role"]
        if role == "assistant":
            if weights is not None:
                row = to_assistant(message)
                row["weight"] = weights[turn]
                turn += 1
                rows.append(row)
            elif len(message) == 2 and message["content"]:
                rows.append(message)  # words alone: as it is, like most messages
            else:
                rows.append(to_assistant(message))
        elif role == "tool":
            rows.append({"role": "tool", "tool_call_id": message["tool_call_id"], "content": message["content"]})
        elif len(message) == 2:
            rows.append(message)
        else:
            rows.append({"role": role, "content": message["content"]})
    return rows


def from_openai(rows: list[dict[str, Any]]) -> list[Message]:
    """The messages in our shape: content None beside bare calls, and tool messages named after the call they answer."""
    messages: list[Message] = []
    names: dict[str, str] = {}
    for row in rows:
        message: Message = {"role": row["role"], "content": row.get("content")}
        if made := row.get("tool_calls"):
            message["tool_calls"] = made
            names |= {call["id"]: call["function"]["name"] for call in made}
        if "tool_call_id" in row:
            message["tool_call_id"] = row["tool_call_id"]
            message["name"] = names.get(row["tool_call_id"], "")
        messages.append(message)
    return messages
