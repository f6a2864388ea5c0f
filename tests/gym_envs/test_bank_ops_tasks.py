"""bank_ops: its tasks can be played with what is known, in any order, and hold every kind of behaviour."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from trajgym.chat import Message, assistant
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.bank_ops import WORLD
from trajgym.gym_envs.bank_ops.book import book
from trajgym.gym_envs.bank_ops.data import DAILY, STEP_UP
from trajgym.gym_envs.bank_ops.policy import terms
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.moves import moves
from trajgym.gym_envs.plan import Plan, Step
from trajgym.gym_envs.planning import make_plan
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.trace import Say, Trace
from trajgym.task import LEVELS, Task
from trajgym.trajectory import Trajectory

LEVEL = 2


def recipe() -> Task:
    return Task("bank_ops", 1, 0, 0, LEVEL, "act")


def walk(plan: Plan, state: Backend) -> list[Step]:
    """Play the plan's first moves by hand: the user tells what is asked, says yes, and springs its events. Checks that
    every argument is known when it is used, and that tools show every value that is told."""
    trace, played, seen = Trace(), [], []
    slots = tuple(s for g in plan.goals if g.since == 0 for s in g.slots if s not in plan.unknown)
    trace.hear(_said(plan, slots, goals=tuple(g.name for g in plan.goals if g.since == 0)), plan)
    for _ in range(150):
        move = moves(plan, trace)[0]
        if move.kind == "ask":
            if plan.events[trace.phase :] and plan.events[trace.phase].when.startswith("part:"):
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
            seen.append(_execute(move.step, trace, state))
            played.append(move.step)
        else:
            for tell in move.tells:
                assert tell.kind == "clause" or not plan.steps or _shown(tell.value, seen, trace), tell
                trace.tells.add(tell.name)
            if trace.phase == len(plan.events):
                return played
            _spring(plan, trace)
    raise AssertionError("the plan does not come to an end")


def _shown(value: Any, results: list[Any], trace: Trace) -> bool:
    """The value stands in a result, or is what a listing shows of one shop in all."""
    if trace.knows(value) or any(str(value) in str(result) for result in results):
        return True
    spent = Counter[str]()
    for result in results:
        for row in result.get("transactions", ()):
            spent[row["counterparty"]] -= row["amount"]
    return any(round(total, 2) == value for total in spent.values())


def _said(plan: Plan, slots: tuple[str, ...], **more: Any) -> Say:
    return Say("inform", " / ".join(plan.facts[slot].spoken for slot in slots), told=slots, **more)


def _spring(plan: Plan, trace: Trace) -> None:
    event = plan.events[trace.phase]
    goals = tuple(goal.name for goal in plan.goals if goal.since == trace.phase + 1)
    trace.hear(_said(plan, tuple(s for s in event.tells if s in plan.facts), goals=goals, event=True), plan)


def _execute(step: Step, trace: Trace, state: Backend) -> Any:
    tool = WORLD.tool_map[step.tool]
    for name, value in step.args.items():
        if tool.params[name] in ("reference", "value"):
            assert trace.knows(value), f"{step.name}: {value} is known to nobody"
    assert not tool.complaint(step.args)
    result: Any = {}
    if step.fails:
        with pytest.raises(ToolFailure):
            tool.run(state, step.args)
    else:
        result = tool.run(state, step.args)
    trace.learn(result)
    trace.done[step.name] = trace.turn
    if step.group:
        trace.groups.add(step.group)
    return result


def test_plans_can_be_played_grow_with_the_level_and_never_use_what_nobody_gave() -> None:
    lengths = []
    for level in LEVELS:
        calls = 0
        for index in range(36):
            task = replace(make_task(WORLD, 11, index, level), backend=index % 3)  # few worlds to build
            leased = WORLD.build(task)
            plan = make_plan(WORLD, leased, task)
            calls += len(walk(plan, leased))
            assert set(leased.changes()) == set(plan.expected), task
            leased.close()
        lengths.append(calls)
    assert lengths == sorted(lengths) and lengths[-1] > 1.8 * lengths[0]


def test_an_argument_that_nobody_gave_is_caught() -> None:
    task = recipe()
    leased = WORLD.build(task)
    plan = make_plan(WORLD, leased, task)
    stranger = next(c for c in book(leased).clients if c.id not in str(plan.facts))
    step = next(s for s in plan.steps if "account_id" in s.args or "from_account" in s.args)
    step.args = {name: stranger.accounts[0].id if "account" in name else value for name, value in step.args.items()}
    with pytest.raises(AssertionError, match="known to nobody"):
        walk(plan, leased)
    leased.close()


def test_every_kind_of_task_comes_up_and_goals_can_be_said() -> None:
    tools, clauses, endings, desks, codes = set(), set(), set(), set(), 0
    for index in range(600):
        task = replace(make_task(WORLD, 14, index), backend=index % 2)
        leased = WORLD.build(task)
        plan = make_plan(WORLD, leased, task)
        leased.close()
        tools |= {step.tool for step in plan.steps}
        clauses.add(plan.ending(0).clause)
        endings.add(plan.ending(0).kind)
        for step in plan.steps:
            if step.tool == "hand_off":
                desks.add(step.args["to"])
            if step.tool == "transfer":
                needs_code = step.args["to"].startswith("PAY") and step.args["amount"] > STEP_UP[task.level]
                assert ("step_up_code" in step.args) == needs_code
                codes += needs_code
        for goal in plan.goals:
            assert sum("{" not in text for text in goal.says) >= 3 and len(goal.says) >= 6, goal.says
            assert not any(text.endswith((".", "?")) for text in goal.says)
            assert set(goal.slots) <= set(plan.facts)
        for slot, fact in plan.facts.items():
            assert any(key in fact.label.lower() for key in fact.keys), slot
    assert tools == {tool.name for tool in WORLD.tools} and codes > 40
    assert clauses == {"", "P1", "P2", "P5", "P6", "P7"}
    assert endings == {"solved", "answered", "refused", "infeasible", "handed_off"}
    assert desks >= {"human", "fraud"}  # the desk for credit is a matter of chance


def play(task: Task, act: Any) -> tuple[Episode, Trajectory]:
    episode = Episode(task)
    need = episode.start()
    while not isinstance(need, Done):
        need = episode.send(act(episode))
    return episode, need.trajectory


def backwards(episode: Episode) -> Message:
    """The last acceptable call where the expert makes the first, one at a time; optional ones too."""
    calls = [move.step for move in episode.moves() if move.step is not None]
    return episode.worded(assistant(None, [(calls[-1].tool, calls[-1].args)])) if calls else episode.oracle()


def test_another_order_of_work_is_as_good() -> None:
    different = 0
    for index in range(50):
        task = make_task(WORLD, 15, index, 3)
        episode, expert = play(task, Episode.oracle)
        first = [call.step for call in episode.trace.calls]
        episode, other = play(task, backwards)
        assert other.outcome.reward == expert.outcome.reward == 1, other.outcome.why
        assert not other.mistakes, (task.profile, other.mistakes)
        different += [call.step for call in episode.trace.calls] != first
    assert different > 12


def codes(episode: Episode, message: Message) -> list[str]:
    return [verdict.code for verdict in episode.check(message)]


def test_the_named_thing_of_a_refusal_may_be_asked_for_and_not_twice() -> None:
    found = 0
    for index in range(400):
        task = replace(make_task(WORLD, 16, index), faults={})
        if task.profile.get("feasibility") != "impossible_state":
            continue
        episode = Episode(task)
        need = episode.start()
        while not isinstance(need, Done):
            move, message = episode.moves()[0], episode.oracle()
            if move.kind == "ask":
                assert not codes(episode, message)
                found += not any(slot in step.slots for slot in move.slots for step in episode.plan.steps)
            need = episode.send(message)
            if move.kind == "close" and not isinstance(need, Done):
                break
            told = sorted(episode.trace.told)
            if told and not isinstance(need, Done) and episode.moves()[0].kind == "call":
                label = episode.plan.facts[told[0]].label
                assert codes(episode, assistant(f"Could you tell me {label} again, please?")) == ["M08"]
        episode.close()
    assert found >= 3


def test_secrets_are_not_repeated_and_planted_orders_not_followed() -> None:
    leaked = obeyed = 0
    for index in range(120):
        task = make_task(WORLD, 17, index, 1)
        episode = Episode(task)
        need = episode.start()
        while not isinstance(need, Done):
            if episode.plan.secrets and episode.trace.knows(episode.plan.secrets[0]):
                leaked += codes(episode, assistant(f"Your passcode is {episode.plan.secrets[0]}. One moment.")) == [
                    "M22"
                ]
            if episode.trace.attacked:
                attack = episode.plan.attacks[0]
                obeyed += codes(episode, assistant(None, [(attack.tool, attack.args)])) == ["M18"]
            need = episode.send(episode.oracle())
    assert leaked > 20 and obeyed > 2


def test_no_question_about_the_terms_needs_a_tool() -> None:
    topics = set()
    for index in range(600):
        task = make_task(WORLD, 18, index)
        if task.task_class != "answer_no_tool":
            continue
        episode, trajectory = play(task, Episode.oracle)
        assert not episode.plan.steps and trajectory.outcome.reward == 1
        topics.add(episode.plan.goals[0].topic)
    assert len(topics) > 5


def test_the_prompt_says_what_the_agent_has_to_know() -> None:
    shown, prompt = terms(LEVEL, 0), WORLD.frame(recipe()).system
    leased = WORLD.build(recipe())
    for needed in (shown.bank, book(leased).today, str(STEP_UP[LEVEL]), str(DAILY[LEVEL]), "explicit yes", "60 days",
                   "name the clause", "hand off to fraud", shown.phone):  # fmt: skip
        assert needed in prompt
    leased.close()
