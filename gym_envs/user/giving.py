"""How a user's facts come: how many at a time, which are kept back at first, and which is said wrongly before it is put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trajgym.gym_envs.plan import Plan
from trajgym.gym_envs.trace import Trace
from trajgym.gym_envs.user.known import spoken
from trajgym.gym_envs.user.signs import Signs
from trajgym.seeding import Rng

OTHER = "!"
"""Stands behind a slot's name where the user says the other of its two values."""


class Giving:
    """`level` is that of `info_giving`; `withheld`: slots kept back until they are asked for; `correcting`: the slot whose wrong
    value was said last, or empty; `torn`: the slot for which the user has given two values and not said which one it is."""

    __slots__ = ("_erred", "_one", "_plan", "_reserved", "_signs", "_tears", "correcting", "level", "torn", "withheld")

    def __init__(self, profile: Mapping[str, str], plan: Plan, signs: Signs) -> None:
        self.level = profile.get("info_giving", "front_loaded")
        self.withheld: tuple[str, ...] = ()
        self.correcting = ""
        self.torn = ""
        self._tears = profile.get("cooperation") == "contradictory"
        self._reserved = profile.get("cooperation") in ("guarded", "evasive")
        self._one = self.level == "one_per_turn" or profile.get("verbosity") == "one_word"
        self._erred = self.level != "wrong_then_right"
        self._plan = plan
        self._signs = signs

    def word(self, slot: str, trace: Trace) -> str:
        """How this user words a fact now: the one that it has got wrong, wrongly."""
        fact = self._plan.facts[slot.removesuffix(OTHER)]
        if slot == self.correcting or slot.endswith(OTHER):
            return fact.wrong
        return spoken(slot, self._plan, trace) if trace.phase else fact.spoken

    def withhold(self, known: list[str], rng: Rng) -> None:
        """Keep some of `known` back until they are asked for."""
        self.withheld = tuple(rng.sample(known, rng.between(1, len(known)))) if known else ()

    def unasked(self, known: list[str]) -> list[str]:
        """Which of `known` come with the wish they belong to."""
        single = self.level == "one_per_turn" and (self._reserved or len(known) == 1)
        if single or self.level == "only_when_asked":
            return []  # one thing at a time: a single fact comes after the wish
        return [slot for slot in known if slot not in self.withheld]

    def limited(self, slots: list[str]) -> list[str]:
        """As many of `slots` as go into one message of this user."""
        return slots[:1] if self._one else slots

    def right(self, told: list[str]) -> tuple[str, ...]:
        """`told` without what was got wrong or is contradicted."""
        unsure = (self.correcting, self.torn)
        return tuple([slot for slot in told if slot not in unsure] if any(unsure) else told)

    def tear(self, told: list[str]) -> str:
        """One of `told` that this user gives another value for, if it is time for that."""
        if not self._tears:
            return ""
        self.torn = next((slot for slot in told if self._plan.facts[slot].wrong), "")
        self._tears = not self.torn
        return self.torn

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

    def settle(self) -> str:
        """The slot with two values, for which the user now says which one it is."""
        slot, self.torn = self.torn, ""
        return slot

    def note_told(self, told: Sequence[str], single_counts: bool) -> None:
        """`single_counts`: a fact that comes alone shows that this user says one thing at a time."""
        if len(told) == 1 and single_counts:
            self._signs.mark("info_giving", "one_per_turn")
        self._signs.told(told, self._plan)
