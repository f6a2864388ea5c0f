"""Whether messages are well formed, told as a word: what the filters of form and of pairs share."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Any

import jsonschema_rs

from trajgym.chat import Message, canonical, parse_arguments
from trajgym.trajectory import Frame

_CALL_ID = re.compile(r"[a-zA-Z0-9]{9}")
_FRAMES = 512
_SCHEMAS = 2048


class Checker:
    """Checks assistant messages against the tools of their frames. Compiled schemas are kept, as many as stay small."""

    def __init__(self) -> None:
        self._frames: OrderedDict[str, dict[str, bytes]] = OrderedDict()
        self._validators: OrderedDict[bytes, Any] = OrderedDict()

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
        calls = message.get("tool_calls", [])
        if not calls:
            return "" if content else "empty"
        if len({call["id"] for call in calls}) < len(calls):
            return "call_id"
        for call in calls:
            fault = self._call_fault(call, frame, declared, schema)
            if fault:
                return fault
        return ""

    def _call_fault(self, call: Any, frame: Frame, declared: bool, schema: bool) -> str:
        if not _CALL_ID.fullmatch(call["id"]):
            return "call_id"
        function = call["function"]
        if call["type"] != "function" or not isinstance(function["arguments"], str):
            return "call"
        arguments = parse_arguments(function["arguments"])
        if arguments is None:
            return "arguments"
        parameters = self._tools(frame).get(function["name"])
        if parameters is None:
            return "undeclared_tool" if declared else ""
        return "schema" if schema and not self._validator(parameters).is_valid(arguments) else ""

    def _tools(self, frame: Frame) -> dict[str, bytes]:
        """The schemas of a frame's tools by name, as bytes: equal ones compile once, however many frames show them."""
        tools = self._frames.get(frame.key)
        if tools is None:
            functions = [tool["function"] for tool in frame.tools]
            tools = {f["name"]: canonical(f.get("parameters") or {"type": "object"}) for f in functions}
            _remember(self._frames, frame.key, tools, _FRAMES)
        return tools

    def _validator(self, parameters: bytes) -> Any:
        validator = self._validators.get(parameters)
        if validator is None:
            validator = jsonschema_rs.validator_for(parameters.decode(), validate_formats=True)
            _remember(self._validators, parameters, validator, _SCHEMAS)
        return validator


def _remember(cache: OrderedDict[Any, Any], key: Any, value: Any, size: int) -> None:
    cache[key] = value
    if len(cache) > size:
        cache.popitem(last=False)
