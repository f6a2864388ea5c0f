"""What the user does on its own side when it is asked to: acts, balks, reports."""

from __future__ import annotations

from collections.abc import Callable

from trajgym.gym_envs.deeds import timely
from trajgym.gym_envs.plan import Deed, Event, Plan
from trajgym.gym_envs.trace import Trace
from trajgym.gym_envs.user.realiser import Voice
from trajgym.gym_envs.user.signs import Signs

Do = Callable[[Deed], str]
"""Does something on the user's own side and says what the user sees then."""


class Hands:
    """`balked`: the user has refused once to do a step of the plan."""

    __slots__ = ("_plan", "_signs", "_voice", "balked")

    def __init__(self, plan: Plan, voice: Voice, signs: Signs) -> None:
        self._plan = plan
        self._voice = voice
        self._signs = signs
        self.balked = False

    def fires(self, event: Event, deed: Deed | None, trace: Trace) -> bool:
        """Is `event` what the user answers with when it is asked for `deed`?"""
        step = timely(deed, self._plan, trace) if deed is not None else None
        return step is not None and event.when == f"deed:{step.name}" and (self.balked or event.deed is not None)

    def balks(self, deed: Deed, trace: Trace) -> bool:
        """Does the user refuse, for the first time?"""
        step = timely(deed, self._plan, trace)
        if step is None or step.name != self._plan.balk[0] or self.balked:
            return False
        self.balked = True
        self._signs.mark("user_actions", "refuses_to_act")
        return True

    def needed(self, deed: Deed, trace: Trace) -> bool:
        """Does `deed` bring things on?"""
        found = timely(deed, self._plan, trace) is not None
        if found and not deed.looks:
            self._signs.mark("user_actions", "must_act")
        return found

    def words(self, deed: Deed) -> str:
        """How the user reports `deed`; ``{seen}`` stands for what it sees."""
        return self._voice.plain(self._voice.line("looked" if deed.looks else "did"))
