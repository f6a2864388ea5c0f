"""Whatever bytes come back: a well-formed Reply or a BadReply, and never anything else."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajgym.generators.reply import FINISH_REASONS, BadReply, ErrorInBody, parse_reply
from trajgym.testing.faults import BODY_KINDS, spoil
from trajgym.testing.loopback import completion

CALL = {"id": "c", "type": "function", "function": {"name": "look", "arguments": '{"a": 1}'}}


def body(message: Any, **choice: Any) -> bytes:
    return orjson.dumps({"choices": [{"message": message, "finish_reason": "stop", **choice}]})


def test_only_what_a_history_needs_is_let_through() -> None:
    call = {**CALL, "index": 0, "extra": True}
    message = {"role": "model", "content": None, "tool_calls": [call], "reasoning_content": "hm", "refusal": None}
    reply = parse_reply(body(message, finish_reason="tool_calls"))
    assert reply.message == {"role": "assistant", "content": None, "tool_calls": [CALL]}
    assert b"reasoning_content" in reply.raw
    assert (reply.usage.calls, reply.counted) == (1, False)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"content": None}, ""),
        ({}, ""),
        ({"content": "", "tool_calls": []}, ""),
        ({"refusal": "I will not."}, "I will not."),
    ],
)
def test_a_message_without_words_is_an_empty_one(message: dict[str, Any], words: str) -> None:
    assert parse_reply(body(message)).message == {"role": "assistant", "content": words}


def test_a_missing_finish_reason_follows_from_the_message() -> None:
    assert parse_reply(body({"content": "a"}, finish_reason=None)).finish_reason == "stop"
    assert parse_reply(body({"tool_calls": [CALL]}, finish_reason=None)).finish_reason == "tool_calls"


def test_arguments_that_do_not_parse_are_kept_as_they_are() -> None:
    call = {"id": None, "function": {"name": "look", "arguments": '{"a": '}}
    function = parse_reply(body({"tool_calls": [call]})).message["tool_calls"][0]
    assert function == {"id": "", "type": "function", "function": {"name": "look", "arguments": '{"a": '}}


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ({"content": 7}, "bad_content"),
        ({"content": "a\0"}, "bad_content"),
        ({"tool_calls": {"0": CALL}}, "bad_call"),
        ({"tool_calls": ["look"]}, "bad_call"),
        ({"tool_calls": [{"id": "c", "type": "custom", "custom": {"name": "a", "input": "b"}}]}, "bad_call"),
        ({"tool_calls": [{"function": {"name": "", "arguments": "{}"}}]}, "bad_call"),
        ({"tool_calls": [{"function": {"name": "look", "arguments": None}}]}, "bad_call"),
        ({"tool_calls": [{"function": {"name": "look", "arguments": "\0"}}]}, "bad_call"),
        ({"content": None, "function_call": {"name": "look", "arguments": "{}"}}, "bad_call"),
        (None, "no_message"),
    ],
)
def test_what_no_model_says_is_a_fault(message: Any, kind: str) -> None:
    with pytest.raises(BadReply) as caught:
        parse_reply(body(message))
    assert caught.value.kind == kind


@pytest.mark.parametrize("usage", [None, 3, {"prompt_tokens": -1, "completion_tokens": 1}, {"prompt_tokens": "1"}])
def test_usage_that_is_none_is_not_believed(usage: Any) -> None:
    raw = orjson.dumps({"choices": [{"message": {"content": "a"}}], "usage": usage})
    assert not parse_reply(raw).counted


def test_an_error_in_the_body_tells_its_status() -> None:
    with pytest.raises(ErrorInBody) as caught:
        parse_reply(b'{"error": {"message": "slow down", "code": "429"}, "choices": null}')
    assert caught.value.status == 429


@pytest.mark.parametrize("kind", BODY_KINDS)
@settings(max_examples=20)
@given(st.data())
def test_spoiled_and_shortened_replies(kind: str, data: st.DataObject) -> None:
    message = orjson.loads(orjson.dumps({"role": "assistant", "content": None, "tool_calls": [CALL]}))
    raw = spoil(kind, completion(message, "m", b""))
    raw = raw[: data.draw(st.integers(0, len(raw)))]
    check(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
)
SHAPES = st.fixed_dictionaries(
    {},
    optional={
        "content": JSON,
        "refusal": JSON,
        "function_call": JSON,
        "tool_calls": JSON
        | st.lists(
            st.fixed_dictionaries(
                {}, optional={"id": JSON, "function": JSON | st.fixed_dictionaries({"name": JSON, "arguments": JSON})}
            ),
            max_size=2,
        ),
    },
)


@settings(max_examples=50)
@given(SHAPES, JSON, JSON)
def test_any_shape(message: Any, finish: Any, usage: Any) -> None:
    check(orjson.dumps({"choices": [{"message": message, "finish_reason": finish}], "usage": usage}))


@given(st.binary(max_size=50))
def test_any_bytes(raw: bytes) -> None:
    check(raw)


def check(raw: bytes) -> None:
    try:
        reply = parse_reply(raw)
    except BadReply as error:
        assert error.kind and error.found
        return
    message: Any = reply.message
    assert set(message) in ({"role", "content"}, {"role", "content", "tool_calls"})
    assert isinstance(message["content"], str) or message["tool_calls"]
    for call in message.get("tool_calls", []):
        assert set(call) == {"id", "type", "function"}
        assert call["function"]["name"] and isinstance(call["function"]["arguments"], str)
    assert reply.finish_reason in FINISH_REASONS
    orjson.dumps(message)
