"""The world of docs/add-a-world.md, as it is written there, is a world like any other."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from trajgym.chat import assistant
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.replay import replay
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.world import World
from trajgym.trajectory import Trajectory

PAGE = (Path(__file__).parents[2] / "docs" / "add-a-world.md").read_text("utf-8")
CODE = re.search(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def parking() -> Iterator[World]:
    assert CODE is not None
    module = ModuleType("trajgym.gym_envs.parking")
    known = registry.names()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, module.__name__, module)
        exec(compile(CODE[1], "add-a-world.md", "exec"), module.__dict__)  # noqa: S102
        patch.setattr(registry, "names", lambda: [*known, "parking"])
        registry._load.cache_clear()
        yield registry.load("parking")
    registry._load.cache_clear()


def play(world: World, index: int, message: Any = None) -> Trajectory:
    episode = Episode(make_task(world, 3, index))
    need: Any = episode.start()
    while not isinstance(need, Done):
        need = episode.send(message or episode.oracle())
    return need.trajectory


def test_it_is_one_file_of_under_150_lines() -> None:
    assert CODE is not None
    assert CODE[1].count("\n") < 150


def test_the_expert_scores_one_in_every_class_and_level(parking: World) -> None:
    runs = [play(parking, index) for index in range(250)]
    failed = [
        (t.task.index, t.task.profile, t.outcome.why, t.mistakes) for t in runs if t.outcome.reward != 1 or t.mistakes
    ]
    assert not failed, failed[:2]
    assert {t.task.task_class for t in runs} == set(parking.classes)
    assert {t.task.level for t in runs} == set(parking.levels)
    assert all(replay(t) is None for t in runs[:60])


@pytest.mark.parametrize("text", ["", "Done!", "I'm sorry, but I can't help with that."])
def test_lazy_agents_score_nothing(parking: World, text: str) -> None:
    for index in range(80):
        assert play(parking, index, assistant(text)).outcome.reward == 0
