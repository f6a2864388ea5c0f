"""What the user can say about its facts and goals at a moment of the episode, and what it is asked to agree to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from trajgym.gym_envs.plan import Event, Goal, Plan, Step
from trajgym.gym_envs.reading import Reading
from trajgym.gym_envs.trace import Trace, atom, contains


def active(goal: Goal, phase: int) -> bool:
    return goal.since <= phase < goal.until


def slots_of(plan: Plan, goals: Sequence[Goal]) -> list[str]:
    """The facts of `goals` that the user can say."""
    found: list[str] = []
    for goal in goals:
        found += [s for s in goal.slots if s in plan.facts and s not in plan.unknown and s not in found]
    return found


def version(slot: str, plan: Plan, trace: Trace) -> str:
    """The latest version of `slot` that an event has told (``slot#2``), or `slot` itself."""
    for phase in range(trace.phase, 0, -1):
        later = f"{slot}#{phase}"
        if later in trace.told:
            return later
    return slot


def spoken(slot: str, plan: Plan, trace: Trace) -> str:
    """How the user words a fact now; one that was changed has its latest value."""
    return plan.facts[version(slot, plan, trace) if trace.phase else slot].spoken


def belongs(slot: str, plan: Plan, phase: int) -> bool:
    """True when `slot` is about something wanted in `phase`."""
    owners = [goal for goal in plan.goals if slot in goal.slots]
    if owners:
        return any(active(goal, phase) for goal in owners)
    users = [step for step in plan.steps if slot in step.slots]
    return not users or any(step.since <= phase < step.until for step in users)


def since(slot: str, plan: Plan) -> int:
    """The phase from which the user may tell `slot`: a fact about a later wish is not mentioned before it."""
    owners = [goal.since for goal in plan.goals if slot in goal.slots]
    if owners:
        return min(owners)
    return min((step.since for step in plan.steps if slot in step.slots), default=0)


def sort_asked(asks: tuple[str, ...], plan: Plan, trace: Trace) -> tuple[list[str], list[str], list[str]]:
    """What a question is about: slots to tell for the first time, slots told before (as their present version), and
    slots the user cannot say."""
    if not asks:
        return [], [], []
    fresh: list[str] = []
    again: list[str] = []
    unknown: list[str] = []
    changes = bool(plan.events)  # without any, nothing has a later version or another time
    for slot in asks:
        if slot in plan.unknown:
            unknown.append(slot)
            continue
        if not changes:
            (again if slot in trace.told else fresh).append(slot)
            continue
        base, _, later = slot.partition("#")
        if later and (base in plan.facts or slot not in trace.told):
            continue  # found under the words of its first version, or not to be mentioned yet
        now = version(slot, plan, trace)
        if now in trace.told:
            again.append(now)
        elif since(slot, plan) <= trace.phase:
            fresh.append(slot)
    if not changes:
        return fresh, again, unknown
    timely = [slot for slot in fresh if belongs(slot, plan, trace.phase)]
    if timely or again:
        fresh = timely
    if len(again) > 1:
        again = [slot for slot in again if belongs(slot.partition("#")[0], plan, trace.phase)] or again
    return fresh, again, unknown


def settled(plan: Plan, trace: Trace) -> bool:
    """True when no step is open, nothing is untold, and a goal has been stated: the agent can only close. (False says
    nothing: `moves` knows.)"""
    phase, done, groups = trace.phase, trace.done, trace.groups
    for step in plan.steps:
        if step.since <= phase < step.until and step.name not in done and step.group not in groups:
            return False
    for tell in plan.tells:
        if tell.since <= phase < tell.until and tell.name not in trace.tells:
            return False
    goals = [goal for goal in plan.goals if goal.since <= phase < goal.until]
    return not goals or any(goal.name in trace.goals for goal in goals)


def hears_of_it(event: Event, reading: Reading, plan: Plan, trace: Trace, owes_answer: bool) -> bool:
    """True when the step of a ``failed:STEP`` event has failed, or the slot of a ``part:SLOT`` event was told, and `reading` brings it
    up: it asks for the value again, says that something is not possible, or names the value. A question for something else is
    answered first."""
    kind, _, name = event.when.partition(":")
    step = plan.step(name) if kind == "failed" else None
    slots = (name,) if step is None else step.slots
    if not trace.told.issuperset(slots) or (step is not None and step.name not in trace.done):
        return False
    if any(slot in event.tells for slot in reading.asks):
        return True
    if owes_answer:
        return False
    named = any(contains(reading.text, plan.parts.get(slot, plan.facts[slot].spoken)) for slot in slots)
    return reading.question or reading.decline or named


def awaiting(plan: Plan, trace: Trace, text: str) -> list[Step]:
    """The steps that a yes to `text` would be for: those that can be done and wait for it, or, when there is none, those
    that wait for it, could be named already, and are named. Of several only those that `text` is about."""
    ready: list[Step] = []
    early: list[Step] = []
    for step in plan.steps:
        if not step.confirm or step.name in trace.confirmed or not trace.open(step):
            continue
        if any(slot not in trace.told for slot in step.slots):
            continue
        if step.goal not in trace.goals and any(goal.name == step.goal for goal in plan.goals):
            continue
        (ready if all(trace.satisfied(name, plan) for name in step.needs) else early).append(step)
    if len(ready) == 1:
        return ready
    return (_named(ready, text) or ready) if ready else _named(early, text)


def _named(steps: list[Step], text: str) -> list[Step]:
    """Those of `steps` of which `text` states an argument that no other of them has."""
    if not steps:
        return []
    words = [
        {" ".join(atom(value).split()) for value in step.args.values() if isinstance(value, str)} for step in steps
    ]
    count = Counter(word for own in words for word in own)
    plain = " ".join(text.lower().split())
    return [
        step
        for step, own in zip(steps, words, strict=True)
        if any(count[word] == 1 and len(word) > 1 and word in plain and contains(text, word) for word in own)
    ]
