"""The covering arrays against brute force: in small worlds every profile can be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajgym.gym_envs.user.design import Array, regions
from trajgym.gym_envs.user.dims import DIMENSIONS, EVERYWHERE, NEUTRAL, task_class
from trajgym.gym_envs.user.space import profile_of, row_of, valid
from trajgym.gym_envs.user.targets import draw
from trajgym.gym_envs.world import World
from trajgym.seeding import Rng
from trajgym.task import TASK_CLASSES

Cell = tuple[str, str]
FAULTS = {"recover": {"kind": "timeout", "at": 0, "times": 1}}


def world_with(*names: str, forbidden: tuple[object, ...] = ()) -> World:
    body = {
        "name": "_".join(names),
        "title": "made for a test",
        "tools": (),
        "removable": ("a_tool",),
        "dims": {name: (NEUTRAL[name],) for name in EVERYWHERE} | {name: DIMENSIONS[name].levels for name in names},
        "forbidden": forbidden,
    }
    world: World = type("Small", (World,), body)()
    return world


EVERYTHING = world_with(*DIMENSIONS)
SMALL = (
    world_with("opening", "info_giving", "verbosity", "feasibility", "pressure"),
    world_with("mind_change", "correction", "confirmation", "ending", "feasibility"),
    world_with(
        "opening",
        "info_giving",
        "mind_change",
        "pressure",
        "ambiguity",
        forbidden=(({"opening": ("vague",)}, {"mind_change": ("cancel_all",), "pressure": ("injected_content",)}),),
    ),
)


def cells(profile: dict[str, str]) -> list[Cell]:
    return [(name, profile.get(name, NEUTRAL[name])) for name in DIMENSIONS]


def pairs(profiles: Iterable[dict[str, str]]) -> set[tuple[Cell, Cell]]:
    return {pair for profile in profiles for pair in combinations(cells(profile), 2)}


def all_profiles(world: World, name: str) -> Iterator[dict[str, str]]:
    """Every valid profile of a class, by trying all."""
    for levels in product(*world.dims.values()):
        profile = dict(zip(world.dims, levels, strict=True))
        if task_class(profile, FAULTS.get(name, {})) == name and valid(profile, world):
            yield profile


def covering_rows(world: World, name: str, seed: int = 3) -> list[int]:
    array = Array(world, name, seed)
    return [row for row in map(array.row, range(len(array))) if row is not None]


@pytest.mark.parametrize("world", SMALL, ids=lambda world: world.name)
@pytest.mark.parametrize("name", TASK_CLASSES)
def test_the_array_holds_exactly_the_pairs_that_occur(world: World, name: str) -> None:
    rows = [profile_of(row) for row in covering_rows(world, name)]
    wanted = pairs(all_profiles(world, name))
    assert pairs(rows) == wanted
    if rows:  # a planted loss: the last row was added for a pair that no other row has
        assert pairs(rows[:-1]) != wanted


@pytest.mark.parametrize("name", TASK_CLASSES)
def test_the_rows_of_the_full_space_are_valid_of_their_class_and_few(name: str) -> None:
    rows = [profile_of(row) for row in covering_rows(EVERYTHING, name)]
    assert all(valid(profile, EVERYTHING) for profile in rows)
    assert {task_class(profile, FAULTS.get(name, {})) for profile in rows} == {name}
    assert len(rows) <= 110
    rng = Rng("test", name)
    drawn = pairs(profile_of(draw(EVERYTHING, name, rng)) for _ in range(1000))
    assert drawn <= pairs(rows)


@settings(max_examples=60, deadline=None)
@given(st.integers(), st.sampled_from(TASK_CLASSES))
def test_draws_are_valid_and_of_their_class(seed: int, name: str) -> None:
    rng = Rng("test", seed)
    for _ in range(20):
        profile = profile_of(draw(EVERYTHING, name, rng))
        assert valid(profile, EVERYTHING)
        assert task_class(profile, FAULTS.get(name, {})) == name


def test_the_regions_of_a_class_are_its_class_function_turned_round() -> None:
    world = world_with("opening", "info_giving", "feasibility", "pressure")
    for levels in product(*world.dims.values()):
        profile = {n: level for n, level in zip(world.dims, levels, strict=True) if level != NEUTRAL[n]}
        for name in TASK_CLASSES:
            inside = [region for region in regions(world, name) if not row_of(profile) & ~region]
            mine = task_class(profile, FAULTS.get(name, {})) == name
            assert len(inside) == mine or not valid(profile, world)


def test_draws_are_half_real_like() -> None:
    rng = Rng("test", "shares")
    levels = [profile_of(draw(EVERYTHING, "act", rng)).get("surface", "clean") for _ in range(4000)]
    share = {level: levels.count(level) / len(levels) for level in set(levels)}
    # half evenly over five levels (20 %), half by estimate (clean 40 of 95, code_switch 5 of 95)
    assert 0.27 < share["clean"] < 0.35
    assert 0.09 < share["code_switch"] < 0.16


def test_a_class_that_cannot_occur_has_no_rows() -> None:
    array = Array(world_with("surface"), "inject", 3)
    assert array.row(0) is None and len(array) == 0


def test_rows_are_found_as_they_are_asked_for() -> None:
    rows = covering_rows(EVERYTHING, "act")
    array = Array(EVERYTHING, "act", 3)
    assert [array.row(k) for k in (7, 2, 40)] == [rows[7], rows[2], rows[40]]
    assert array.row(len(rows)) is None and array.row(0) == rows[0] and len(array) == len(rows)
    assert covering_rows(EVERYTHING, "act", 4) != rows
    held = [len(pairs(profile_of(row) for row in rows[:k])) for k in (10, 20, 30, 40, 50, 60)]
    gains = [b - a for a, b in pairwise(held)]
    assert gains == sorted(gains, reverse=True)  # what brings most comes first
