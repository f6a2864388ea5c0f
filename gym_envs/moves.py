"""All acceptable next actions, best first.

One pure function of plan and trace serves the oracle (which plays the first), the step rules (which compare an action
with all of them, taken before it) and both sides of a pair. There is no single right path: any order of work that the
plan's dependencies allow is right.
"""

from __future__ import annotations

from trajgym.gym_envs.plan import Move, Plan, Step
from trajgym.gym_envs.trace import Trace


def moves(plan: Plan, trace: Trace) -> list[Move]:
    """The acceptable next actions: calls that are ready, deeds that the user may be asked for, questions for what they lack, a
    request to confirm, and, when nothing is left to do, the closing words."""
    goals = [goal for goal in plan.goals if goal.since <= trace.phase < goal.until]
    if goals and not any(goal.name in trace.goals for goal in goals):
        return [Move("ask_goal")]
    current = {goal.name for goal in goals}
    ready: list[Move] = []
    optional: list[Move] = []
    lacking: list[str] = []
    unconfirmed: list[Step] = []
    phase, done, told, stated = trace.phase, trace.done, trace.told, trace.goals
    for step in plan.steps:
        # the same as `trace.open`, in line: this loop runs more often than any other
        if step.name in done or not step.since <= phase < step.until or (step.group and step.group in trace.groups):
            continue
        if step.goal in current and step.goal not in stated:
            continue
        for name in step.needs:
            if name not in done and not trace.satisfied(name, plan):
                break
        else:
            missing = [slot for slot in step.slots if slot not in told]
            if missing:
                if (step.required or step.group) and trace.unknown.isdisjoint(missing):
                    lacking.extend(slot for slot in missing if slot not in lacking)
            elif step.confirm and step.name not in trace.confirmed:
                unconfirmed.append(step)
            elif step.required:
                ready.append(Move("instruct" if step.by_user else "call", step))
            else:
                optional.append(Move("instruct" if step.by_user else "call", step))
    found = ready
    if lacking and not (ready and all(_alternative(slot, ready, plan) for slot in lacking)):
        again = tuple([slot for slot in lacking if "#" in slot and slot.partition("#")[0] in told])
        found.append(Move("ask", slots=tuple(lacking), again=again))
    if unconfirmed and not any(m.step is not None for m in found):
        found.append(Move("confirm", steps=tuple(unconfirmed)))
    if not found:
        unsaid = _unsaid(plan, trace)
        found.append(Move("ask", slots=unsaid) if unsaid else _close(plan, trace))
    elif (
        found[0].step is not None and found[0].step.goal == "human"
    ):  # what has to be told is told before it is too late
        words = _close(plan, trace)
        if words.tells:
            found = [words]
    return found + optional


def _alternative(slot: str, ready: list[Move], plan: Plan) -> bool:
    """True when `slot` is lacked only by steps for which another of their group is ready."""
    groups = {move.step.group for move in ready if move.step and move.step.group}
    return all(step.group in groups for step in plan.steps if slot in step.slots)


def _unsaid(plan: Plan, trace: Trace) -> tuple[str, ...]:
    """Slots of the stated goals that no step uses but the closing words need: what the user wants cannot be declined by
    name before it has been named."""
    due = [tell.value for tell in plan.tells if tell.since <= trace.phase < tell.until and tell.name not in trace.tells]
    return tuple(
        slot
        for goal in plan.goals
        if goal.name in trace.goals and goal.since <= trace.phase < goal.until
        for slot in goal.slots
        if slot not in trace.told and slot not in trace.unknown
        and not any(other.startswith(f"{slot}#") for other in trace.told)  # the user has changed its mind about it
        and (plan.facts[slot].value in due or plan.facts[slot].spoken in due)
    )  # fmt: skip


def _close(plan: Plan, trace: Trace) -> Move:
    """The closing words: what is owed of the goals stated so far, and which writes have not been reported yet."""
    stated = trace.goals | {"human"}
    tells = tuple(
        tell
        for tell in plan.tells
        if tell.since <= trace.phase < tell.until and tell.name not in trace.tells and tell.goal in stated
        and all(trace.satisfied(name, plan) for name in tell.after)
    )  # fmt: skip
    reports = tuple(
        step for step in plan.steps if step.done and step.name in trace.done and step.name not in trace.reported
    )
    return Move("close", tells=tells, reports=reports, ending=plan.ending(trace.phase))
