"""What a chat-completions server sent back, checked before anybody builds on it.

The `openai` package hands through web pages, half bodies, empty choices and arguments of the wrong type as if they were
answers. `parse_reply` takes the bytes and gives a `Reply` or raises `BadReply`, which names what is wrong; asking again may
help. What the *model* did wrong (arguments that are no JSON, no words at all, cut off at the token limit) is a Reply: the
rules of the world judge it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from trajgym.chat import Message, ToolCall
from trajgym.trajectory import Usage

FINISH_REASONS = frozenset({"stop", "length", "tool_calls", "content_filter", "function_call"})


class BadReply(Exception):
    """A 200 that is no chat completion. `kind` is the name it is counted under; the text says what was found."""

    def __init__(self, kind: str, found: str) -> None:
        super().__init__(found)
        self.kind = kind
        self.found = found


class ErrorInBody(BadReply):
    """A 200 that carries an error object, as gateways send it. `status` is the status it should have had, 0 if unsaid."""

    def __init__(self, status: int, found: str) -> None:
        super().__init__("error_in_body", found)
        self.status = status


@dataclass(slots=True)
class Reply:
    """One assistant message as a model gave it.

    `message` has role, content and, when tools are called, tool_calls with arguments as a string; nothing else that the
    server sent. `raw` is the body as received. `finish_reason` is ``length`` when the token limit cut the message.
    `counted` is False when the server did not say what the reply used, and `usage` then holds no tokens.
    """

    message: Message
    raw: bytes
    finish_reason: str
    usage: Usage
    counted: bool = True


def parse_reply(raw: bytes) -> Reply:
    """The reply in the body `raw` of a 200. Raises `BadReply`."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        found = "a web page" if raw.lstrip()[:1] == b"<" else f"no JSON ({error.msg})"
        raise BadReply("not_json", found) from None
    if not isinstance(body, dict):
        raise BadReply("not_json", "JSON that is no object")
    choices = body.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        if body.get("error"):
            raise _error_in(body["error"])
        raise BadReply("no_choices", "no choices")
    choice = choices[0]
    message = choice.get("message")
    if not isinstance(message, dict):
        raise BadReply("no_message", "a choice without a message")
    checked = _message(message)
    usage, counted = _usage(body.get("usage"))
    return Reply(checked, raw, _finish_reason(choice.get("finish_reason"), checked), usage, counted)


def _message(message: dict[str, Any]) -> Message:
    content = message.get("content")
    if content is None and isinstance(message.get("refusal"), str):
        content = message["refusal"]
    if content is not None and not isinstance(content, str):
        raise BadReply("bad_content", f"content of type {type(content).__name__}")
    if content and "\0" in content:
        raise BadReply("bad_content", "a NUL character in the content")
    calls = message.get("tool_calls")
    if calls:
        if not isinstance(calls, list):
            raise BadReply("bad_call", f"tool_calls of type {type(calls).__name__}")
        return {"role": "assistant", "content": content, "tool_calls": [_call(call) for call in calls]}
    if message.get("function_call"):
        raise BadReply("bad_call", "a call in the old function_call field")
    return {"role": "assistant", "content": content or ""}


def _call(call: Any) -> ToolCall:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict):
        raise BadReply("bad_call", "a tool call without a function")
    name, arguments = function.get("name"), function.get("arguments")
    if not isinstance(name, str) or not name or "\0" in name:
        raise BadReply("bad_call", "a tool call without a name")
    if not isinstance(arguments, str):
        raise BadReply("bad_call", f"arguments of type {type(arguments).__name__} instead of a string")
    if "\0" in arguments:
        raise BadReply("bad_call", "a NUL character in the arguments")
    number = call.get("id")
    return {
        "id": number if isinstance(number, str) else "",
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    }


def _finish_reason(reason: Any, message: Message) -> str:
    if reason is None:  # some local servers leave it out
        return "tool_calls" if "tool_calls" in message else "stop"
    if not isinstance(reason, str) or reason not in FINISH_REASONS:
        raise BadReply("bad_finish", f"the unknown finish_reason {str(reason)[:40]!r}")
    return reason


def _usage(usage: Any) -> tuple[Usage, bool]:
    if not isinstance(usage, dict):
        return Usage(1), False
    prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if type(prompt) is int and type(completion) is int and prompt >= 0 and completion >= 0:
        return Usage(1, prompt, completion), True
    return Usage(1), False


def _error_in(error: Any) -> ErrorInBody:
    found = error.get("message", error) if isinstance(error, dict) else error
    code = error.get("code") if isinstance(error, dict) else None
    status = int(code) if isinstance(code, int) or (isinstance(code, str) and code.isdigit()) else 0
    return ErrorInBody(status, str(found)[:300])
