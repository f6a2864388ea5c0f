"""Real conversations from a file: OpenAI chat JSONL, a conversation in each line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from trajgym.config import did_you_mean
from trajgym.errors import TrajgymError

_ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_SHAPE = 'Each line is one conversation: {"messages": [{"role": "user", "content": "..."}, ...]}'


def read_log(path: str | Path) -> Iterator[list[tuple[str, str]]]:
    """The conversations of a log as (role, text), those of users and assistants only.

    Raises TrajgymError, with ``file:line: field``, for what is not one, and when there is none.
    """
    path = Path(path)
    found = 0
    try:
        with open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _conversation(line, f"{path}:{number}")
                    found += 1
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise TrajgymError(f"The log {path} cannot be read: {said}.", "") from None
    if not found:
        raise TrajgymError(f"The log {path} holds no conversations.", _SHAPE)


def _conversation(line: bytes, place: str) -> list[tuple[str, str]]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise TrajgymError(f"{place}: This is not JSON: {error.msg}.", _SHAPE) from None
    if not isinstance(row, dict):
        raise TrajgymError(f"{place}: This is not a JSON object.", _SHAPE)
    if "messages" not in row:
        raise TrajgymError(f"{place}: messages: It is missing; this is another format.", _hint(row))
    messages = row["messages"]
    if not isinstance(messages, list):
        raise TrajgymError(f"{place}: messages: It is not a list.", _SHAPE)
    turns = [_message(message, f"{place}: messages[{i}]") for i, message in enumerate(messages)]
    talk = [(role, text) for role, text in turns if role in ("user", "assistant") and text.strip()]
    if not any(role == "user" for role, _ in talk):
        raise TrajgymError(f"{place}: messages: No user says anything.", _SHAPE)
    return talk


def _hint(row: dict[str, Any]) -> str:
    close = difflib.get_close_matches("messages", row, 1)
    return f"Is {close[0]!r} meant to be 'messages'? {_SHAPE}" if close else _SHAPE


def _message(message: Any, place: str) -> tuple[str, str]:
    if not isinstance(message, dict):
        raise TrajgymError(f"{place}: It is not an object.", _SHAPE)
    role = message.get("role")
    if role not in _ROLES:
        hint = did_you_mean(role, _ROLES) if isinstance(role, str) else _SHAPE
        raise TrajgymError(
            f"{place}.role: {role!r} is no role." if role is not None else f"{place}.role: It is missing.", hint
        )
    return role, _text(message.get("content"), f"{place}.content")


def _text(content: Any, place: str) -> str:
    """The words of a content: a string, null, or a list of parts of which some are text."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, list) and all(isinstance(part, dict) for part in content):
        texts = [part["text"] for part in content if isinstance(part.get("text"), str)]
        return "\n".join(texts)
    raise TrajgymError(f"{place}: It is neither text nor a list of parts.", _SHAPE)
