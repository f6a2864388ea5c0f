"""No way is shorter than the plan says: a breadth-first search over real calls on the real backend.

`test_matrix` searches the moves that a plan allows. Here the plan is not asked: from the world as it was built, every call of the
writing tools is tried with every value that could matter, until the rows are as they have to be in the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from trajgym.gym_envs import registry
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.plan import Plan, Step
from trajgym.gym_envs.planning import make_plan
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.world import World
from trajgym.task import Task

Call = tuple[str, dict[str, Any]]
MOST_WRITES = 5
MOST_CALLS = 90
"""A task with more calls to try than that is left out."""
WORLDS = {
    "tool_picker": 40, "craft_world": 40, "home_automation": 40, "phone_settings": 25, "retail_desk": 12, "desktop_assistant": 12,
    "graph_editor": 12, "bank_ops": 12,
}  # fmt: skip
"""World -> tasks that are searched."""


def writes(world: World, plan: Plan) -> list[Step]:
    """The writes that the plan owes."""
    return [step for step in plan.steps if step.required and world.tool_map[step.tool].kind == "write"]


def calls_to_try(world: World, plan: Plan) -> list[Call]:
    """Every writing tool of the plan with every value of the plan under each name, and with sums of the numbers."""
    values: dict[str, list[Any]] = {}
    tools: dict[str, set[tuple[str, ...]]] = {}
    for step in writes(world, plan):
        tools.setdefault(step.tool, set()).add(tuple(sorted(step.args)))
        for name, value in step.args.items():
            values.setdefault(name, [])
            if value not in values[name]:
                values[name].append(value)
    for found in values.values():
        numbers = [value for value in found if isinstance(value, int) and not isinstance(value, bool)]
        found += [n for n in dict.fromkeys(a + b for a in numbers for b in numbers) if n not in found]
    calls = []
    for tool, shapes in sorted(tools.items()):
        for names in sorted(shapes):
            for chosen in product(*(values[name] for name in names)):
                args = dict(zip(names, chosen, strict=True))
                if not world.tool_map[tool].complaint(args):
                    calls.append((tool, args))
    return calls


def rows_of(world: World, rows: dict[Any, Any]) -> str:
    """Rows without what is free text, in a form that can be compared."""
    plain = {
        key: row and {name: value for name, value in row.items() if (key[0], name) not in world.text_columns}
        for key, row in rows.items()
    }
    return repr(sorted(plain.items(), key=repr))


def after(world: World, state: Backend, calls: tuple[Call, ...]) -> str | None:
    """The rows that differ after `calls`; None when the last one fails or does nothing."""
    undo = state.fork()
    try:
        for tool, args in calls:
            world.tool_map[tool].run(state, args)
        return rows_of(world, {key: row for key, (_, row) in state.changes().items()})
    except ToolFailure:
        return None
    finally:
        undo()


def fewest(world: World, state: Backend, plan: Plan, most: int) -> int:
    """The fewest writing calls that lead to the rows that the plan expects; `most` + 1 when there is no such way."""
    goal, pool = rows_of(world, plan.expected), calls_to_try(world, plan)
    frontier: list[tuple[Call, ...]] = [()]
    seen = {after(world, state, ())}
    for depth in range(1, most + 1):
        following = []
        for way in frontier:
            for call in pool:
                reached = after(world, state, (*way, call))
                if reached == goal:
                    return depth
                if reached is not None and reached not in seen:
                    seen.add(reached)
                    following.append((*way, call))
        frontier = following
    return most + 1


def small(world: World, count: int) -> Iterator[tuple[Task, Backend, Plan]]:
    """Tasks whose writes can be searched; of each kind of plan (which tools write) a few."""
    found = 0
    for index in range(3000):
        task = make_task(world, 31, index, world.levels[index % 3])
        if task.task_class not in ("act", "ask_first", "recover"):
            continue
        state = world.build(task)
        plan = make_plan(world, state, task)
        due = len(writes(world, plan))
        fits = not plan.events and not plan.slip and not any(step.by_user for step in plan.steps)
        if fits and 0 < due <= MOST_WRITES and plan.expected and len(calls_to_try(world, plan)) <= MOST_CALLS // due:
            found += 1
            yield task, state, plan
        state.close()
        if found == count:
            return


@pytest.mark.parametrize("name", WORLDS)
def test_no_shorter_way_than_the_plan(name: str) -> None:
    world = registry.load(name)
    sizes = set()
    for task, state, plan in small(world, WORLDS[name]):
        due = len(writes(world, plan))
        assert fewest(world, state, plan, due) == due, task.index
        sizes.add(due)
    assert len(sizes) > 1


def test_a_needless_call_in_a_plan_is_noticed() -> None:
    world = registry.load("home_automation")
    for _, state, plan in small(world, 1):
        write = writes(world, plan)[0]
        plan.steps.append(Step("again", write.tool, write.args, (write.name,)))
        assert fewest(world, state, plan, len(writes(world, plan))) < len(writes(world, plan))
        plan.expected = {("devices", "D000"): {"id": "D000"}}
        assert fewest(world, state, plan, 2) == 3
