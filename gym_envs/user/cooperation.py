"""How willingly a user works along: it wants to know why, dodges, contradicts itself, or insults, and still gives its facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trajgym.gym_envs.reading import Reading
from trajgym.gym_envs.user.signs import Signs

if TYPE_CHECKING:
    from trajgym.gym_envs.user.realiser import Voice

_DETOURS = {"guarded": "ask_why", "evasive": "dodge"}
"""Level -> the act that comes first when a fact is asked for."""
_POLITE = ("thank", "thank_anyway", "no_more", "human", "asks_for_human")
"""Acts to which no insult is added: who thanks has calmed down."""


class Cooperation:
    """`_due`: the first question for a fact is still to come; `_kept`: what was asked for and not given. `_calm`: the last
    message held no insult. (The contradiction itself is part of how facts are given, see `Giving.tear`.)"""

    __slots__ = ("_calm", "_due", "_kept", "_level", "_signs")

    def __init__(self, level: str, signs: Signs) -> None:
        self._level = level
        self._signs = signs
        self._due = level in _DETOURS
        self._kept: tuple[str, ...] = ()
        self._calm = True

    def detour(self, fresh: Sequence[str]) -> str:
        """The act that stands in for telling `fresh`, or nothing."""
        if not self._due or not fresh:
            return ""
        self._due = False
        self._kept = tuple(fresh)
        self._signs.mark("cooperation")
        return _DETOURS[self._level]

    def recall(self, reading: Reading) -> tuple[str, ...]:
        """What was asked for before: a guarded user takes any words but a refusal for a reason. (An evasive one has to
        be asked again.)"""
        kept, self._kept = self._kept, ()
        return kept if self._level == "guarded" and reading.text and not reading.decline else ()

    def dress(self, act: str, text: str, voice: Voice) -> str:
        """`text`, which ends with an insult every other time when the user is hostile."""
        if self._level != "hostile" or act in _POLITE:
            return text
        self._calm = not self._calm
        if self._calm:
            return text
        self._signs.mark("cooperation")
        return voice.and_also(text, voice.line("insult"))
