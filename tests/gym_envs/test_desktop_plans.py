"""The desktop assistant's plans: they can be done, know where their values come from, and grow with the level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from trajgym.gym_envs import gates, operators
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.desktop_assistant import WORLD
from trajgym.gym_envs.desktop_assistant.words import say_day, today_of
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.moves import moves
from trajgym.gym_envs.plan import Plan
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.trace import Call, Trace, atom, call_key
from trajgym.seeding import Rng
from trajgym.task import TASK_CLASSES, Task


def task(level: int = 2, name: str = "act", index: int = 0, **profile: str) -> Task:
    view = {"view": index % 24, "mode": "native", "parallel": True}
    if profile.get("feasibility") == "missing_tool":
        view["without"] = WORLD.removable[index % len(WORLD.removable)]
    return Task("desktop_assistant", 1, 5, index, level, name, index % 6, profile, view)


def reach(episode: Episode, kind: str) -> None:
    """Play the oracle until its best move is of `kind`."""
    episode.start()
    while episode.moves()[0].kind != kind:
        assert not isinstance(episode.send(episode.oracle()), Done)


def codes(code: str, kind: str, tasks: list[Task]) -> int:
    """For how many of `tasks` an operator's mistake is named where the best move is first of `kind`."""
    found = 0
    for one in tasks:
        episode = Episode(one)
        reach(episode, kind)
        proposed = operators.propose(episode, code, Rng(code))
        found += proposed is not None and proposed[1].code == code
        episode.close()
    return found


def leaves(value: Any) -> list[Any]:
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list) else [value]


def walk(state: Backend, plan: Plan, prompt: str) -> tuple[Trace, str]:
    """Do `plan` step by step with a user who tells and confirms everything asked for; nothing may come from nowhere."""
    trace = Trace()
    trace.goals.update(goal.name for goal in plan.goals)
    blob = prompt
    for _ in range(80):
        move = moves(plan, trace)[0]
        if move.kind == "close":
            return trace, blob
        if move.kind == "ask":
            for slot in move.slots:
                if slot in plan.unknown:
                    trace.unknown.add(slot)
                    continue
                fact = plan.facts[slot]
                trace.told.add(slot)
                for leaf in leaves(fact.value):
                    trace.values.add(atom(leaf))
                trace.heard += "\n" + fact.spoken.lower()
        elif move.kind == "confirm":
            trace.confirmed.update(step.name for step in move.steps)
        else:
            step = move.step
            assert step is not None
            tool = WORLD.tool_map[step.tool]
            assert tool.complaint(step.args) == "", step
            for name, value in step.args.items():
                if tool.params[name] in ("reference", "value"):
                    assert all(trace.knows(leaf) for leaf in leaves(value)), (step.tool, name, value)
            free = " ".join(str(step.args.get(name, "")) for name, kind in tool.params.items() if kind == "text")
            assert all(str(value).lower() in free.lower() for value in step.mentions), step
            result = tool.run(state, step.args)
            trace.learn(result)
            blob += str(result)
            trace.calls.append(Call(step.tool, step.args, call_key(step.tool, step.args), 0, result=result))
            trace.done[step.name] = 0
            trace.groups |= {step.group} if step.group else set()
    raise AssertionError("the plan does not come to an end")


def made(count: int) -> Iterator[Task]:
    for index in range(count):
        yield make_task(WORLD, 11, index)


def test_every_plan_can_be_done_and_knows_where_its_values_come_from() -> None:
    seen = set()
    for one in made(400):
        state = WORLD.build(one)
        plan = WORLD.plan(state, one, Rng(one.id, "plan"))
        gates.expect(WORLD, state, plan)
        for planted in plan.planted:
            state.plant(*planted)
        trace, blob = walk(state, plan, WORLD.frame(one).system)
        assert {key: row for key, (_, row) in state.changes().items()} == plan.expected
        for tell in plan.tells:
            assert all(trace.satisfied(name, plan) for name in tell.after)
            if tell.after and tell.name not in ("count", "clause"):
                assert str(tell.value) in blob or str(tell.value) in trace.heard, tell
        if plan.steps and plan.steps[0].name == "list0":
            counts = [call.result["count"] for call in trace.calls if call.tool == "list_events"]
            assert next(tell.value for tell in plan.tells if tell.name == "count") == sum(counts)
        seen.add(one.task_class)
        state.close()
    assert seen == set(TASK_CLASSES)


def test_a_value_from_nowhere_would_be_caught() -> None:
    one = task(2, "act", 3, confirmation="asks_summary")
    state = WORLD.build(one)
    plan = WORLD.plan(state, one, Rng("x"))
    for step in plan.steps:
        for name in ("to", "attendees"):
            if name in step.args and step.tool != "send_sms":
                step.args[name] = ["made.up@nowhere.example"]
    with pytest.raises(AssertionError, match=r"made\.up"):
        walk(state, plan, "")
    state.close()


def test_goals_are_said_in_many_ways_and_placeholders_are_slots() -> None:
    for one in made(300):
        state = WORLD.build(one)
        plan = WORLD.plan(state, one, Rng(one.id, "plan"))
        for goal in plan.goals:
            assert len(set(goal.says)) >= 6
            for text in goal.says:
                words = text.format(**{slot: plan.facts[slot].spoken for slot in goal.slots})
                assert not words.endswith((".", "!", "?")) and "{" not in words
            plain = sum("{" not in text for text in goal.says)
            assert plain >= 3 or not goal.slots
        for spare in plan.spares:
            assert all("{" + slot + "}" in text for text in spare.goal.says for slot in spare.goal.slots)
            names = {step.name for step in plan.steps} | set(plan.facts)
            assert not names & ({step.name for step in spare.steps} | set(spare.facts))
        state.close()


def test_plans_grow_with_the_level() -> None:
    calls: dict[int, list[int]] = defaultdict(list)
    width: dict[int, int] = defaultdict(int)
    for level in range(5):
        for index in range(120):
            one = task(level, "act", index)
            state = WORLD.build(one)
            plan = WORLD.plan(state, one, Rng(one.id, "plan"))
            calls[level].append(sum(step.required for step in plan.steps))
            width[level] = max(width[level], sum(step.required and not step.needs for step in plan.steps))
            state.close()
    means = [sum(calls[level]) / len(calls[level]) for level in range(5)]
    assert all(a + 0.8 < b for a, b in pairwise(means)), means
    assert min(calls[0]) == max(calls[0]) == 1 and width[4] >= 6


def test_dependent_calls_in_one_message_are_named_and_independent_ones_are_not() -> None:
    together = 0
    for index in range(30):
        episode = Episode(task(2, "act", index))
        reach(episode, "call")
        if len(episode.oracle()["tool_calls"]) > 1:
            together += 1
            assert episode.check(episode.oracle()) == []
        episode.close()
    assert together >= 10
    assert codes("M15", "call", [task(1, "act", i) for i in range(20)]) >= 8


def test_days_are_said_as_seen_from_today() -> None:
    today = date(2026, 4, 1)  # a Wednesday
    said = {
        day: {say_day(day, today, Rng(n), True) for n in range(60)}
        for day in (date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 10), date(2026, 4, 8))
    }
    assert said[date(2026, 4, 2)] == {"tomorrow"}
    assert "this Friday" in said[date(2026, 4, 3)]
    assert "next Friday" in said[date(2026, 4, 10)]
    assert "a week from today" in said[date(2026, 4, 8)] and "next Wednesday" in said[date(2026, 4, 8)]


def test_the_prompt_says_who_when_and_where() -> None:
    one = task(3, "act", 7)
    prompt = WORLD.frame(one).system
    assert today_of(3, 7).isoformat() in prompt and "Europe/" in prompt
    assert all(f"{clause.id}. " in prompt and clause.guard for clause in WORLD.clauses)
    assert all(today_of(level, view).weekday() < 5 for level in range(5) for view in range(24))


def test_the_missing_tool_is_what_the_task_needs() -> None:
    for index in range(24):
        one = task(2, "infeasible", index, feasibility="missing_tool")
        state = WORLD.build(one)
        plan = WORLD.plan(state, one, Rng(one.id, "plan"))
        without = one.tool_view["without"]
        assert without not in WORLD.shown_names(one)
        assert plan.steps and all(step.tool != without for step in plan.steps)
        assert {"thing", "card"} <= {tell.name for tell in plan.tells}
        state.close()
