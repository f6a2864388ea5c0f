"""The user's patience: how long it lasts, and how it sounds."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from trajgym.gym_envs.plan import Goal, Move, Plan
from trajgym.gym_envs.trace import Trace
from trajgym.gym_envs.user.known import active
from trajgym.gym_envs.user.realiser import Voice
from trajgym.gym_envs.user.sentences import after
from trajgym.gym_envs.user.signs import Signs

IDLE_TURNS = {"high": 6, "medium": 4, "low_hangup": 2, "repeats_demand": 6}
"""Turns without progress in a row after which the user hangs up, by patience."""


class Temper:
    """`idle` is the number of turns without progress since the last progress."""

    __slots__ = ("_level", "_plan", "_signs", "_voice", "idle")

    def __init__(self, level: str, plan: Plan, voice: Voice, signs: Signs) -> None:
        self._level = level
        self._plan = plan
        self._voice = voice
        self._signs = signs
        self.idle = 0

    def count(self, progress: bool) -> bool:
        """Count a turn; True when patience is at its end."""
        self.idle = 0 if progress else self.idle + 1
        return self.idle >= IDLE_TURNS[self._level]

    def opening_words(self, goal: Goal, told: Sequence[str]) -> str:
        """What the first request says of it; empty when nothing, or when it has been said."""
        if self._level == "high" or self._signs.has("patience"):
            return ""
        self._signs.mark("patience")
        if self._level == "repeats_demand":
            return self._again(goal, told)
        return self._voice.patience(self._level)

    def words(self, trace: Trace) -> str:
        """What a turn without progress makes this user add."""
        if self._level in ("medium", "low_hangup"):
            self._signs.mark("patience")
            return self._voice.line("hurry_" + self._level)
        return self.demand(trace, ())

    def demand(self, trace: Trace, told: Sequence[str]) -> str:
        """What is wanted, once more, when this user is one that repeats its demand; `told` is told in this very message."""
        if self._level != "repeats_demand":
            return ""
        self._signs.mark("patience")
        return self.restated(None, trace, told)

    def restated(self, todo: Move | None, trace: Trace, told: Sequence[str] = ()) -> str:
        """The goal that `todo` is part of (else the first one) in the user's words, with what it has told of it."""
        goals = [goal for goal in self._plan.goals if active(goal, trace.phase) and goal.name in trace.goals]
        if not goals:
            return ""
        wanted = todo.step.goal if todo is not None and todo.step is not None else ""
        goal = next((goal for goal in goals if goal.name == wanted), goals[0])
        return self._again(goal, {*trace.told, *told}, fullest=True)

    def _again(self, goal: Goal, told: Collection[str], fullest: bool = False) -> str:
        return after(self._voice.line("restate") + " ", self._voice.quoted(self._voice.goal(goal, told, fullest)))
