"""Knobs are ordered and read from the recipe; a curriculum turns them by what comes of its tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from worlds_tested import NAMES

from trajgym.errors import TrajgymError
from trajgym.gym_envs.curriculum import Curriculum
from trajgym.gym_envs.difficulty import KNOBS, positions, reach
from trajgym.gym_envs.env import ToolEnv
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.user.dims import DIMENSIONS
from trajgym.splits import split_of
from trajgym.task import Task

NEUTRAL = Task("tool_picker", 1, 0, 0, 0, "act")
HARDER: dict[str, list[Callable[[Task], Task]]] = {
    "level": [lambda task, n=n: replace(task, level=n) for n in range(1, 5)],
    "hidden": [
        lambda task: replace(task, profile={"info_giving": "one_per_turn"}),
        lambda task: replace(task, profile={"opening": "underspecified"}),
        lambda task: replace(task, profile={"info_giving": "only_when_asked", "opening": "greeting_only"}),
        lambda task: replace(task, profile={"info_giving": "dont_know"}),
    ],
    "changes": [
        lambda task: replace(task, profile={"mind_change": "arg_change_pre"}),
        lambda task: replace(task, profile={"mind_change": "arg_change_post_write"}),
        lambda task: replace(task, profile={"mind_change": "arg_change_pre", "correction": "self_correct"}),
    ],
    "faults": [
        lambda task: replace(task, faults={"kind": "timeout", "at": 0, "times": 1}),
        lambda task: replace(task, faults={"kind": "timeout", "at": 0, "times": 2}),
        lambda task: replace(task, faults={"kind": "stale_read", "at": 0, "times": 1}),
    ],
    "names": [
        lambda task: replace(task, tool_view={"names": "redescribed"}),
        lambda task: replace(task, tool_view={"names": "renamed"}),
        lambda task: replace(task, tool_view={"names": "scrambled"}),
    ],
    "noise": [
        lambda task: replace(task, profile={"verbosity": "terse"}),
        lambda task: replace(task, profile={"surface": "typos"}),
        lambda task: replace(task, profile={"surface": "code_switch"}),
    ],
    "pressure": [
        lambda task: replace(task, profile={"pressure": "insists"}),
        lambda task: replace(task, profile={"pressure": "authority_claim"}),
        lambda task: replace(task, profile={"pressure": "injected_content"}),
    ],
}
"""Knob -> how a neutral task is brought to its positions 1, 2, ..."""


@pytest.mark.parametrize("name", KNOBS)
def test_a_knob_has_four_positions_or_more_and_tells_them_apart(name: str) -> None:
    knob = KNOBS[name]
    assert len(knob.positions) >= 4
    assert knob.of(NEUTRAL) == 0
    for place, harder in enumerate(HARDER[name], 1):
        task = harder(NEUTRAL)
        assert positions(task) == {**dict.fromkeys(KNOBS, 0), name: place}
        assert knob.positions[place]
    assert len(HARDER[name]) == knob.top


EASY = {("tone", "warm"), ("ending", "silent_stop"), ("user_actions", "must_act")}
"""Not neutral, and no harder for it."""


@pytest.mark.parametrize("name", sorted(DIMENSIONS.keys() - {"feasibility"}))
def test_every_level_of_behaviour_is_ranked(name: str) -> None:
    """A level that no knob knows would slip into the easiest tasks. (Feasibility is what is asked for, not how hard it is made.)"""
    for level in DIMENSIONS[name].levels:
        hard = any(positions(replace(NEUTRAL, profile={name: level})).values())
        assert hard == (level != DIMENSIONS[name].neutral and (name, level) not in EASY), level


@pytest.mark.parametrize("name", NAMES)
def test_a_curriculum_begins_with_easy_tasks_in_every_world(name: str) -> None:
    curriculum = Curriculum(name, seed=5)
    tasks = [curriculum.task() for _ in range(8)]
    assert all(sum(positions(task).values()) == min(curriculum.world.levels) for task in tasks)
    assert len({task.index for task in tasks}) == 8
    assert all(reach(curriculum.world)[knob] >= 2 for knob in KNOBS)


def test_tasks_lie_under_the_ceilings_and_come_from_the_stream() -> None:
    curriculum = Curriculum("retail_desk", seed=9, split="train")
    for name in ("level", "level", "hidden", "changes", "pressure", "pressure"):
        assert curriculum.increment(name)
    seen = set()
    for _ in range(60):
        task = curriculum.task()
        assert task == make_task(curriculum.world, 9, task.index, 2)
        assert split_of(task) == "train"
        there = positions(task)
        assert all(there[name] <= place for name, place in curriculum.attributes.items())
        assert there["level"] == curriculum.level == 2
        seen |= {name for name, place in there.items() if place}
    assert seen == {"level", "hidden", "changes", "pressure"}


def play(curriculum: Curriculum, solves: Callable[[Task], bool], tasks: int) -> list[str]:
    return [turned for _ in range(tasks) if (turned := curriculum.record(solves(curriculum.task())))]


def test_it_gets_harder_while_all_is_solved_and_stops_at_the_top() -> None:
    curriculum = Curriculum("tool_picker", window=3)
    turned = play(curriculum, lambda task: True, 90)
    assert turned[:8] == ["+level", "+hidden", "+changes", "+faults", "+names", "+noise", "+pressure", "+level"]
    assert curriculum.attributes == reach(curriculum.world)
    assert not any(curriculum.increment(name) for name in KNOBS)


def test_it_gets_easier_again_by_the_knob_that_went_up_last() -> None:
    curriculum = Curriculum("tool_picker", window=4)
    assert play(curriculum, lambda task: True, 12) == ["+level", "+hidden", "+changes"]
    assert play(curriculum, lambda task: False, 40) == ["-changes", "-hidden", "-level"]
    assert curriculum.attributes == dict.fromkeys(KNOBS, 0)
    assert not curriculum.decrement("level")


@pytest.mark.long
def test_it_settles_where_the_pass_rate_is_in_the_target() -> None:
    """An agent that copes with two positions and no more: at first it solves everything, later on about half."""
    curriculum = Curriculum("bank_ops", seed=3, window=10)
    solved = []
    for _ in range(240):
        solved.append(sum(positions(curriculum.task()).values()) <= 2)
        curriculum.record(solved[-1])
    assert sum(solved[:30]) >= 28
    assert 0.3 <= sum(solved[120:]) / 120 <= 0.75
    mixed = Curriculum("bank_ops", window=4)
    assert [mixed.record(result) for result in (True, False, True, False, True, False)] == [""] * 6
    assert mixed.pass_rate == 0.5


def test_equal_results_give_equal_tasks() -> None:
    runs = []
    for _ in range(2):
        curriculum = Curriculum("shell_fs", seed=1, window=2)
        made = []
        for number in range(30):
            made.append(curriculum.task())
            curriculum.record(number % 3 > 0)
        runs.append([task.id for task in made])
    assert runs[0] == runs[1]


def test_an_environment_plays_the_tasks() -> None:
    curriculum, env = Curriculum("home_automation"), ToolEnv("home_automation")
    for _ in range(3):
        task = curriculum.task()
        _, info = env.reset(options={"task": task})
        assert info["task_id"] == task.id
        over, reward = False, 0.0
        while not over:
            _, reward, terminated, truncated, _ = env.step(env.oracle())
            over = terminated or truncated
        assert reward == 1
        curriculum.record(reward)
    assert curriculum.pass_rate == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"target": (0.7, 0.3)}, "is no target"),
        ({"window": 0}, "too small"),
        ({"split": "trian"}, "Did you mean 'train'"),
        ({"world": "tool_piker"}, "Did you mean 'tool_picker'"),
    ],
)
def test_what_a_curriculum_cannot_be(settings: dict[str, object], said: str) -> None:
    with pytest.raises(TrajgymError, match=said):
        Curriculum(**{"world": "tool_picker", **settings})  # type: ignore[arg-type]


@pytest.mark.parametrize("turn", ["increment", "decrement"])
def test_a_knob_that_is_none(turn: str) -> None:
    with pytest.raises(TrajgymError, match=r"no attribute 'lvel'.*Did you mean 'level'"):
        getattr(Curriculum("tool_picker"), turn)("lvel")
