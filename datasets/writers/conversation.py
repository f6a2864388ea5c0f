"""The rules between the messages of a row, which no JSON Schema can say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson

from trajgym.chat import Message, Tool, parse_arguments
from trajgym.writers.example import Example
from trajgym.writers.registry import Format

if TYPE_CHECKING:
    import jsonschema_rs

    Validators = dict[str, jsonschema_rs.Validator]

Finding = tuple[str, str]
"""The field that is wrong, and what is wrong with it."""


def findings(example: Example, form: Format) -> Iterator[Finding]:
    """What is wrong with `example`, read from a row of `form` that fits its schema."""
    try:
        validators = _validators(orjson.dumps(example.frame.tools))
    except _BadTool as bad:
        yield f"tools[{bad.position}].function.{bad.field}", bad.message
        return
    yield from _order(example)
    yield from _messages(example, validators)
    if form.kind == "sft":
        yield from _sft_end(example)
    else:
        yield from _dpo_end(example, form.sides, validators)


class _BadTool(Exception):
    def __init__(self, position: int, field: str, message: str) -> None:
        super().__init__(message)
        self.position, self.field, self.message = position, field, message


@lru_cache(maxsize=512)
def _validators(tools: bytes) -> Validators:
    """A validator of the arguments for each tool; few tool lists serve many rows."""
    import jsonschema_rs

    found: Validators = {}
    for i, tool in enumerate(orjson.loads(tools)):
        function: Tool = tool["function"]
        if function["name"] in found:
            raise _BadTool(i, "name", f"there are two tools called {function['name']}")
        try:
            found[function["name"]] = jsonschema_rs.validator_for(function["parameters"])
        except (jsonschema_rs.ValidationError, ValueError) as error:
            raise _BadTool(i, "parameters", f"is not a JSON Schema: {_first_line(error)}") from None
    return found


def _order(example: Example) -> Iterator[Finding]:
    """Who may speak after whom, and that each call gets one result before anyone speaks."""
    open_calls: dict[str, str] = {}
    seen: set[str] = set()
    before = ""
    for place, message in zip(example.places, example.messages, strict=True):
        role = message["role"]
        if role == "tool":
            yield from _answer(place, message, open_calls, seen)
        else:
            if open_calls:
                yield place, f"comes before the results of calls {', '.join(open_calls)}"
                open_calls = {}
            if role == "system" and before:
                yield f"{place}.role", "a system message may only come first"
            elif role == "user" and before == "tool":
                yield f"{place}.role", "the user speaks before the assistant has taken up the tool results"
            elif role == "assistant" and before in ("", "system"):
                yield f"{place}.role", "the assistant speaks before the user"
            elif role == "assistant" and before == "assistant":
                yield f"{place}.role", "two assistant messages in a row"
        for i, call in enumerate(message.get("tool_calls", ())):
            if call["id"] in seen:
                yield f"{place}.tool_calls[{i}].id", f"call id {call['id']} is used twice"
            seen.add(call["id"])
            open_calls[call["id"]] = call["function"]["name"]
        before = role


def _answer(place: str, message: Message, open_calls: dict[str, str], seen: set[str]) -> Iterator[Finding]:
    call_id = message["tool_call_id"]
    name = open_calls.pop(call_id, None)
    if name is None:
        why = "has its result already, or somebody spoke in between" if call_id in seen else "does not stand before it"
        yield f"{place}.tool_call_id", f"answers call {call_id}, which {why}"
    elif message["name"] != name:
        yield f"{place}.name", f"answers a call of {name} under the name {message['name']}"


def _messages(example: Example, validators: Validators) -> Iterator[Finding]:
    turn = 0
    for place, message in zip(example.places, example.messages, strict=True):
        if message["role"] == "assistant":
            learned = bool(example.weights[turn])
            yield from _assistant(place, message, validators, strict=learned, parallel=example.parallel or not learned)
            turn += 1


def _assistant(
    place: str, message: Message, validators: Validators, *, strict: bool, parallel: bool
) -> Iterator[Finding]:
    """`strict`: the message is learned as right, so its calls are of declared tools and fit their schemas. Context and
    rejected sides may hold what went wrong, and calls of tools that another agent had."""
    calls = message.get("tool_calls", [])
    if not calls and not (message["content"] or "").strip():
        yield place, "an assistant message with neither content nor calls"
    if len(calls) > 1 and not parallel:
        yield f"{place}.tool_calls", "several calls at once where parallel_tool_calls is false"
    for i, call in enumerate(calls):
        function = call["function"]
        field = f"{place}.tool_calls[{i}].function"
        arguments = parse_arguments(function["arguments"])
        if arguments is None:
            yield f"{field}.arguments", "is not the JSON of an object"
        elif strict and function["name"] not in validators:
            yield f"{field}.name", f"calls {function['name']}, which is not among the tools"
        elif strict:
            for error in validators[function["name"]].iter_errors(arguments):
                path = "".join(f"[{part!r}]" for part in error.instance_path)
                yield f"{field}.arguments{path}", error.message


def _sft_end(example: Example) -> Iterator[Finding]:
    if example.messages[-1]["role"] != "assistant":
        yield f"{example.places[-1]}.role", "the row has to end with an assistant message"
    if not any(example.weights):
        yield example.places[0].partition("[")[0], "there is no assistant message to learn"


def _dpo_end(example: Example, sides: tuple[str, str], validators: Validators) -> Iterator[Finding]:
    last = example.messages[-1]
    answered = {m["tool_call_id"] for m in example.messages if m["role"] == "tool"}
    missing = [c["id"] for m in example.messages for c in m.get("tool_calls", ()) if c["id"] not in answered]
    if last["role"] not in ("user", "tool"):
        yield f"{example.places[-1]}.role", "the prompt has to end with the user's words or a tool result"
    elif last["role"] == "tool" and missing:
        yield example.places[-1], f"the prompt ends without the results of calls {', '.join(missing)}"
    chosen, rejected = example.chosen, example.rejected
    if chosen is None or rejected is None:
        return
    yield from _assistant(sides[0], chosen, validators, strict=True, parallel=example.parallel)
    yield from _assistant(sides[1], rejected, validators, strict=False, parallel=True)
    used = {call["id"] for message in example.messages for call in message.get("tool_calls", ())}
    for place, side in zip(sides, (chosen, rejected), strict=True):
        yield from _fresh_ids(place, side, used)
    if _said(chosen) == _said(rejected):
        yield sides[1], "both sides are equal"


def _fresh_ids(place: str, side: Message, used: set[str]) -> Iterator[Finding]:
    ids: set[str] = set()
    for i, call in enumerate(side.get("tool_calls", ())):
        if call["id"] in used or call["id"] in ids:
            yield f"{place}.tool_calls[{i}].id", f"call id {call['id']} is used twice"
        ids.add(call["id"])


def _said(message: Message) -> object:
    """What a message says, whatever its ids and the spacing of its arguments."""
    calls = [(c["function"]["name"], _value(c["function"]["arguments"])) for c in message.get("tool_calls", ())]
    return message["content"] or "", calls


def _value(text: str) -> object:
    """The value of `text` as JSON, or `text` itself when it is not JSON."""
    arguments = parse_arguments(text)
    return text if arguments is None else arguments


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
