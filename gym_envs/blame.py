"""Whose fault a lost episode is, by rules over what happened; asked once, when it is over and the reward is 0.

In this order: the **agent** when a step of it broke a rule, when it changed or said what it must not, or when there was
something that it could have done and it did not; the **tool** when the turns ran out on a fault that passes; the **user**
when the agent had asked for just what was missing, or had closed as it should, and the user went without saying what it
had to; the **limit** when the turns ran out on an agent that did nothing wrong; the **environment** when nobody did anything
wrong and the end gates say otherwise, which is a mistake in the world.
"""

from __future__ import annotations

from collections.abc import Sequence

from trajgym.gym_envs.faults import RETRYABLE
from trajgym.gym_envs.moves import moves
from trajgym.gym_envs.oracle import named
from trajgym.gym_envs.plan import Move, Plan
from trajgym.gym_envs.reading import Reading, read
from trajgym.gym_envs.trace import Trace
from trajgym.trajectory import Turn
from trajgym.verdict import MISTAKES, Gates


def blame(plan: Plan, trace: Trace, turns: Sequence[Turn], gates: Gates, truncated: bool) -> tuple[str, str]:
    """Whose fault it is (user, tool, agent, environment or limit), and why in words: the kind
    of reason, and behind a colon perhaps what it was this time."""
    broken = [(number, verdict.code) for number, turn in enumerate(turns) for verdict in turn.verdicts]
    if broken:
        number, code = broken[-1]
        return "agent", f"broke rule {code} {MISTAKES[code]}: message {number}"
    if not gates.untouched or not gates.no_minefield:
        return "agent", "did what it must not"
    if truncated and trace.calls and trace.calls[-1].error in RETRYABLE and turns[-1].message.get("tool_calls"):
        return "tool", f"the last turn went to a fault: {trace.calls[-1].tool}, {trace.calls[-1].error}"
    words = turns[-1].message["content"] or "" if turns else ""
    due = [] if trace.terminal else moves(plan, trace)
    if not truncated and due and _waits(due[0], read(words, plan) if words else Reading(""), plan, trace):
        return "user", f"went without saying what was due: {_due_words(due[0], plan, trace)}"
    if truncated:
        return "limit", "the turns ran out on an agent that broke no rule"
    if due and due[0].kind == "close" and not due[0].tells and trace.closed:
        if _closed_rightly(plan, trace):
            return "environment", "nothing was left to do and no rule was broken, yet a gate does not hold"
        return "agent", "closed otherwise than it should"
    if trace.terminal:
        return "agent", f"handed off when that was not due: {trace.terminal}"
    return "agent", f"left undone: {_due_words(due[0], plan, trace)}"


def _waits(move: Move, said: Reading, plan: Plan, trace: Trace) -> bool:
    """Whether the agent has made the move that was due and it was the user's turn to act on it."""
    if move.kind == "ask":
        return any(slot in said.asks for slot in move.slots)
    if move.kind == "confirm":
        return said.confirm
    if move.kind == "ask_goal":
        return said.offer
    if move.kind == "instruct":
        return bool(said.deeds)
    waiting = trace.phase < len(plan.events) and plan.events[trace.phase].when in ("closing", "refused")
    return move.kind == "close" and not move.tells and waiting and _closed_rightly(plan, trace)


def _closed_rightly(plan: Plan, trace: Trace) -> bool:
    wanted = plan.ending(trace.phase).kind
    return trace.closed == ("refusal" if wanted in ("refused", "infeasible", "abstained") else "closing")


def _due_words(move: Move, plan: Plan, trace: Trace) -> str:
    """A move in words."""
    if move.step is not None:
        return move.step.phrase or move.step.tool
    if move.kind == "ask":
        return named(plan.facts[move.slots[0]].label) if move.slots[0] in plan.facts else move.slots[0]
    if move.kind == "confirm":
        return f"a yes to: {move.steps[0].phrase or move.steps[0].tool}"
    if move.kind == "ask_goal":
        return "what is wanted"
    if move.tells:
        return f"to tell {', '.join(tell.name for tell in move.tells)}"
    return plan.events[trace.phase].kind if trace.phase < len(plan.events) else "the closing words"
