"""Runs behind a wall in tokens or money: the server is never paid more, and the run goes on when it may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from trajgym.api import Run
from trajgym.budget import UNIT
from trajgym.errors import TrajgymError
from trajgym.generators.estimate import Estimate
from trajgym.run_folder import RunFolder
from trajgym.testing.expert import Expert
from trajgym.testing.faults import sometimes
from trajgym.testing.loopback import Loopback

N = 8
SIGKILL = -9


@pytest.fixture
def serve(tasks_of: Any) -> Iterator[Callable[..., Loopback]]:
    with ExitStack() as servers:
        yield lambda **settings: servers.enter_context(Loopback(Expert(tasks_of(N)), **settings))


@pytest.fixture(scope="module")
def play(engine: Any) -> Callable[..., Any]:
    def step(path: Path, server: Loopback, **more: Any) -> Any:
        settings = {"teacher": "openai", "model": "m", "base_url": server.base_url, "n": N, "concurrency": 4}
        return engine(path, "generate", **settings | more)

    return step


@pytest.fixture(scope="module")
def needed(play: Any, tasks_of: Any, tmp_path_factory: pytest.TempPathFactory) -> int:
    """Tokens of the whole run."""
    with Loopback(Expert(tasks_of(N))) as server:
        assert play(tmp_path_factory.mktemp("whole") / "run", server).code == 0
    return server.billed


def test_the_wall_holds_and_a_higher_one_lets_the_run_go_on(
    needed: int, play: Any, serve: Any, held: Any, tmp_path: Path
) -> None:
    server, path, limit = serve(), tmp_path / "run", needed // 2
    stopped = play(path, server, max_total_tokens=limit)
    assert stopped.code == 5 and "budget is used up" in stopped.said
    assert limit // 2 < server.billed <= limit
    before, asked = held(path), dict(server.by_key)
    assert 0 < len(before.rows) < N
    result = play(path, server, max_total_tokens=4 * needed)
    assert result.code == 0 and len(held(path).rows) == N
    assert result.done["generate"]["spent"] == {"tokens": needed, "cost": None}
    assert server.billed == needed and {key: server.by_key[key] for key in asked} == asked


def test_a_killed_run_does_not_forget_what_it_spent(needed: int, play: Any, serve: Any, tmp_path: Path) -> None:
    """Killed every few rows, with calls in flight that are billed and never heard of, and a server that often says nothing of
    usage or breaks off."""
    server, path = serve(faults=sometimes(0.2, ["no_usage", "truncated", "cut"])), tmp_path / "run"
    limit, kills = round(needed * 0.7), 0
    prices = [2.0, 8.0]
    while (result := play(path, server, max_cost=limit * 8e-6, prices=prices, kill_at_row=6)).code == SIGKILL:
        kills += 1
    assert kills > 3 and result.code == 5
    with RunFolder.open(path, readonly=True) as folder:
        spent = folder.journal.spent()
    assert spent.cost <= round(limit * 8e-6 * UNIT)
    assert server.billed <= spent.tokens
    assert server.billed * 2e-6 <= limit * 8e-6


def test_what_a_run_may_cost_is_no_part_of_what_it_is(
    play: Any, serve: Any, exported: Any, engine: Any, tmp_path: Path
) -> None:
    files = []
    for name, more in (("free", {}), ("walled", {"max_cost": 100.0, "prices": [1.0, 2.0]})):
        server = serve()
        settings = {"teacher": "openai", "model": "m", "base_url": server.base_url, "n": N, **more}
        assert engine(tmp_path / name, **settings).code == 0
        files.append(exported(tmp_path / name))
    assert files[0] == files[1]


def test_the_estimate_comes_before_the_spending(needed: int, serve: Any, tmp_path: Path) -> None:
    server, path = serve(), tmp_path / "run"
    asked: dict[str, Any] = {
        "worlds": ["tool_picker"], "n": N, "seed": 7, "teacher": "openai", "model": "m", "base_url": server.base_url,
        "prices": [1.0, 3.0],
    }  # fmt: skip
    run = Run(path)
    beforehand = run.estimate(**asked)
    assert beforehand.rollouts == N and list(beforehand.calls) == ["teacher"]
    assert beforehand.tokens == pytest.approx(needed, rel=0.3)
    assert beforehand.cost == pytest.approx(
        beforehand.prompt_tokens["teacher"] * 1e-6 + beforehand.completion_tokens["teacher"] * 3e-6
    )
    assert not path.exists() and not server.requests
    told: list[tuple[Estimate, int]] = []
    run.generate(**asked, expecting=lambda estimate: told.append((estimate, server.requests)))
    assert told == [(beforehand, 0)]
    assert server.requests == beforehand.calls["teacher"]  # the expert is who the estimate plays
    more = run.estimate(n=2 * N, max_total_tokens=10 * needed)
    assert more.rollouts == N and more.tokens_left == 9 * needed and more.cost_left is None


def test_the_users_model_is_estimated_and_paid_at_its_own_price() -> None:
    asked: dict[str, Any] = {"worlds": ["tool_picker"], "n": N, "user_model": "words"}
    cheap = Run("nowhere").estimate(**asked, user_prices=[1.0, 1.0])
    assert list(cheap.calls) == ["user"] and cheap.cost == pytest.approx(cheap.tokens * 1e-6)
    both = Run("nowhere").estimate(**asked, user_prices=[1.0, 1.0], teacher="openai", model="m", prices=[0.0, 0.0])
    assert set(both.calls) == {"teacher", "user"} and both.cost == cheap.cost
    assert both.calls["user"] == cheap.calls["user"]


def test_nothing_is_needed_where_nothing_is_paid() -> None:
    estimate = Run("nowhere").estimate(worlds=["tool_picker"], n=N)
    assert (estimate.rollouts, estimate.calls, estimate.tokens, estimate.cost) == (N, {}, 0, None)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"max_cost": 1.0}, "nothing is paid"),
        ({"max_total_tokens": 5}, "nothing is paid"),
        ({"prices": [1.0, 2.0]}, "costs nothing"),
        ({"user_prices": [1.0, 2.0]}, "user_prices needs a user_model"),
        ({"teacher": "openai", "model": "m", "max_cost": 1.0}, "--prices"),
        ({"teacher": "openai", "model": "m", "prices": [1.0]}, "two prices"),
        ({"teacher": "openai", "model": "m", "prices": [1.0, -1.0]}, "two prices"),
        ({"teacher": "openai", "model": "m", "prices": [1.0, 1.0], "max_cost": 0.0}, "greater than 0"),
        (
            {"teacher": "openai", "model": "m", "prices": [1.0, 1.0], "user_model": "u", "max_cost": 1.0},
            "--user-prices",
        ),
    ],
)
def test_limits_that_make_no_sense(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(TrajgymError, match=said):
        Run("nowhere").estimate(worlds=["tool_picker"], n=1, **settings)
