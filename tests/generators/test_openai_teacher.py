"""The teacher as the engine uses it: requests, replies, ledger."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest

from trajgym.config import GenerateConfig
from trajgym.generators.openai_teacher import MAX_TOKENS, OpenAITeacher
from trajgym.journal import Journal
from trajgym.ledger import call_key
from trajgym.task import Task
from trajgym.testing.faults import in_order
from trajgym.testing.loopback import Loopback, tool_turns

TOOLS = [{"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": {"type": "object"}}}]
MESSAGES = [{"role": "system", "content": "Be good."}, {"role": "user", "content": "Grüß Gott \u2028 😀"}]


def task(**view: Any) -> Task:
    return Task("w", 1, 0, 0, 0, "act", tool_view=view)


def teacher(url: str = "http://127.0.0.1:9/v1", **settings: Any) -> OpenAITeacher:
    return OpenAITeacher("scripted", base_url=url, api_key="key-123456", **settings)


def test_a_request_holds_what_is_needed_and_nothing_else() -> None:
    plain = orjson.loads(teacher().request(MESSAGES, TOOLS, "k", True))
    assert plain == {"model": "scripted", "messages": MESSAGES, "tools": TOOLS, "max_tokens": MAX_TOKENS}
    full = orjson.loads(teacher(temperature=0.7, top_p=0.9, max_tokens=50, seed=3).request(MESSAGES, TOOLS, "k", False))
    assert set(full) == {*plain, "temperature", "top_p", "seed", "parallel_tool_calls"}
    assert full["parallel_tool_calls"] is False
    assert set(orjson.loads(teacher().request(MESSAGES, [], "k", False))) == {"model", "messages", "max_tokens"}


def test_seeds_differ_by_key_and_repeat() -> None:
    def seed(key: str) -> int:
        number: int = orjson.loads(teacher(seed=3).request(MESSAGES, [], key, True))["seed"]
        return number

    assert seed("a") == seed("a") != seed("b")


def test_openai_itself_is_asked_with_the_new_name_of_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    own = OpenAITeacher("gpt", api_key="key-123456")
    assert "max_completion_tokens" in orjson.loads(own.request(MESSAGES, [], "k", True))
    other = teacher("https://openai.com.example.org/v1")
    assert "max_tokens" in orjson.loads(other.request(MESSAGES, [], "k", True))


def play(url: str, store: Journal | None, episodes: int = 3) -> list[Any]:
    """A few conversations with two tool turns and a last word each."""

    async def run() -> list[Any]:
        one = teacher(url)
        if store:
            one.keep_in(store)
        try:
            return [await converse(one, f"task{i}") for i in range(episodes)]
        finally:
            await one.close()

    async def converse(one: OpenAITeacher, name: str) -> list[Any]:
        policy = one.open(task(parallel=False), None)
        messages: list[Any] = list(MESSAGES)
        for turn in range(3):
            reply = await policy.reply(messages, TOOLS, call_key(name, 0, "main", turn, "teacher"))
            messages.append(reply.message)
            for call in reply.message.get("tool_calls", []):
                messages.append({"role": "tool", "tool_call_id": call["id"], "content": "seen"})
        return messages

    return asyncio.run(run())


def test_conversations_are_the_same_with_faults_and_from_the_ledger(tmp_path: Path) -> None:
    with Loopback(tool_turns(2)) as server:
        plain = play(server.base_url, None)
    assert [m["role"] for m in plain[0]] == ["system", "user", "assistant", "tool", "assistant", "tool", "assistant"]
    with Loopback(tool_turns(2), faults=in_order(["cut", None, "truncated", None, "internal"])) as server:
        with Journal.open(tmp_path / "j", create=True) as store:
            assert play(server.base_url, store) == plain
        assert server.requests == 9 + 3
        with Journal.open(tmp_path / "j", create=False) as store:
            assert play(server.base_url, store, 4)[:3] == plain
        assert server.requests == 9 + 3 + 3


def test_from_a_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-123456")
    said = {"teacher": "openai", "model": "m", "base_url": "http://127.0.0.1:9/v1", "temperature": 0.5}
    config = GenerateConfig.model_validate({"worlds": ["tool_picker"], "n": 1, **said})
    with Journal.open(tmp_path / "j", create=True) as store:
        one = OpenAITeacher.from_config(config, store)
    assert (one.name, one.kind, one.instant) == ("m", "model", False)
    assert one.ledger is not None
    assert one.client.throttle.cap == config.concurrency
    assert orjson.loads(one.request(MESSAGES, [], "k", True))["temperature"] == 0.5
