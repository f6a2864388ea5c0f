"""Coverage numbers against plain counting."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any, ClassVar

from trajgym.gym_envs.coverage import Coverage, coverage, valid_tuples
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.user.dims import DIMENSIONS, EVERYWHERE, NEUTRAL
from trajgym.gym_envs.user.space import valid
from trajgym.gym_envs.world import World
from trajgym.seeding import Rng

ELSEWHERE = {name: (NEUTRAL[name],) for name in EVERYWHERE}
"""For worlds in which nothing acts but what they name."""


class Talk(World):
    name = "talk"
    title = "How it is said"
    tools = ()
    dims: ClassVar = ELSEWHERE | {
        name: DIMENSIONS[name].levels for name in ("opening", "info_giving", "verbosity", "surface")
    }


class Change(World):
    name = "change"
    title = "What changes"
    tools = ()
    removable = ("a_tool",)
    dims: ClassVar = ELSEWHERE | {
        name: DIMENSIONS[name].levels for name in ("surface", "mind_change", "correction", "feasibility", "ending")
    }
    forbidden = (({"surface": ("typos",)}, {"ending": ("reopens",)}),)


TALK, CHANGE = Talk(), Change()
SIZES = {"levels": 1, "pairs": 2, "triples": 3}


def full(profile: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, profile.get(name, NEUTRAL[name])) for name in DIMENSIONS]


def tuples(cells: list[list[tuple[str, str]]], size: int) -> set[Any]:
    return {found for row in cells for found in combinations(row, size)}


def brute_force(world: World) -> list[list[tuple[str, str]]]:
    rows = (dict(zip(world.dims, levels, strict=True)) for levels in product(*world.dims.values()))
    return [full(profile) for profile in rows if valid(profile, world)]


def test_valid_combinations_are_those_that_brute_force_finds() -> None:
    for worlds in ([TALK], [CHANGE], [TALK, CHANGE]):
        rows = [row for world in worlds for row in brute_force(world)]
        report = Coverage(worlds).report()
        for name, size in SIZES.items():
            assert report[name]["valid"] == len(tuples(rows, size))
            assert report[name]["planned"] == 0


def test_planned_reached_and_kept_are_counted_as_by_hand() -> None:
    worlds = [TALK, CHANGE]
    made = [make_task(worlds[i % 2], 5, i) for i in range(120)]
    rng = Rng("test", "coverage")
    shown = [(t.profile, [name for name in t.profile if rng.chance(0.7)]) for t in made]
    kept = shown[::3]

    def visible(rows: list[Any]) -> list[list[tuple[str, str]]]:
        return [[c for c in full(p) if c[0] in names or c[1] == NEUTRAL[c[0]]] for p, names in rows]

    report = coverage(worlds, iter(made), iter(shown), iter(kept))
    for name, size in SIZES.items():
        assert report[name]["planned"] == len(tuples([full(t.profile) for t in made], size))
        assert report[name]["reached"] == len(tuples(visible(shown), size))
        assert report[name]["kept"] == len(tuples(visible(kept), size))
        assert report[name]["valid"] >= report[name]["planned"] >= report[name]["reached"] >= report[name]["kept"]
    assert report["pairs"]["planned"] > report["pairs"]["reached"] > report["pairs"]["kept"]
    typos = report["dimensions"]["surface"]["typos"]
    assert typos["planned"] == sum(t.profile.get("surface") == "typos" for t in made)
    assert typos["kept"] == sum(p.get("surface") == "typos" and "surface" in names for p, names in kept)


def test_what_no_world_allows_counts_for_nothing() -> None:
    counted = Coverage([CHANGE])
    counted.plan({"surface": "typos", "ending": "reopens"})
    counted.plan({"pressure": "injected_content"})
    report = counted.report()
    separate = Coverage([CHANGE])
    separate.plan({"surface": "typos"})
    separate.plan({"ending": "reopens"})
    separate.plan({})
    assert report["pairs"]["planned"] < separate.report()["pairs"]["planned"]
    assert report["levels"]["planned"] == separate.report()["levels"]["planned"]
    assert "injected_content" not in report["dimensions"]["pressure"]


def test_a_full_stream_covers_all_pairs_and_most_triples() -> None:
    report = coverage([CHANGE], (make_task(CHANGE, 1, i) for i in range(700)), (), ())
    assert report["pairs"]["planned"] == report["pairs"]["valid"]
    assert report["triples"]["planned"] >= 0.97 * report["triples"]["valid"]
    assert report["triples"]["reached"] == report["triples"]["kept"] == 0


def test_memory_does_not_grow_with_rows() -> None:
    counted = Coverage([CHANGE])
    for i in range(3000):
        counted.plan(make_task(CHANGE, 2, i).profile)
    found = counted.found["planned"]
    assert max(number.bit_length() for number in found.triples) <= len(found.triples) ** 2
    assert valid_tuples(CHANGE) is valid_tuples(CHANGE)
