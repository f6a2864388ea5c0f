"""How a user's facts come: how many at a time, which are kept back at first, and which is said wrongly before it is put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trajgym.gym_envs.plan import Plan
from trajgym.gym_envs.trace import Trace
from trajgym.gym_envs.user.known import spoken
from trajgym.gym_envs.user.signs import Signs


class Giving:
    """`level` is that of `info_giving`; `withheld`: slots kept back until they are asked for; `correcting`: the slot whose wrong
    value was said last, or empty."""

    __slots__ = ("_erred", "_one", "_plan", "_signs", "correcting", "level", "withheld")

    def __init__(self, profile: Mapping[str, str], plan: Plan, signs: Signs) -> None:
        self.level = profile.get("info_giving", "front_loaded")
        self.withheld: tuple[str, ...] = ()
        self.correcting = ""
        self._one = self.level == "one_per_turn" or profile.get("verbosity") == "one_word"
        self._erred = self.level != "wrong_then_right"
        self._plan = plan
        self._signs = signs

    def word(self, slot: str, trace: Trace) -> str:
        """How this user words a fact now: the one that it has got wrong, wrongly."""
        fact = self._plan.facts[slot]
        if slot == self.correcting:
            return fact.wrong
        return spoken(slot, self._plan, trace) if trace.phase else fact.spoken

    def limited(self, slots: list[str]) -> list[str]:
        """As many of `slots` as go into one message of this user."""
        return slots[:1] if self._one else slots

    def right(self, told: list[str]) -> tuple[str, ...]:
        """`told` without what was got wrong."""
        return tuple([slot for slot in told if slot != self.correcting] if self.correcting else told)

    def err(self, told: list[str]) -> tuple[str, ...]:
        """Get one of `told` wrong, if it is time for that; the wrong value."""
        if self._erred:
            return ()
        for slot in told:
            fact = self._plan.facts[slot]
            if fact.wrong and fact.wrong != fact.spoken:
                self._erred = True
                self.correcting = slot
                return (fact.wrong,)
        return ()

    def note_told(self, told: Sequence[str], single_counts: bool) -> None:
        """`single_counts`: a fact that comes alone shows that this user says one thing at a time."""
        if len(told) == 1 and single_counts:
            self._signs.mark("info_giving", "one_per_turn")
        self._signs.told(told, self._plan)
