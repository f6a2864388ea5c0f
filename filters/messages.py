"""Whether messages are well formed, told as a word: what the filters of form and of pairs share."""

from __future__ import annotations

import re
from typing import Any

import jsonschema_rs

from trajgym.chat import Message, canonical, parse_arguments
from trajgym.trajectory import Frame

_is_call_id = re.compile(r"[a-zA-Z0-9]{9}").fullmatch
_FRAMES = 1024
_SCHEMAS = 2048

_Tools = dict[str, Any]
"""By the name of a tool, the validator of its arguments; until it is first asked for, their schema."""


class Checker:
    """Checks assistant messages against the tools of their frames. Compiled schemas are kept, as many as stay small."""

    def __init__(self) -> None:
        self._frame: Frame | None = None
        self._tools: _Tools = {}
        self._known: dict[str, _Tools] = {}
        self._validators: dict[bytes, Any] = {}

    def fault(self, message: Message, frame: Frame, *, declared: bool = True, schema: bool = True) -> str:
        """What is wrong with an assistant message, empty when nothing is.

        In this order: ``role``; ``content`` (not text); ``empty`` (no words, no calls); ``call_id`` (not nine letters or
        digits, or twice in the message); ``call`` (not a function call); ``arguments`` (not the JSON of an object);
        ``undeclared_tool``, when `declared` asks for it; ``schema`` (the arguments do not fit), when `schema` does.
        """
        if message["role"] != "assistant":
            return "role"
        content = message["content"]
        if content is not None and not isinstance(content, str):
            return "content"
        calls = message.get("tool_calls")
        if not calls:
            return "" if content else "empty"
        if frame is not self._frame:
            self._frame = frame
            self._tools = self._known.get(frame.key) or self._read(frame)
        if len(calls) > 1 and len({call["id"] for call in calls}) < len(calls):
            return "call_id"
        for call in calls:
            fault = self._call_fault(call, declared, schema)
            if fault:
                return fault
        return ""

    def _call_fault(self, call: Any, declared: bool, schema: bool) -> str:
        if not _is_call_id(call["id"]):
            return "call_id"
        function = call["function"]
        text = function["arguments"]
        if call["type"] != "function" or not isinstance(text, str):
            return "call"
        arguments = parse_arguments(text)
        if arguments is None:
            return "arguments"
        validator = self._tools.get(function["name"])
        if validator is None:
            return "undeclared_tool" if declared else ""
        if not schema:
            return ""
        if not hasattr(validator, "is_valid"):
            validator = self._tools[function["name"]] = self._validator(validator)
        return "" if validator.is_valid(arguments) else "schema"

    def _read(self, frame: Frame) -> _Tools:
        if len(self._known) >= _FRAMES:
            self._known.clear()
        tools = {tool["function"]["name"]: tool["function"].get("parameters") or {} for tool in frame.tools}
        self._known[frame.key] = tools
        return tools

    def _validator(self, parameters: dict[str, Any]) -> Any:
        """Kept by what the schema says: equal ones compile once, however many frames show them."""
        key = canonical(parameters)
        validator = self._validators.get(key)
        if validator is None:
            if len(self._validators) >= _SCHEMAS:
                self._validators.clear()
            validator = self._validators[key] = jsonschema_rs.validator_for(parameters, validate_formats=True)
        return validator
