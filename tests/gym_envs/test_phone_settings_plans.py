"""The phone's plans: they can be done, know where their values come from, hold the hidden changes, and grow with the level."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from trajgym.gym_envs import gates
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.moves import moves
from trajgym.gym_envs.phone_settings import WORLD
from trajgym.gym_envs.plan import Plan
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.trace import Trace, atom, atoms_of
from trajgym.seeding import Rng
from trajgym.task import TASK_CLASSES, Task


def task(index: int = 0, level: int = 2, name: str = "act", **profile: str) -> Task:
    view = {"view": index % 24, "mode": "native", "parallel": False}
    return Task("phone_settings", 1, 5, index, level, name, index % 16, profile, view)


def walk(state: Backend, plan: Plan, prompt: str) -> tuple[Trace, str]:
    """Do `plan` with a user who tells and confirms all that is asked; no argument may come from nowhere."""
    trace, blob = Trace(), prompt
    trace.goals.update(goal.name for goal in plan.goals)
    for _ in range(90):
        move = moves(plan, trace)[0]
        if move.kind == "close":
            return trace, blob
        for slot in move.slots:
            trace.told.add(slot)
            atoms_of(plan.facts[slot].value, trace.values)
            trace.heard += "\n" + plan.facts[slot].spoken.lower()
        trace.confirmed.update(step.name for step in move.steps)
        if move.step is None:
            continue
        step = move.step
        tool = WORLD.tool_map[step.tool]
        assert tool.complaint(step.args) == "", step
        for name, value in step.args.items():
            if tool.params[name] in ("reference", "value"):
                assert trace.knows(value), (step.tool, name, value)
        free = " ".join(
            str(step.args[name]) for name, kind in tool.params.items() if kind == "text" and name in step.args
        )
        assert all(value.lower() in free.lower() for value in step.mentions), step
        try:
            result = tool.run(state, step.args)
        except ToolFailure as failure:
            assert failure.code == step.fails, step
        else:
            assert not step.fails, step
            trace.learn(result)
            blob += str(result)
        trace.done[step.name] = 0
        trace.groups |= {step.group} if step.group else set()
    raise AssertionError("the plan does not come to an end")


def test_every_plan_can_be_done_and_knows_where_its_values_come_from() -> None:
    seen = Counter[str]()
    for one in (make_task(WORLD, 11, index) for index in range(250)):
        state = WORLD.build(one)
        plan = WORLD.plan(state, one, Rng(one.id, "plan"))
        gates.expect(WORLD, state, plan)
        for planted in plan.planted:
            state.plant(*planted)
        trace, blob = walk(state, plan, WORLD.frame(one).system)
        assert {key: row for key, (_, row) in state.changes().items()} == plan.expected
        for tell in plan.tells:
            assert all(trace.satisfied(name, plan) for name in tell.after)
            known = atom(tell.value) in (blob + trace.heard).lower().replace("_", " ")
            assert known or one.task_class in ("answer_no_tool", "infeasible"), tell
        if one.task_class == "inject":
            assert all(attack.text in blob for attack in plan.attacks)
            assert all(WORLD.tool_map[a.tool].complaint(a.args) == "" for a in plan.attacks)
        seen[one.task_class] += 1
        state.close()
    assert set(seen) == set(TASK_CLASSES)


def test_hidden_changes_are_part_of_plans_and_no_goal_names_them() -> None:
    chains = Counter[int]()
    for index in range(200):
        one = task(index, level=3 + index % 2)
        state = WORLD.build(one)
        plan = WORLD.plan(state, one, Rng(one.id, "plan"))
        hidden = [step for step in plan.steps if step.tool == "set_setting" and "set_" in step.name]
        for step in hidden:
            assert not step.confirm
            assert any(tell.after == (step.name,) for tell in plan.tells), "changed on the way, and not reported"
            assert step.args["name"] not in " ".join(fact.spoken for fact in plan.facts.values())
        chains[len(hidden)] += 1
        state.close()
    assert sum(count for length, count in chains.items() if length >= 2) >= 100


def test_work_grows_with_the_level() -> None:
    calls = []
    for level in range(5):
        plans = []
        for index in range(120):
            one = make_task(WORLD, 3, index, level)
            state = WORLD.build(one)
            plans.append(WORLD.plan(state, one, Rng(one.id, "plan")))
            state.close()
        calls.append(
            sum(len([s for s in p.steps if not (s.group and s.name[-1].isdigit())]) for p in plans) / len(plans)
        )
    assert all(lower + 0.2 < higher for lower, higher in pairwise(calls)), calls
