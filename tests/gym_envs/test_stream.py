"""The tasks of a run: its worlds in turn, missing triples among them, shares as asked, whatever is asked for first."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import pytest

from trajgym.gym_envs import registry
from trajgym.gym_envs.coverage import Coverage
from trajgym.gym_envs.stream import EVERY, FIRST_FOR_TRIPLES, Stream, tasks
from trajgym.gym_envs.tasks import BLOCK, SHARES, make_task
from trajgym.gym_envs.user.dims import task_class
from trajgym.gym_envs.user.quotas import cell_of
from trajgym.gym_envs.user.space import valid
from trajgym.gym_envs.user.targets import target_of
from trajgym.task import Task

WORLDS = [registry.load(name) for name in ("tool_picker", "retail_desk", "dual_control_support")]
N = 4500


@lru_cache
def made(n: int = N, seed: int = 9) -> list[Task]:
    found = list(tasks(WORLDS, n, seed))
    assert [number for number, _ in found] == list(range(n))
    return [task for _, task in found]


def own(tasks: list[Task]) -> list[Task]:
    """Those of a world's own stream."""
    return [task for task in tasks if task.index < FIRST_FOR_TRIPLES]


def triples(some: list[Task]) -> float:
    counted = Coverage(WORLDS)
    for task in some:
        counted.plan(task.profile)
    report = counted.report()["triples"]
    return float(report["planned"] / report["valid"])


def test_worlds_are_dealt_their_own_tasks_in_turn() -> None:
    found = own(made())
    assert [task.world for task in found[:4]] == ["tool_picker", "retail_desk", "dual_control_support", "tool_picker"]
    for number, task in enumerate(found):
        index, turn = divmod(number, len(WORLDS))
        assert task == make_task(WORLDS[turn], 9, index)
    assert [n for n, task in enumerate(made()[:50]) if task.index < FIRST_FOR_TRIPLES] == list(range(0, 50, EVERY))


def test_every_triple_is_planned_and_soon() -> None:
    assert triples(made()) == 1
    assert triples(made()[:1600]) > 0.98
    streams = [make_task(WORLDS[i % 3], 9, i // 3) for i in range(1600)]
    assert triples(streams) < 0.95  # what the worlds' own streams hold by then


def test_when_none_is_missing_the_worlds_go_on_in_turn() -> None:
    rare = [n for n, task in enumerate(made()) if task.index >= FIRST_FOR_TRIPLES]
    assert 1000 < len(rare) < rare[-1] < N - 100
    assert len(own(made())) == N - len(rare)


def test_shares_of_classes_are_as_asked_all_the_way() -> None:
    for n in (500, 1000, 2000, N):
        found = Counter(task.task_class for task in made()[:n])
        for name, share in SHARES.items():
            assert abs(found[name] - share * n / BLOCK) <= 0.01 * n, (n, name)


def test_the_tasks_are_right_and_no_two_the_same() -> None:
    by_name = {world.name: world for world in WORLDS}
    for task in made():
        assert valid(task.profile, by_name[task.world])
        assert task_class(task.profile, task.faults) == task.task_class in by_name[task.world].classes
    assert len({task.id for task in made()}) == N
    rare = [task for task in made() if task.index >= FIRST_FOR_TRIPLES]
    for world in by_name.values():
        found = Counter(task.level for task in rare if task.world == world.name and task.task_class == "act")
        assert set(found) == set(world.levels)
        assert max(found.values()) - min(found.values()) <= 1


@pytest.mark.parametrize("first", [0, 1, 7, 400])
def test_a_task_hangs_on_its_number_alone(first: int) -> None:
    assert made(300) == made()[:300]
    stream = Stream(WORLDS, 9)
    stream.task(first)
    assert [stream.task(n) for n in (250, 3, first, 99)] == [made()[n] for n in (250, 3, first, 99)]
    assert made(50, 10) != made(50)


def test_a_level_that_is_asked_for_changes_nothing_else() -> None:
    for task, (_, fixed) in zip(made()[:200], tasks(WORLDS, 200, 9, 1), strict=True):
        assert {**task.recipe(), "level": 1} == fixed.recipe()


@pytest.mark.parametrize("asked", ["real-like", "uniform", {"tone": {"angry": 1}}])
def test_with_a_target_of_ones_own_all_tasks_follow_it(asked: str | dict[str, dict[str, float]]) -> None:
    stream = Stream(WORLDS, 9, None, target_of(asked))
    assert [stream.task(n) for n in range(40)] == [
        make_task(WORLDS[n % 3], 9, n // 3, None, target_of(asked)) for n in range(40)
    ]


def test_quotas_come_before_triples() -> None:
    levels = {"tone": "angry", "channel": "sms"}
    quota = {"levels": levels, "worlds": ["retail_desk"], "at_least": 12}
    target = target_of("mixed", [cell_of(quota, WORLDS)])
    stream = Stream(WORLDS, 9, None, target)
    found = [stream.task(n) for n in range(200)]
    within = [
        n for n, task in enumerate(found) if task.world == "retail_desk" and levels.items() <= task.profile.items()
    ]
    last = within[11]
    assert len(own(found[: last + 1])) == last + 1
    assert found[: last + 1] == [make_task(WORLDS[n % 3], 9, n // 3, None, target) for n in range(last + 1)]
    assert len(own(found)) < 150


def test_no_tasks() -> None:
    assert list(tasks(WORLDS, 0, 9)) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", [7, 1])
def test_two_thousand_tasks_over_all_worlds_hold_nearly_every_triple(seed: int) -> None:
    worlds = [registry.load(name) for name in registry.names()]
    counted, cells = Coverage(worlds), Counter[tuple[str, str]]()
    for _, task in tasks(worlds, 2000, seed):
        counted.plan(task.profile)
        cells[task.world, task.task_class] += 1
    report = counted.report()
    assert report["pairs"]["planned"] == report["pairs"]["valid"]
    assert report["triples"]["planned"] >= 0.99 * report["triples"]["valid"]
    assert set(cells) == {(world.name, name) for world in worlds for name in world.classes}
