"""What a user says with its first wish about all that follows."""

from __future__ import annotations

from trajgym.gym_envs.plan import Plan
from trajgym.gym_envs.user.realiser import Voice
from trajgym.gym_envs.user.signs import Signs


def announced(plan: Plan, voice: Voice, signs: Signs) -> str:
    """The rule that this user sets, or that more is to come; empty for most."""
    if plan.rule is not None:
        signs.mark("goal_structure")
        return voice.line("rule").replace("{wish}", plan.rule.wish)
    if any(event.kind == "multi_sequential" for event in plan.events):
        return voice.line("announce")
    return ""
