"""Tool faults: each shows in the transcript as what it is, does nothing behind the agent's back, and can be got over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from worlds_tested import NAMES

from trajgym.chat import assistant
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.faults import FAULTS, RETRYABLE, part_of, strikes
from trajgym.gym_envs.replay import replay
from trajgym.gym_envs.tasks import make_task
from trajgym.task import Task
from trajgym.trajectory import Trajectory


def recover_tasks(name: str, n: int) -> list[Task]:
    world = registry.load(name)
    made = (make_task(world, 17, index) for index in range(40 * n))
    found = [task for task in made if task.task_class == "recover" and task.tool_view["mode"] == "native"]
    assert len(found) >= n
    return found[:n]


def play(task: Task) -> tuple[Trajectory, list[str]]:
    """The expert's trajectory, and what the tools answered."""
    episode = Episode(task)
    need: Any = episode.start()
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    answers = [m["content"] for turn in need.trajectory.turns for m in turn.results if m["role"] == "tool"]
    return need.trajectory, answers


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("name", NAMES)
def test_the_fault_strikes_shows_and_is_got_over(name: str, kind: str) -> None:
    for task in recover_tasks(name, 3):
        faulty = replace(task, faults={"kind": kind, "at": 0, "times": 2})
        trajectory, answers = play(faulty)
        assert trajectory.outcome.reward == 1, trajectory.outcome.why
        assert not trajectory.mistakes
        assert replay(trajectory) is None
        bodies = [orjson.loads(answer) for answer in answers]
        if kind == "schema_drift":
            assert all(set(b) == {"schema_version", "payload"} for b in bodies if "error" not in b)
            continue
        codes = [body["error"]["code"] if isinstance(body, dict) and "error" in body else "" for body in bodies]
        slip = (
            {"not_found"} if task.profile.get("knowledge_error") == "wrong_id" else set()
        )  # there is nothing to go stale
        assert set(codes[:2]) <= {kind, "unavailable"} | slip, codes
        own = {"rate_limited"} if name == "http_api" else set()  # the service itself may say that it is too early
        assert not set(codes[2:]) & RETRYABLE - own, "the fault has passed"


def test_what_a_read_still_shows_is_the_truth_or_a_part_of_it() -> None:
    checked = 0
    for task in recover_tasks("retail_desk", 8):
        for kind, key in (("partial_result", "part"), ("stale_read", "copy")):
            _, answers = play(replace(task, faults={"kind": kind, "at": 0, "times": 1}))
            body, true = orjson.loads(answers[0]), orjson.loads(answers[1])
            if body["error"]["code"] == kind and task.tool_view["parallel"] is False:
                assert body[key] == (part_of(true) if key == "part" else true)
                checked += 1
    assert checked > 4


def test_a_write_that_meets_a_fault_does_nothing() -> None:
    """Planted: a fault that strikes after the tool has run would leave its traces."""
    world = registry.load("retail_desk")
    for kind in sorted(RETRYABLE):
        episode = Episode(replace(make_task(world, 3, 0, 1), faults={"kind": kind, "at": 0, "times": 1}))
        episode.start()
        order = episode.state.rows("SELECT id FROM orders WHERE status = 'pending' ORDER BY id LIMIT 1")[0]["id"]
        episode.send(assistant(None, [("cancel_order", {"order_id": order, "reason": "no_longer_needed"})]))
        assert not episode.state.written
        assert episode.trace.calls[0].error in RETRYABLE
        episode.close()


@pytest.mark.parametrize(
    ("faults", "struck"),
    [
        ({}, []),
        ({"kind": "timeout", "at": 1, "times": 1}, [1]),
        ({"kind": "timeout", "at": 0, "times": 2}, [0, 1]),
        ({"kind": "timeout", "at": 2}, [2]),
        ({"kind": "schema_drift", "at": 2, "times": 1}, [2, 3, 4]),
    ],
)
def test_where_a_fault_strikes(faults: dict[str, Any], struck: list[int]) -> None:
    assert [number for number in range(5) if strikes(faults, number)] == struck


@pytest.mark.parametrize(
    ("result", "part"), [([1, 2, 3], [1]), ({"a": 1, "b": 2}, {"a": 1}), ([], []), ("text", None), (3, None)]
)
def test_the_part_of_a_result(result: Any, part: Any) -> None:
    assert part_of(result) == part
