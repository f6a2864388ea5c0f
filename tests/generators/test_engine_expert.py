"""The scripted model behind the loopback server: what it answers depends on the key and the history, and on nothing else."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from trajgym.gym_envs.episode import Done, Episode
from trajgym.ledger import call_key
from trajgym.task import Task
from trajgym.testing import expert as module
from trajgym.testing.expert import Expert
from trajgym.testing.loopback import Loopback

WORLDS = ("tool_picker", "retail_desk")


def converse(model: Any, task: Task, sample: int = 0) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    """(request, key, answer) of each turn of an episode that `model` plays; requests as they come over a wire."""
    episode = Episode(task, sample=sample)
    need = episode.start()
    while not isinstance(need, Done):
        request = orjson.loads(orjson.dumps({"model": "m", "messages": need.messages, "tools": need.tools}))
        key = call_key(task.id, sample, "main", need.turn, "teacher")
        answer = model(request, key)
        yield request, key, orjson.loads(orjson.dumps(answer))
        need = episode.send(answer)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("rate", [0.0, 0.4])
def test_equal_keys_and_histories_get_equal_answers(world: str, rate: float, tasks_of: Any) -> None:
    tasks = tasks_of(8, world)
    first, second = Expert(tasks, rate, 1), Expert(tasks, rate, 1)
    asked = [turn for task in tasks for turn in converse(first, task)]
    # in another order, without the turns before, more than once
    for request, key, answer in [*reversed(asked), *asked[::3]]:
        assert second(request, key) == answer


def test_episodes_are_let_go(tasks_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = tasks_of(12)
    expert, asked = Expert(tasks), []
    with monkeypatch.context() as patch:
        patch.setattr(module, "_LIVE", 3)
        games = [converse(expert, task) for task in tasks]
        while games:  # a turn of each in turn, so that none is still there when it is asked for again
            turns = [(game, next(game, None)) for game in games]
            asked += [turn for _, turn in turns if turn]
            games = [game for game, turn in turns if turn]
            assert len(expert._live) <= 3
    other = Expert(tasks)
    assert [other(request, key) for request, key, _ in asked] == [answer for _, _, answer in asked]


def test_without_errors_it_is_the_oracle(tasks_of: Any) -> None:
    for task in tasks_of(12):
        episode = Episode(task)
        need = episode.start()
        for _, _, answer in converse(Expert([task]), task):
            wanted = episode.oracle()
            assert answer["content"] == wanted["content"]
            assert [c["function"] for c in answer.get("tool_calls", ())] == [
                c["function"] for c in wanted.get("tool_calls", ())
            ]
            need = episode.send(answer)
        assert isinstance(need, Done) and need.trajectory.outcome.reward == 1


@pytest.mark.parametrize("rate", [0.5, *(pytest.param(rate, marks=pytest.mark.long) for rate in (0.1, 1.0))])
def test_it_errs_as_often_as_it_is_told_to(rate: float, tasks_of: Any) -> None:
    turns, mistakes = 0, 0
    for task in tasks_of(40):
        expert, episode = Expert([task], rate, 5), Episode(task)
        episode.start()
        for _, _, answer in converse(expert, task):
            turns += 1
            mistakes += bool(episode.check(answer))
            episode.send(answer)
    assert turns > 100
    assert 0.75 * rate * turns - 5 < mistakes < 1.25 * rate * turns + 5


def test_other_seeds_and_samples_err_elsewhere(tasks_of: Any) -> None:
    tasks = tasks_of(10)

    def all_of(seed: int, sample: int = 0) -> list[Any]:
        expert = Expert(tasks, 0.3, seed)
        return [answer["content"] for task in tasks for _, _, answer in converse(expert, task, sample)]

    assert all_of(1) == all_of(1) != all_of(2)
    assert all_of(1) != all_of(1, 1)


def test_messages_are_as_openai_has_them(tasks_of: Any) -> None:
    seen = set()
    for task in tasks_of(20):
        for _, _, answer in converse(Expert([task], 0.2), task):
            assert set(answer) - {"tool_calls"} == {"role", "content", "refusal"}
            for call in answer.get("tool_calls", ()):
                assert call["type"] == "function" and isinstance(call["function"]["arguments"], str)
                assert call["id"].startswith("call_") and call["id"] not in seen
                seen.add(call["id"])
    assert len(seen) > 10


def test_it_knows_where_broken_arguments_led(tasks_of: Any) -> None:
    """They stand in a history as ``{}``; where a tool takes no argument, ``{}`` would be another call."""
    met = 0
    for task in tasks_of(30):
        expert, spoilt = Expert([task]), False

        def model(request: Any, key: str, expert: Expert = expert) -> Any:
            nonlocal spoilt
            answer = expert(request, key)
            if answer.get("tool_calls") and not spoilt:
                spoilt = True
                answer["tool_calls"][0]["function"]["arguments"] += "}"
            return answer

        turns = list(converse(model, task))
        if spoilt:
            met += 1
            live = expert._live[task.id, 0]
            # its own episode went the way the real one did, but for what the error quotes
            assert len(live.turns) == len(turns) - 1
            assert live.trace.calls[0].error == "invalid_json"
    assert met > 5


def test_what_it_was_not_given(tasks_of: Any) -> None:
    one, other = tasks_of(2)
    turn = next(iter(converse(Expert([one]), one)))
    with pytest.raises(LookupError, match=one.id):
        Expert([other])(turn[0], turn[1])


def test_over_the_wire(tasks_of: Any) -> None:
    (task,) = tasks_of(1)
    request, key, answer = next(iter(converse(Expert([task]), task)))
    with Loopback(Expert([task])) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.request("POST", "/v1/chat/completions", orjson.dumps(request), {"X-Trajgym-Key": key})
        body = orjson.loads(connection.getresponse().read())
        connection.close()
    assert body["choices"][0]["message"] == answer
