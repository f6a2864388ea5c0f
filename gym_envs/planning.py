"""From a task to its plan."""

from __future__ import annotations

from trajgym.gym_envs import gates
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.identities import identify
from trajgym.gym_envs.plan import Plan
from trajgym.gym_envs.shaping import shape
from trajgym.gym_envs.world import World
from trajgym.gym_envs.wrong_ids import misnumber
from trajgym.seeding import Rng
from trajgym.task import Task


def make_plan(world: World, state: Backend, task: Task) -> Plan:
    """The plan of `task`, bent by the user's behaviour, with the rows that must come out of it."""
    plan = world.plan(state, task, Rng(task.id, "plan"))
    if task.profile.get("knowledge_error") == "wrong_id":
        misnumber(world, state, plan, task)
    if "identity" in task.profile:
        identify(world, plan, task)
    shape(plan, task)
    gates.expect(world, state, plan)
    return plan
