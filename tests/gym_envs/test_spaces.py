"""The spaces of chat: seeded, serialisable, equal across worlds, and as wide as what an agent can send."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from gymnasium import spaces
from gymnasium.vector.utils import batch_space, iterate

from trajgym.chat import assistant, user
from trajgym.gym_envs import registry
from trajgym.gym_envs.env import ToolEnv
from trajgym.gym_envs.spaces import AssistantMessage, JsonList


def call(name: str, arguments: Any) -> dict[str, Any]:
    return {"id": "", "type": "function", "function": {"name": name, "arguments": arguments}}


@pytest.mark.parametrize(
    "space", [JsonList("messages"), JsonList("tools"), AssistantMessage(["a", "b"])], ids=["messages", "tools", "action"]
)  # fmt: skip
def test_samples_are_seeded_and_inside(space: Any) -> None:
    space.seed(3)
    first = [space.sample() for _ in range(200)]
    space.seed(3)
    assert [space.sample() for _ in range(200)] == first
    assert len({json.dumps(sample) for sample in first}) > 2
    assert all(space.contains(sample) for sample in first)
    assert space.from_jsonable(json.loads(json.dumps(space.to_jsonable(first)))) == first
    assert pickle.loads(pickle.dumps(space)) == space
    assert not space.is_np_flattenable


def test_samples_hold_words_and_good_and_bad_calls() -> None:
    space = AssistantMessage(["set_timer"], seed=1)
    samples = [space.sample() for _ in range(300)]
    calls = [c["function"] for sample in samples for c in sample.get("tool_calls", ())]
    assert any(sample["content"] for sample in samples)
    assert {c["name"] for c in calls} == {"set_timer", "no_such_tool"}
    assert any(c["arguments"].endswith("}") for c in calls)
    assert any(not c["arguments"].endswith("}") for c in calls)
    assert any(len(sample.get("tool_calls", ())) == 2 for sample in samples)


@pytest.mark.parametrize(
    "message",
    [
        assistant("naïve 你好 😀"),
        assistant(""),
        assistant(None, [("a", {})]),
        assistant("with words", [("unknown", "{broken")]),
        {"role": "assistant", "content": "as the openai package dumps it", "tool_calls": None, "refusal": None},
        {"role": "assistant", "content": None, "tool_calls": (call("a", "{}"),)},
    ],
)
def test_messages_inside(message: Any) -> None:
    assert AssistantMessage().contains(message)


@pytest.mark.parametrize(
    "message",
    [
        None,
        "words alone",
        [],
        {},
        user("hi"),
        {"role": "assistant", "content": 3},
        {"role": "assistant", "content": None, "tool_calls": "a()"},
        {"role": "assistant", "content": None, "tool_calls": [None]},
        {"role": "assistant", "content": None, "tool_calls": [call("a", {"not": "text"})]},
        {"role": "assistant", "content": None, "tool_calls": [call(None, "{}")]},
        {"role": "assistant", "content": None, "tool_calls": [{"function": None}]},
    ],
)
def test_messages_outside(message: Any) -> None:
    assert not AssistantMessage().contains(message)


def test_lists_of_objects_only() -> None:
    space = JsonList("messages")
    assert space.contains([])
    assert space.contains([{"role": "user", "content": "hi"}])
    for wrong in (None, {}, ({},), [1], ["a"], [[{}]]):
        assert not space.contains(wrong)


def test_spaces_of_all_worlds_are_equal_so_that_they_can_stand_in_one_vector() -> None:
    envs = [ToolEnv(name) for name in registry.names()]
    for env in envs:
        assert env.action_space == envs[0].action_space
        assert hash(env.action_space) == hash(envs[0].action_space)
        assert env.observation_space == envs[0].observation_space
    assert AssistantMessage(["a"]) == AssistantMessage(["b"])
    assert JsonList("messages") != JsonList("tools")
    assert hash(JsonList("messages")) != hash(JsonList("tools"))
    assert AssistantMessage() != JsonList("messages")
    assert AssistantMessage() != spaces.Text(3)


def test_batches_are_tuples_of_messages() -> None:
    batch = batch_space(AssistantMessage(["a"], seed=1), 3)
    assert isinstance(batch, spaces.Tuple)
    drawn = batch.sample()
    assert list(iterate(batch, drawn)) == list(drawn)
    assert batch.contains(drawn)
