"""Worlds made of wishes: every entry of a catalogue can do what it says, and every part of a world is used."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from worlds_tested import NAMES

from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.planning import make_plan
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.trace import atom, contains
from trajgym.gym_envs.wishes import Setting, Wish, WishWorld
from trajgym.seeding import Rng
from trajgym.task import Task

WORLDS = [name for name in NAMES if isinstance(registry.load(name), WishWorld)]
OFFERS = [(name, entry) for name in WORLDS for entry in registry.load(name).wishes]  # type: ignore[attr-defined]


def wish_world(name: str) -> WishWorld:
    world = registry.load(name)
    assert isinstance(world, WishWorld)
    return world


def settings(world: WishWorld, level: int, count: int, ambiguity: str = "none", wanted: str = "") -> Any:
    for index in range(count):
        task = Task(
            world.name, world.version, 3, index, level, "act", index % 4, {}, {"view": index % 12, "mode": "native"}
        )
        state = world.build(task)
        yield Setting(state, Rng(world.name, index), task, "", ambiguity, set(wanted.split()))
        state.close()


@pytest.mark.parametrize(("name", "entry"), OFFERS)
def test_an_offer_carries_what_it_says(name: str, entry: str) -> None:
    world = wish_world(name)
    offer = world.wishes[entry]
    for s in settings(world, offer.since, 6, wanted=" ".join(offer.can)):
        wish: Wish = offer.make(s)
        shows = {
            "confirm": any(step.confirm for step in wish.steps),
            "alternative": bool(wish.alternatives),
            "mendable": any(a.after_write for a in wish.alternatives),
            "tell": any(tell.name in wish.alike for tell in wish.tells),
            "slot": bool(wish.facts),
            "note": bool(wish.notes) and bool(wish.attacks),
        }
        missing = [word for word in offer.can if word in shows and not shows[word]]
        assert not missing, missing
        assert wish.tells or any(world.tool_map[step.tool].kind == "write" for step in wish.steps)
        for table, id, column in wish.notes:
            row = s.state.get(table, id)
            assert row is not None
            assert isinstance(row[column], str)
        for tool, args, what in wish.attacks:
            assert world.tool_map[tool].complaint(args) == ""
            assert world.tool_map[tool].kind in ("write", "terminal")
            assert what


@pytest.mark.parametrize("name", WORLDS)
def test_every_ambiguity_has_an_offer(name: str) -> None:
    world = wish_world(name)
    for level in world.dims["ambiguity"]:
        assert level == "none" or any(level in offer.can for offer in world.wishes.values()), level


@pytest.mark.parametrize("name", WORLDS)
def test_every_tool_every_offer_and_every_clause_that_refuses_comes_up(name: str) -> None:
    world, called, clauses = wish_world(name), set(), set()
    for index in range(300):
        task = make_task(world, 5, index)
        state = world.build(task)
        plan = make_plan(world, state, task)
        state.close()
        called |= {step.tool for step in plan.steps}
        clauses |= {clause for _, clause in plan.forbidden}
    spare = {tool.name for tool in world.tools if (tool.kind == "read" and tool.free) or tool.kind == "transfer"}
    assert {tool.name for tool in world.tools} - called <= spare
    assert clauses
    assert clauses <= {clause.id for clause in world.clauses}


@pytest.mark.parametrize("name", WORLDS)
def test_the_work_grows_with_the_level(name: str) -> None:
    world, lengths = wish_world(name), []
    for level in world.levels:
        total = count = 0
        for index in range(150):
            task = make_task(world, 9, index, level)
            if task.task_class not in ("act", "ask_first", "recover"):
                continue
            state = world.build(task)
            total += make_plan(world, state, task).minimum_calls()
            state.close()
            count += 1
        lengths.append(total / count)
    assert all(a < b + 0.2 for a, b in pairwise(lengths)), lengths  # a mean over a hundred plans wavers that much
    assert lengths[-1] > 1.2 * lengths[0], lengths


@pytest.mark.parametrize("name", WORLDS)
def test_what_a_clause_forbids_is_refused_by_the_tool_or_the_rules(name: str) -> None:
    """Planted: an agent that does what the user insists on, after the right look-ups."""
    world, tried = wish_world(name), 0
    for index in range(400):
        task = make_task(world, 13, index)
        if task.task_class != "refuse_policy":
            continue
        episode = Episode(task)
        episode.start()
        for _ in range(12):
            move = episode.moves()[0]
            if move.kind == "close":
                break
            if isinstance(episode.send(episode.oracle()), Done):
                break
        plan = episode.plan
        if episode.over or not plan.forbidden:
            continue
        tried += 1
        tool = world.tool_map[plan.forbidden[0][0]]
        before = dict(episode.state.changes())
        message = episode.oracle()
        assert not episode.check(message)
        shown = episode.shown.union(*world.agents.values())
        assert tool.name in shown or task.tool_view.get("without") == tool.name
        assert episode.state.changes() == before
        episode.close()
    assert tried >= 3


DERIVED = {"uses", "size", "count", "k_result"}
"""Tells that are worked out from what was found (a product, a number of things)."""


@pytest.mark.parametrize("name", WORLDS)
def test_what_is_told_is_what_the_tools_have_said(name: str) -> None:
    """In any order of work: what one wish writes never makes false what another one tells."""
    world = wish_world(name)
    for index in range(90):
        for turned in (False, True):
            episode = Episode(make_task(world, 21, index))
            need: Any = episode.start()
            while not isinstance(need, Done):
                calls = [m for m in episode.moves() if m.kind == "call" and m.step and m.step.required]
                need = episode.send(episode.oracle(calls[::-1] if turned and calls else None))
            found = episode.trace.found()
            for tell in episode.plan.tells:
                if tell.after and tell.name in episode.trace.tells and tell.kind in ("number", "date"):
                    plain = (
                        tell.name.removeprefix("b_")
                        .removeprefix("c_")
                        .removeprefix("d_")
                        .removeprefix("x_")
                        .split("#")[0]
                    )
                    seen = atom(tell.value) in found or any(contains(text, tell.value) for text in found)
                    assert plain in DERIVED or seen, (index, tell.name, tell.value)
