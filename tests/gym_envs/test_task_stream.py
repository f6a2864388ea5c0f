"""A world's stream of tasks: exact shares, one class function, the same tasks everywhere."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from itertools import combinations, islice
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajgym.errors import TrajgymError
from trajgym.gym_envs.faults import FAULTS
from trajgym.gym_envs.tasks import BLOCK, SHARES, make_task, shares
from trajgym.gym_envs.user.design import covering_array
from trajgym.gym_envs.user.dims import DIMENSIONS, NEUTRAL, task_class
from trajgym.gym_envs.user.space import profile_of, valid
from trajgym.gym_envs.world import BACKENDS, VIEWS, World
from trajgym.task import TASK_CLASSES, Task


class Wide(World):
    name = "wide"
    title = "All that acts"
    tools = ()
    dims: ClassVar = {name: DIMENSIONS[name].levels for name in DIMENSIONS}
    removable = ("first_tool", "second_tool")
    json_mode = True
    sure_calls = 2


class Small(World):
    name = "small"
    title = "Nothing to refuse, nothing infeasible"
    tools = ()
    dims: ClassVar = {"opening": ("vague", "underspecified"), "surface": ("typos",)}
    levels = (1, 3)


WIDE, SMALL = Wide(), Small()


def stream(world: World, n: int, seed: int = 7) -> list[Task]:
    return [make_task(world, seed, index) for index in range(n)]


def test_every_block_of_a_hundred_has_the_shares() -> None:
    for block in range(4):
        found = Counter(make_task(WIDE, 3, block * BLOCK + i).task_class for i in range(BLOCK))
        assert found == SHARES
    assert [t.task_class for t in stream(WIDE, 100)] != [t.task_class for t in stream(WIDE, 200)[100:]]


def test_shares_are_scaled_to_the_classes_a_world_allows() -> None:
    assert shares(SMALL) == {"act": 75, "ask_first": 17, "recover": 8}
    assert Counter(task.task_class for task in stream(SMALL, 100)) == shares(SMALL)
    only_acts = type("OnlyActs", (Wide,), {"name": "only_acts", "classes": ("act", "inject")})()
    assert shares(only_acts) == {"act": 93, "inject": 7}


def test_a_world_without_a_possible_class_is_refused() -> None:
    world = type("Nothing", (Small,), {"name": "nothing", "classes": ("inject",)})()
    with pytest.raises(TrajgymError, match="nothing"):
        make_task(world, 0, 0)


def test_thousands_of_tasks_are_what_they_say() -> None:
    for task in stream(WIDE, 4000):
        assert task.task_class == task_class(task.profile, task.faults)
        assert valid(task.profile, WIDE)
        assert all(level != NEUTRAL[name] for name, level in task.profile.items())
        assert list(task.profile) == [name for name in DIMENSIONS if name in task.profile]
        assert 0 <= task.backend < BACKENDS and 0 <= task.tool_view["view"] < VIEWS
        assert ("without" in task.tool_view) == (task.profile.get("feasibility") == "missing_tool")
        assert bool(task.faults) == (task.task_class == "recover")


def test_all_that_is_drawn_occurs() -> None:
    made = stream(WIDE, 4000)
    assert {task.backend for task in made} == set(range(BACKENDS))
    assert {task.tool_view["view"] for task in made} == set(range(VIEWS))
    assert {task.tool_view["parallel"] for task in made} == {True, False}
    assert {task.tool_view.get("without") for task in made} == {None, "first_tool", "second_tool"}
    assert 0.35 < sum(task.tool_view["mode"] == "json" for task in made) / 4000 < 0.42
    assert {task.tool_view["mode"] for task in made if task.task_class == "inject"} == {"native"}
    faults = {tuple(task.faults.values()) for task in made if task.faults}
    assert faults == {(kind, at, times) for kind in FAULTS for at in (0, 1) for times in (1, 2)}
    unseen = [t for t in made if t.tool_view["mode"] == "json" and t.faults.get("kind") == "schema_drift"]
    assert not unseen, "where answers are not shown, a drifted answer is no fault"
    assert {task.tool_view["mode"] for task in stream(SMALL, 200)} == {"native"}
    assert {task.faults["at"] for task in stream(SMALL, 400) if task.faults} == {0}  # its tasks may have one call only


def test_levels_come_evenly_in_every_class() -> None:
    for world in (WIDE, SMALL):
        found = Counter((task.task_class, task.level) for task in stream(world, 1000))
        for name in shares(world):
            counts = [found[name, level] for level in world.levels]
            assert max(counts) - min(counts) <= 1, (name, counts)


def test_a_level_that_is_asked_for_changes_nothing_else() -> None:
    for task, fixed in zip(stream(WIDE, 200), (make_task(WIDE, 7, i, 2) for i in range(200)), strict=True):
        assert fixed.level == 2
        assert {**task.recipe(), "level": 2} == fixed.recipe()


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(TrajgymError) as error:
        make_task(SMALL, 0, 0, 2)
    assert "1, 3" in error.value.hint


def test_the_first_tasks_of_a_class_are_its_covering_array() -> None:
    for name in TASK_CLASSES:
        array = covering_array(WIDE, name, 5)
        rows = [tuple(profile_of(array.row(k) or 0).items()) for k in range(len(array))]
        of_class = (
            tuple(t.profile.items()) for t in (make_task(WIDE, 5, i) for i in range(10**6)) if t.task_class == name
        )
        first = list(islice(of_class, len(rows)))
        assert first == rows
    acts = [t for t in stream(WIDE, 3000) if t.task_class == "act"]
    assert len({tuple(t.profile.items()) for t in acts}) > 1000  # and fresh draws after it


def test_a_thousand_tasks_hold_every_pair_that_two_thousand_hold() -> None:
    def pairs(made: list[Task]) -> set[object]:
        full = ({**dict.fromkeys(DIMENSIONS, ""), **task.profile} for task in made)
        return {pair for profile in full for pair in combinations(profile.items(), 2)}

    made = stream(WIDE, 5000)
    assert pairs(made[:1000]) == pairs(made)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5), st.integers(0, 10**9))
def test_a_task_is_a_function_of_seed_and_index(seed: int, index: int) -> None:
    task = make_task(WIDE, seed, index)
    make_task(WIDE, seed, index // 2)
    make_task(WIDE, seed + 1, index)
    again = make_task(WIDE, seed, index)
    assert again.id == task.id
    assert again.profile is not task.profile  # nobody can spoil another's
    assert (task.world, task.version, task.seed, task.index) == ("wide", 1, seed, index)


def test_other_seeds_give_other_tasks() -> None:
    ids = [task.id for seed in range(20) for task in stream(WIDE, 50, seed)]
    assert len(set(ids)) == len(ids)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for index in (*range(300), 123_456, 5_000_000):
        digest.update(make_task(WIDE, 11, index).id.encode())
    return digest.hexdigest()


def test_other_processes_and_hash_seeds_make_the_same_tasks() -> None:
    here = Path(__file__)
    program = (
        "import importlib.util; "
        f"spec = importlib.util.spec_from_file_location('stream', {str(here)!r}); "
        "module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module); print(module._fingerprint())"
    )
    for hash_seed in ("0", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == _fingerprint()
