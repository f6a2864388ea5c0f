"""What keeps things moving when nothing that was asked can be answered and something is still to be done."""

from __future__ import annotations

from trajgym.gym_envs.plan import Move, Plan
from trajgym.gym_envs.reading import Reading
from trajgym.gym_envs.trace import Trace

RESTATING = ("missing", "dont_know", "restate")
"""Acts that say the wish again; the others may say that it takes long."""


def prod(reading: Reading, todo: Move, plan: Plan, trace: Trace) -> str:
    """The act that brings an agent back which said `reading` and had best do `todo`."""
    if todo.kind == "close":
        if plan.form is not None and plan.form.breach(reading.text):
            return "form"
        return "ask_tell" if reading.text or trace.calls else "clarify"
    if plan.ending(trace.phase).kind == "handed_off" and todo.step is not None and todo.step.goal == "human":
        return "human"
    if reading.claims or reading.farewell:
        return "missing"
    if reading.confirm and todo.kind == "call":
        held = any(step.confirm and trace.open(step) and step.name not in trace.confirmed for step in plan.steps)
        return "check_first" if held else "agree"
    if reading.question and not reading.offer:
        return "dont_know"
    if reading.offer:
        return "restate"
    return "nudge" if todo.kind == "call" and (reading.text or trace.calls) else "clarify"
