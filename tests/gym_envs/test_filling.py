"""Fills: all that can be had is asked for, nothing else, and not for ever."""

from __future__ import annotations

from collections import Counter

import pytest

from trajgym.gym_envs import registry
from trajgym.gym_envs.coverage import Coverage, Tuples
from trajgym.gym_envs.filling import FIRST, TRIES, fill
from trajgym.gym_envs.stream import tasks
from trajgym.gym_envs.user.dims import task_class
from trajgym.gym_envs.user.space import row_of, valid
from trajgym.task import Task

WORLDS = [registry.load(name) for name in ("tool_picker", "retail_desk")]


def begun(n: int) -> Coverage:
    """What `n` tasks of a stream hold, all of them kept."""
    counted = Coverage(WORLDS)
    for _, task in tasks(WORLDS, n, 5):
        counted.count("kept", row_of(task.profile))
    return counted


@pytest.mark.parametrize("n", [0, 200])
def test_a_fill_brings_every_triple_that_is_missing(n: int) -> None:
    counted = begun(n)
    before = counted.report()["triples"]
    added = fill(WORLDS, counted.found["kept"], [], 5, None)
    for task in added:
        row = row_of(task.profile)
        held = counted.report()["triples"]["kept"] if task is added[-1] else 0
        counted.count("kept", row)
        if held:
            assert counted.report()["triples"]["kept"] > held  # also the last one brings something
    after = counted.report()
    assert before["kept"] < before["valid"] == after["triples"]["kept"]
    assert after["pairs"]["kept"] == after["pairs"]["valid"]
    assert len(added) < before["valid"] / 20  # a row holds some hundred triples


def test_the_tasks_are_right_and_stand_beside_the_stream() -> None:
    counted = begun(200)
    added = fill(WORLDS, counted.found["kept"], [], 5, None)
    by_name = {world.name: world for world in WORLDS}
    for place, task in enumerate(added):
        world = by_name[task.world]
        assert task.index == FIRST + place
        assert valid(task.profile, world)
        assert task_class(task.profile, task.faults) == task.task_class in world.classes
        assert task.level in world.levels
    assert len({task.id for task in added}) == len(added)
    assert {task.level for task in added} == set(WORLDS[0].levels)
    assert {task.level for task in fill(WORLDS, counted.found["kept"], [], 5, 2)} == {2}
    # no class is left behind while others go on
    first = Counter(task.task_class for task in added[:100])
    assert first["act"] > first["ask_first"] > first["inject"] > 0


def test_a_fill_is_the_same_each_time_and_another_by_seed() -> None:
    kept = begun(1500).found["kept"]
    assert fill(WORLDS, kept, [], 5, None) == fill(WORLDS, kept, [], 5, None)
    assert fill(WORLDS, kept, [], 5, None) != fill(WORLDS, kept, [], 6, None)


def test_nothing_is_added_when_nothing_is_missing() -> None:
    full = Tuples()
    full.triples = [-1] * len(full.triples)
    assert fill(WORLDS, full, [], 5, None) == []


def test_what_is_never_kept_is_given_up() -> None:
    """Nobody ever keeps a row: each triple is asked for `TRIES` times at least, and then no more."""
    kept = begun(300).found["kept"]
    extra: list[Task] = []
    rounds = 0
    while added := fill(WORLDS[:1], kept, extra, 5, None):
        extra += added
        rounds += 1
        assert rounds <= TRIES
    assert rounds == TRIES
    assert len({task.id for task in extra}) == len(extra)
