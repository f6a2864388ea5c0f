"""How many wishes a user has is what its profile says, in the worlds that are catalogues of wishes."""

from __future__ import annotations

import pytest
from worlds_tested import NAMES

from trajgym.chat import assistant
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.plan import Plan
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.wishes import WishWorld
from trajgym.task import Task

WORLDS = [name for name in NAMES if isinstance(registry.load(name), WishWorld)]


def tasks(name: str, level: str, count: int) -> list[Task]:
    """Tasks in which there is something to do, with that many wishes."""
    world = registry.load(name)
    stream = (make_task(world, 23, index) for index in range(600))
    fitting = (
        task
        for task in stream
        if "feasibility" not in task.profile and task.profile.get("goal_structure", "single") == level
    )
    return [task for task, _ in zip(fitting, range(count), strict=False)]


def goals(plan: Plan) -> list[str]:
    """The wishes that the user has from the start."""
    return [goal.name for goal in plan.goals if goal.since == 0]


def independent(plan: Plan, world: str) -> bool:
    """Does no step of one wish need what the user tells for another? (Look-ups that no fact is told for are shared,
    where agents take turns somebody comes first, and who is passed on is so after everything else.)"""
    passing = ("transfer", "terminal")
    tools = registry.load(world).tool_map
    told_for = {step.name: step.goal for step in plan.steps if step.slots and tools[step.tool].kind not in passing}
    wishes = [step for step in plan.steps if step.goal != "human" and tools[step.tool].kind not in passing]
    return all(told_for.get(name, step.goal) == step.goal for step in wishes for name in step.needs)


@pytest.mark.parametrize("name", WORLDS)
def test_one_wish_or_several_that_do_not_need_each_other(name: str) -> None:
    for level in ("single", "multi_parallel"):
        for task in tasks(name, level, 12):
            episode = Episode(task)
            need = episode.start()
            plan = episode.plan
            assert (len(goals(plan)) > 1) == (level == "multi_parallel"), task.index
            assert independent(plan, name), task.index
            while not isinstance(need, Done):
                need = episode.send(episode.oracle())
            shown = "goal_structure" in need.trajectory.reached
            assert shown == (level == "multi_parallel") == (len(episode.trace.goals & set(goals(plan))) > 1)
            assert need.trajectory.outcome.reward == 1


def test_who_does_only_the_first_wish_gets_nothing_for_it() -> None:
    played = 0
    for task in tasks("graph_editor", "multi_parallel", 20):
        if "mind_change" in task.profile or task.profile.get("confirmation") == "never_confirms":
            continue  # what is withdrawn need not be done
        episode = Episode(task)
        need = episode.start()
        plan = episode.plan
        later = {step.name for step in plan.steps if step.goal in goals(plan)[1:]}
        while not isinstance(need, Done):
            move = next((m for m in episode.moves() if m.step is None or m.step.name not in later), None)
            if move is None or (move.kind == "confirm" and all(step.name in later for step in move.steps)):
                need = episode.send(assistant("That's all done. Goodbye!"))
            else:
                need = episode.send(episode.oracle([move]))
        assert need.trajectory.outcome.reward == 0, task.index
        played += 1
    assert played > 3
