"""How a user behaves towards the agent, apart from what it wants: it wanders off, holds facts back, or is not alone.

What is said instead of an answer is a detour; what stands around the words of any message is its dress.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from trajgym.gym_envs.reading import Reading
from trajgym.gym_envs.user.company import Company
from trajgym.gym_envs.user.cooperation import Cooperation
from trajgym.gym_envs.user.interruptions import Interruptions
from trajgym.gym_envs.user.signs import Signs
from trajgym.seeding import Rng

if TYPE_CHECKING:
    from trajgym.gym_envs.user.realiser import Voice

DIMENSIONS = ("cooperation", "interruption", "multi_party")


class Conduct:
    """The parts of one user's conduct."""

    __slots__ = ("_company", "_cooperation", "_interruptions")

    def __init__(self, profile: Mapping[str, str], signs: Signs, rng: Rng) -> None:
        self._company = Company(profile.get("multi_party", "single"), signs, rng)
        self._cooperation = Cooperation(profile.get("cooperation", "cooperative"), signs)
        self._interruptions = Interruptions(profile.get("interruption", "none"), signs)

    @property
    def away(self) -> bool:
        """The user has wandered off and not come back yet."""
        return self._interruptions.away

    def recall(self, reading: Reading) -> tuple[str, ...]:
        """Slots that the user was asked for before, and tells now without being asked again."""
        return self._cooperation.recall(reading)

    def detour(self, reading: Reading, fresh: Sequence[str]) -> str:
        """The act that the user puts in the place of an answer (of telling `fresh`, if that was asked for), or nothing."""
        return self._interruptions.detour(reading) or self._cooperation.detour(fresh)

    def dress(self, act: str, text: str, voice: Voice) -> str:
        """The words of a message as this user says them."""
        text = self._cooperation.dress(act, text, voice)
        text = self._interruptions.dress(act, text, voice)
        return self._company.dress(act, text, voice)


def conduct(profile: Mapping[str, str], signs: Signs, rng: Rng) -> Conduct | None:
    """None for the user about whom nothing is said: most are, and they cost nothing then."""
    return None if profile.keys().isdisjoint(DIMENSIONS) else Conduct(profile, signs, rng)
