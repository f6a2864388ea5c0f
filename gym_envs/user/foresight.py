"""What a user says with its first wish, and only then, besides the wish."""

from __future__ import annotations

from trajgym.gym_envs.plan import Plan
from trajgym.gym_envs.user.realiser import Voice
from trajgym.gym_envs.user.signs import Signs


def said_first(plan: Plan, voice: Voice, signs: Signs) -> list[str]:
    """A rule for all messages that follow, that more is to come, who the user is to what it asks about, and what it believes wrongly;
    nothing for most."""
    found = []
    if plan.rule is not None:
        signs.mark("goal_structure")
        found.append(voice.line("rule").replace("{wish}", plan.rule.wish))
    if plan.sequel:
        found.append(voice.line("announce"))
    if plan.standing:
        signs.mark("identity")
        found.append(voice.pick("identity", plan.standing))
    if plan.premise:
        signs.mark("knowledge_error")
        found.append(voice.pick("premise", plan.premise))
    return found
