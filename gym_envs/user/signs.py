"""Which planned behaviour really showed in the transcript."""

from __future__ import annotations

from collections.abc import Sequence

from trajgym.gym_envs.plan import Goal, Plan

EVENT_DIMENSIONS = {
    "arg_change_pre": "mind_change",
    "arg_change_post_write": "mind_change",
    "goal_switch": "mind_change",
    "cancel_all": "mind_change",
    "self_correct": "correction",
    "corrects_agent_rightly": "correction",
    "corrects_agent_wrongly": "correction",
    "multi_sequential": "goal_structure",
    "new_intent_midway": "interruption",
    "wrong_id": "knowledge_error",
    "partial_id": "identity",
    "never_confirms": "confirmation",
    "acts_wrong": "user_actions",
    "refuses_to_act": "user_actions",
    "reopens": "ending",
    "asks_for_human": "ending",
}
"""Kind of event -> the dimension whose level it is."""

_VALUE_AMBIGUITIES = ("relative_time", "unit_or_format")
"""Ambiguities that lie in how a value is worded; the others lie in the request."""


class Signs:
    """The dimensions of `profile` whose level has shown, each once, in the order in which they did (`reached`)."""

    __slots__ = ("_due", "_worded", "reached")

    def __init__(self, profile: dict[str, str], plan: Plan) -> None:
        self._due = dict(profile)
        """Those that have not shown yet."""
        self._worded = profile.get("ambiguity") in _VALUE_AMBIGUITIES and any(
            fact.spoken != str(fact.value) for fact in plan.facts.values()
        )
        self.reached: list[str] = []

    def mark(self, dimension: str, level: str = "") -> None:
        """Note that `dimension` showed, when the profile has it (at `level`, if given)."""
        mine = self._due.get(dimension)
        if mine is not None and (not level or mine == level):
            self.reached.append(dimension)
            del self._due[dimension]

    def has(self, dimension: str) -> bool:
        return dimension in self.reached

    def stated(self, wishes: int, goals: Sequence[Goal]) -> None:
        """`goals` were stated; so many `wishes` have been by now."""
        for goal in goals:
            if goal.structure:
                self.mark("goal_structure", goal.structure)
        if wishes > 1:
            self.mark("goal_structure", "multi_parallel")
        self.mark("feasibility")
        if not self._worded:
            self.mark("ambiguity")

    def told(self, slots: Sequence[str], plan: Plan) -> None:
        """Facts were told."""
        if self._worded and any(plan.facts[slot].spoken != str(plan.facts[slot].value) for slot in slots):
            self.mark("ambiguity")
