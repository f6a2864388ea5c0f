"""A model teacher's runs over a real connection: the same files at any concurrency, with any trouble, after any kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from trajgym.testing.expert import Expert
from trajgym.testing.faults import Ask, Fault, always, sometimes
from trajgym.testing.loopback import Loopback

N = 16
SIGKILL = -9
KEY = "sk-test-9f8e7d6c5b4a"
TROUBLE = (
    "rate_limit internal bad_gateway overloaded html truncated empty_choices null_choices no_message dict_arguments "
    "unknown_finish error_body list_content nul cut disconnect garbage"
).split()


class Answering:
    """The expert, and the keys that it has answered."""

    def __init__(self, tasks: Any, error_rate: float) -> None:
        self.expert = Expert(tasks, error_rate)
        self.answered: list[str] = []

    def __call__(self, request: dict[str, Any], key: str) -> dict[str, Any]:
        self.answered.append(key)
        return self.expert(request, key)


@pytest.fixture
def serve(tasks_of: Any) -> Iterator[Callable[..., Loopback]]:
    """Starts a loopback server with the expert behind it, who errs now and then."""
    with ExitStack() as servers:
        yield lambda **settings: servers.enter_context(Loopback(Answering(tasks_of(N), 0.2), **settings))


@pytest.fixture
def play(engine: Any) -> Callable[..., Any]:
    """Steps of a run whose teacher is `server`."""

    def steps(path: Path, server: Loopback, *names: str, **more: Any) -> Any:
        return engine(path, *names, **{"teacher": "openai", "model": "m", "base_url": server.base_url, "n": N} | more)

    return steps


@pytest.fixture(scope="module")
def whole(
    engine: Any, exported: Any, tasks_of: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, str], int]:
    """The files of a run that nothing happened to, and how many rows (replies and trajectories) it had."""
    path = tmp_path_factory.mktemp("whole") / "run"
    with Loopback(Answering(tasks_of(N), 0.2)) as server:
        result = engine(path, teacher="openai", model="m", base_url=server.base_url, n=N, concurrency=8)
    assert result.code == 0 and result.rows == server.requests + N == len(server.by_key) + N
    assert result.done["filter"]["pairs_kept"] > 2
    return exported(path), result.rows


@pytest.mark.parametrize("concurrency", [pytest.param(1, marks=pytest.mark.long), 64])
def test_the_same_at_any_concurrency(
    concurrency: int, whole: Any, play: Any, serve: Any, exported: Any, tmp_path: Path
) -> None:
    server = serve(latency=0.02, jitter=1.0) if concurrency > 1 else serve()  # replies in another order than requests
    result = play(tmp_path / "run", server, concurrency=concurrency)
    assert result.code == 0 and result.rows == whole[1]
    assert exported(tmp_path / "run") == whole[0]
    assert (server.in_flight_peak > 1) == (concurrency > 1)


@pytest.mark.parametrize(
    "share", [0.0, 0.3, 0.7, 1.0, *(pytest.param(share, marks=pytest.mark.long) for share in (0.15, 0.5, 0.85))]
)
def test_killed_anywhere_and_taken_up_again(
    share: float, whole: Any, play: Any, serve: Any, exported: Any, held: Any, tmp_path: Path
) -> None:
    server, path, rows = serve(), tmp_path / "run", whole[1]
    kill_at_row = 1 + round(share * (rows - 1))
    assert play(path, server, concurrency=8, kill_at_row=kill_at_row).code == SIGKILL
    before = held(path)
    assert len(before.calls) + len(before.rows) >= kill_at_row
    asked = dict(server.by_key)
    assert len(asked) - len(before.calls) <= 8  # what was in flight is all that is lost
    result = play(path, server, concurrency=8)
    assert result.code == 0
    assert exported(path) == whole[0]
    assert {key: server.by_key[key] for key in before.calls} == dict.fromkeys(before.calls, 1)
    after = held(path)
    assert after.rows == [(number, 0) for number in range(N)]
    assert len(set(after.ids)) == N and len(set(after.pairs)) == len(after.pairs)
    assert set(after.calls) == set(server.by_key) and set(server.by_key.values()) <= {1, 2}


def test_killed_again_and_again(whole: Any, play: Any, serve: Any, exported: Any, tmp_path: Path) -> None:
    server, path, kills = serve(), tmp_path / "run", 0
    while play(path, server, concurrency=4, kill_at_row=9).code == SIGKILL:
        kills += 1
    assert kills >= whole[1] // 40
    assert exported(path) == whole[0]
    assert server.requests - len(server.by_key) <= 4 * kills


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_trouble_of_every_kind_changes_nothing(
    seed: int, whole: Any, play: Any, serve: Any, exported: Any, tmp_path: Path
) -> None:
    server = serve(faults=sometimes(0.3, TROUBLE, seed))
    result = play(tmp_path / "run", server, concurrency=64)
    assert result.code == 0 and result.done["generate"]["failed"] == {}
    assert exported(tmp_path / "run") == whole[0]
    assert sum(server.faults.values()) > 0.2 * len(server.by_key) and len(server.faults) > 8


@pytest.mark.long
def test_trouble_and_kills_together(whole: Any, play: Any, serve: Any, exported: Any, tmp_path: Path) -> None:
    server, path = serve(faults=sometimes(0.2, TROUBLE, 3)), tmp_path / "run"
    for _ in range(2):
        assert play(path, server, kill_at_row=20).code == SIGKILL
    assert play(path, server).code == 0
    assert exported(path) == whole[0]


def test_a_rollout_that_was_given_up_is_tried_again(
    whole: Any, play: Any, serve: Any, exported: Any, held: Any, tasks_of: Any, tmp_path: Path
) -> None:
    unlucky = tasks_of(N)[3].id
    server, path = serve(faults=lambda ask: Fault("bad_request") if unlucky in ask.key else None), tmp_path / "run"
    result = play(path, server, "generate")
    assert result.code == 0 and result.done["generate"]["failed"] == {"bad_request": 1}
    assert held(path).rows == [(number, 0) for number in range(N) if number != 3]
    server.plan = None
    asked = server.requests
    assert play(path, server).code == 0
    assert exported(path) == whole[0]
    assert server.requests - asked < 30


def test_when_most_rollouts_fail_the_step_fails(play: Any, serve: Any, tmp_path: Path) -> None:
    server = serve(faults=lambda ask: Fault("bad_request") if ask.number % 3 else None)
    result = play(tmp_path / "run", server, concurrency=1)
    assert result.code == 3 and "bad_request" in result.said


# ---- what ends a run


@pytest.mark.parametrize("kind", ["quota", "payment"])
def test_a_quota_that_is_used_up_stops_at_once_and_keeps_everything(
    kind: str, whole: Any, play: Any, serve: Any, exported: Any, held: Any, tmp_path: Path
) -> None:
    def plan(ask: Ask) -> Fault | None:
        return Fault(kind) if ask.number >= 20 else None

    server, path = serve(faults=plan, latency=0.02, jitter=0.9), tmp_path / "run"
    result = play(path, server, concurrency=8)
    assert result.code == 5 and result.said
    assert server.requests <= 20 + 8
    assert held(path).calls == sorted(server.model.answered) and len(server.model.answered) == 20
    server.plan = None
    assert play(path, server, concurrency=8).code == 0
    assert exported(path) == whole[0]
    assert len(server.model.answered) == len(server.by_key)  # nothing was bought twice


def test_a_wrong_key_is_refused(play: Any, serve: Any, tmp_path: Path) -> None:
    server = serve(api_key="another")
    result = play(tmp_path / "run", server, concurrency=8)
    assert result.code == 4 and "401" in result.said and KEY not in result.said
    assert server.requests <= 8
    assert all(KEY.encode() not in file.read_bytes() for file in (tmp_path / "run").iterdir())


def test_a_server_that_is_gone(whole: Any, play: Any, held: Any, tasks_of: Any, tmp_path: Path) -> None:
    path = tmp_path / "run"
    with Loopback(Answering(tasks_of(N), 0.2)) as server:
        assert play(path, server, kill_at_row=whole[1] // 2).code == SIGKILL
    before = held(path)
    result = play(path, server)
    assert result.code == 4 and "127.0.0.1" in result.said
    after = held(path)
    assert set(before.calls) == set(after.calls) and set(before.rows) <= set(after.rows)


def test_a_server_that_answers_nothing_but_errors(play: Any, serve: Any, tmp_path: Path) -> None:
    server = serve(faults=always("bad_request"))
    result = play(tmp_path / "run", server, concurrency=1)
    assert result.code == 4 and server.requests < 10


def test_sigint_drains(whole: Any, serve: Any, exported: Any, held: Any, tmp_path: Path, play: Any) -> None:
    server, path = serve(latency=0.02), tmp_path / "run"
    under_way = threading.Event()

    def plan(ask: Ask) -> None:
        if ask.number == 15:
            under_way.set()

    server.plan = plan
    command = (
        f"trajgym generate --worlds tool_picker --seed 7 -n {N} --teacher openai --model m --concurrency 4".split()
    )
    with subprocess.Popen(
        [sys.executable, "-m", *command, "--base-url", server.base_url, "--run", str(path)],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OPENAI_API_KEY": KEY},
    ) as process:
        assert under_way.wait(240)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=240)
    assert process.returncode == 130 and "Go on with the same command" in said
    found = held(path)
    assert set(found.calls) == set(server.by_key)  # every call was answered and kept
    assert 4 <= len(found.rows) < N
    assert len({key.split("/")[0] for key in found.calls}) == len(found.rows)  # and every rollout finished
    assert play(path, server, concurrency=4).code == 0
    assert exported(path) == whole[0]
    assert server.requests == len(server.by_key)
