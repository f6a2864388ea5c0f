"""The user who gives an id with two digits swapped (or one that is wrong): nothing is there, and the right one has to be asked for.

The look-up that takes the id is made with the wrong one first and fails; only then is there anything to ask about. All that
used the id waits for the right one, which the user tells when it hears that nothing was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.plan import Event, Fact, Plan, Step
from trajgym.seeding import Rng
from trajgym.task import Task

if TYPE_CHECKING:
    from trajgym.gym_envs.world import World

_MISSING = "not_found"
_SAYS = (
    "Oh, I read that wrong. It is {new}",
    "Let me look again: {new}",
    "Sorry, two digits got mixed up there, it's {new}",
    "My mistake, I have to read it properly: {new}",
    "Hmm, wait. Here it says {new}",
    "That was a slip of mine, {new} is the right one",
)


def misnumber(world: World, state: Backend, plan: Plan, task: Task) -> None:
    """Let the user of `task` say an id wrongly at first. It comes before all other events. Raises AssertionError when no look-up
    of the plan fails for a wrong id (see `shaping.needs`)."""
    rng = Rng(task.id, "wrong_id")
    found = next(_slips(world, state, plan, rng), None)
    assert found is not None, f"{world.name}: no id to get wrong for {task.profile}"
    step, slot, failing = found
    later, fact = f"{slot}#1", plan.facts[slot]
    wrong = failing[0]
    look = Step(f"{step.name}!", step.tool, failing[1], step.needs, step.slots, step.goal, fails=_MISSING)
    for other in plan.steps:
        if slot in other.slots:
            other.slots = tuple(later if name == slot else name for name in other.slots)
            other.needs = (*other.needs, look.name)
    plan.steps.insert(plan.steps.index(step), look)
    plan.facts[later] = replace(fact, slot=later, wrong="")
    plan.facts[slot] = replace(fact, value=wrong, spoken=wrong, wrong="")
    says = tuple(text.replace("{new}", "{" + later + "}") for text in _SAYS)
    plan.events.append(Event("wrong_id", f"failed:{look.name}", says, tells=(later,)))


def _slips(
    world: World, state: Backend, plan: Plan, rng: Rng
) -> Iterator[tuple[Step, str, tuple[str, dict[str, Any]]]]:
    """Look-ups of the first goal that are the first to use an id the user gives, with that id's slot, and what fits nothing:
    the wrong id and the arguments that hold it."""
    used: set[str] = set()
    for step in plan.steps:
        fresh = [slot for slot in step.slots if slot not in used]
        used.update(step.slots)
        if step.goal != plan.goals[0].name or step.group or step.fails or not step.required:
            continue
        if world.tool_map[step.tool].kind != "read":
            continue
        for slot in fresh:
            fact = plan.facts[slot]
            if fact.kind == "id" and slot not in plan.unknown and fact.spoken == str(fact.value):
                failing = _failing(world, state, plan, step, fact, rng)
                if failing is not None:
                    yield step, slot, failing


def _failing(
    world: World, state: Backend, plan: Plan, step: Step, fact: Fact, rng: Rng
) -> tuple[str, dict[str, Any]] | None:
    """A wrong id with which `step` finds nothing, tried on a fork of `state`."""
    undo = state.fork()
    try:
        for name in _before(plan, step):
            before = plan.step(name)
            world.tool_map[before.tool].run(state, before.args)
        for wrong in _swapped(fact.spoken, rng):
            args = _with(step.args, fact.spoken, wrong)
            if args == step.args:
                return None
            try:
                world.tool_map[step.tool].run(state, args)
            except ToolFailure as failure:
                if failure.code == _MISSING:
                    return wrong, args
    finally:
        undo()
    return None


def _before(plan: Plan, step: Step) -> list[str]:
    """What has to be done before `step`, in order."""
    wanted, open_names = set[str](), list(step.needs)
    while open_names:
        name = open_names.pop()
        if name not in wanted:
            wanted.add(name)
            open_names.extend(plan.step(name).needs)
    return [other.name for other in plan.steps if other.name in wanted]


def _swapped(id: str, rng: Rng) -> list[str]:
    """`id` with two neighbouring digits the other way round, in each way there is; then with one digit that is another."""
    places = [n for n in range(len(id) - 1) if id[n : n + 2].isdigit() and id[n] != id[n + 1]]
    rng.shuffle(places)
    digits = [n for n in range(len(id)) if id[n].isdigit()]
    rng.shuffle(digits)
    return [
        *(id[:n] + id[n + 1] + id[n] + id[n + 2 :] for n in places),
        *(f"{id[:n]}{9 - int(id[n])}{id[n + 1 :]}" for n in digits),
    ]


def _with(value: Any, old: str, new: str) -> Any:
    """A JSON value with `old` replaced by `new` in all its texts."""
    if isinstance(value, dict):
        return {name: _with(item, old, new) for name, item in value.items()}
    if isinstance(value, list):
        return [_with(item, old, new) for item in value]
    return value.replace(old, new) if isinstance(value, str) else value
