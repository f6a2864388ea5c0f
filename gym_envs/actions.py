"""Assistant messages as they come in: cleaned, and taken apart into calls and words."""

from __future__ import annotations

from typing import Any

import orjson

from trajgym.chat import Message, clean, loads, parse_arguments
from trajgym.gym_envs.lens import Lens
from trajgym.gym_envs.view import Action


def accept(message: Any, json_mode: bool = False) -> Message:
    """`message` as a clean assistant message of its own: only known keys, every type right. Junk becomes empty words.
    In JSON-in-content mode nothing answers a tool call, so there is none."""
    if not isinstance(message, dict):
        return {"role": "assistant", "content": clean(message) if isinstance(message, str) else ""}
    content = message.get("content")
    answer: Message = {"role": "assistant", "content": clean(content) if isinstance(content, str) else None}
    raw_calls = None if json_mode else message.get("tool_calls")
    calls = [_accept_call(call) for call in raw_calls] if isinstance(raw_calls, (list, tuple)) else []
    kept = [call for call in calls if call is not None]
    if kept:
        answer["tool_calls"] = kept
    elif answer["content"] is None:
        answer["content"] = ""
    return answer


def _accept_call(call: Any) -> Any:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        return None
    arguments = function.get("arguments")
    if not isinstance(arguments, str):
        try:
            arguments = orjson.dumps(arguments).decode()
        except TypeError:
            arguments = "null"
    named = {"name": clean(function["name"]), "arguments": clean(arguments)}
    return {"id": "", "type": "function", "function": named}


def parse_json_mode(answer: Message) -> Action:
    """An answer in JSON-in-content mode: ``{"tool": NAME, ...arguments}`` or a list of them; ``no_tool`` is words."""
    try:
        value = loads(answer["content"] or "")
    except ValueError:
        return Action([], "", broken="the reply is not JSON")
    objects = value if isinstance(value, list) else [value]
    calls: list[tuple[str, dict[str, Any] | None]] = []
    text = ""
    for item in objects:
        if not isinstance(item, dict) or not isinstance(item.get("tool"), str):
            return Action([], "", broken='the reply is not an object with "tool"')
        args = {name: argument for name, argument in item.items() if name != "tool"}
        if item["tool"] == "no_tool":
            if not isinstance(args.get("reply"), str) or len(args) != 1:
                return Action([], "", broken='no_tool takes one argument, "reply"')
            text = args["reply"]
        else:
            calls.append((item["tool"], args))
    return Action(calls, text)


def parse(answer: Message, json_mode: bool, lens: Lens | None) -> Action:
    """What an accepted message does, by the true names of tools and arguments."""
    if json_mode:
        action = parse_json_mode(answer)
    else:
        calls = [
            (call["function"]["name"], parse_arguments(call["function"]["arguments"]))
            for call in answer.get("tool_calls", ())
        ]
        action = Action(calls, answer["content"] or "")
    if lens is not None:
        action.calls = [lens.inward(name, args) for name, args in action.calls]
    return action
