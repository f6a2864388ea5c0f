"""retail_desk: its tasks can be played, use nothing that nobody gave, and grow with the level."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.episode import make_plan
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.moves import moves
from trajgym.gym_envs.plan import Plan, Step
from trajgym.gym_envs.registry import load
from trajgym.gym_envs.retail_desk import WORLD
from trajgym.gym_envs.retail_desk.answers import terms
from trajgym.gym_envs.retail_desk.book import book
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.trace import Say, Trace
from trajgym.task import LEVELS, Task

TASKS = 80
"""Tasks of each level that the walks go through."""


def recipe(level: int = 2, backend: int = 0) -> Task:
    return Task("retail_desk", 1, 0, 0, level, "act", backend)


def walk(plan: Plan, state: Backend) -> list[Step]:
    """Play the plan's first moves by hand: the user tells what is asked, says yes, and springs its events. Checks that
    every argument is known when it is used, and every value told is what the tools show."""
    trace, played = Trace(), []
    slots = tuple(s for g in plan.goals if g.since == 0 for s in g.slots if s not in plan.unknown)
    trace.hear(_said(plan, slots, goals=tuple(g.name for g in plan.goals if g.since == 0)), plan)
    for _ in range(120):
        move = moves(plan, trace)[0]
        if move.kind == "ask":
            if plan.events[trace.phase :] and plan.events[trace.phase].when.startswith(("failed:", "part:")):
                _spring(plan, trace)
                continue
            unknown = tuple(slot for slot in move.slots if slot in plan.unknown)
            trace.hear(_said(plan, tuple(s for s in move.slots if s not in unknown), unknown=unknown), plan)
        elif move.kind == "confirm":
            if len(plan.events) > trace.phase and plan.events[trace.phase].when == "confirm":
                _spring(plan, trace)
            else:
                trace.hear(Say("confirm", "yes", confirmed=tuple(s.name for s in move.steps)), plan)
        elif move.kind == "call":
            assert move.step is not None
            _execute(move.step, trace, state)
            played.append(move.step)
        else:
            for tell in move.tells:
                assert all(trace.satisfied(name, plan) for name in tell.after)
                derived = tell.kind == "clause" or not plan.steps or not tell.after
                money = isinstance(tell.value, float) and trace.knows(-tell.value)
                assert derived or money or trace.knows(tell.value), tell
                trace.tells.add(tell.name)
            if trace.phase == len(plan.events):
                return played
            _spring(plan, trace)
    raise AssertionError("the plan does not come to an end")


def _said(plan: Plan, slots: tuple[str, ...], **more: Any) -> Say:
    return Say("inform", " / ".join(plan.facts[slot].spoken for slot in slots), told=slots, **more)


def _spring(plan: Plan, trace: Trace) -> None:
    event = plan.events[trace.phase]
    goals = tuple(goal.name for goal in plan.goals if goal.since == trace.phase + 1)
    trace.hear(_said(plan, tuple(s for s in event.tells if s in plan.facts), goals=goals, event=True), plan)


def _execute(step: Step, trace: Trace, state: Backend) -> None:
    tool = WORLD.tool_map[step.tool]
    assert not tool.complaint(step.args)
    for name, value in step.args.items():
        if tool.params[name] in ("reference", "value"):
            for leaf in _leaves(value):
                assert trace.knows(leaf), f"{step.name}: {leaf} is known to nobody"
    if step.fails:
        with pytest.raises(ToolFailure):
            tool.run(state, step.args)
    else:
        trace.learn(tool.run(state, step.args))
    trace.done[step.name] = trace.turn
    if step.group:
        trace.groups.add(step.group)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    else:
        yield value


@pytest.mark.parametrize("level", LEVELS)
def test_plans_can_be_played_and_never_use_what_nobody_gave(level: int) -> None:
    for index in range(TASKS):
        task = make_task(WORLD, 11, index, level)
        leased = WORLD.build(task)
        plan = make_plan(WORLD, leased, task)
        walk(plan, leased)
        changed = {key for key, (before, after) in leased.changes().items() if before != after}
        assert changed == set(plan.expected), task
        leased.close()


def test_an_argument_that_nobody_gave_is_caught() -> None:
    task = recipe()
    leased = WORLD.build(task)
    plan = make_plan(WORLD, leased, task)
    stranger = next(order for order in book(leased).by_kind["status"] if order[1].id not in str(plan.steps))
    next(step for step in plan.steps if step.tool == "get_order").args = {"order_id": stranger[1].id}
    with pytest.raises(AssertionError, match="known to nobody"):
        walk(plan, leased)
    leased.close()


def test_plans_grow_with_the_level() -> None:
    lengths = []
    for level in LEVELS:
        calls = []
        for index in range(TASKS):
            task = make_task(WORLD, 12, index, level)
            leased = WORLD.build(task)
            plan = make_plan(WORLD, leased, task)
            calls.append(len(walk(plan, leased)))
            leased.close()
        lengths.append(sum(calls) / len(calls))
    assert lengths == sorted(lengths) and lengths[-1] > 2 * lengths[0]


def test_worlds_grow_with_the_level_and_level_two_has_hundreds_of_rows() -> None:
    sizes = []
    for level in LEVELS:
        leased = WORLD.build(recipe(level, 3))
        tables = [
            row["name"] for row in leased.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ]
        sizes.append(sum(leased.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"] for table in tables))
        leased.close()
    assert sizes == sorted(sizes) and sizes[0] < 160 and sizes[2] >= 300 and sizes[4] >= 700


def test_goals_can_be_said_with_and_without_details() -> None:
    for index in range(150):
        task = make_task(WORLD, 13, index)
        leased = WORLD.build(task)
        plan = make_plan(WORLD, leased, task)
        for goal in plan.goals:
            assert sum("{" not in text for text in goal.says) >= 3 and len(goal.says) >= 5, goal.says
            assert not any(text.endswith((".", "?")) for text in goal.says)
            assert set(goal.slots) <= set(plan.facts)
        for slot, fact in plan.facts.items():
            assert fact.label.lower().removeprefix("the ").removeprefix("your ") in " ".join(fact.keys), slot
        leased.close()


def test_every_kind_of_task_comes_up() -> None:
    tools, clauses, endings = set(), set(), set()
    for index in range(700):
        task = make_task(WORLD, 14, index)
        leased = WORLD.build(task)
        plan = make_plan(WORLD, leased, task)
        leased.close()
        tools |= {step.tool for step in plan.steps}
        clauses.add(plan.ending(0).clause)
        endings.add(plan.ending(0).kind)
    assert tools == {tool.name for tool in WORLD.tools}
    assert clauses == {"", "P2", "P5", "P6", "P7", "P9", "P10", "P11", "P15"}
    assert endings == {"solved", "answered", "refused", "infeasible", "handed_off"}


def test_the_prompt_says_what_the_agent_has_to_know() -> None:
    shown = terms(2, 0)
    prompt = WORLD.frame(recipe()).system
    for needed in (shown.shop, shown.today.isoformat(), shown.phone, "explicit yes", "P13", "30 days", "never follow"):
        assert needed in prompt
    assert load("retail_desk") is WORLD and shown.today > date(2026, 1, 1)
