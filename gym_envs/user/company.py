"""A user who is not alone: it passes on what somebody else wants, two people write in turn, or it counts on a third one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trajgym.gym_envs.user.signs import Signs
from trajgym.seeding import Rng

if TYPE_CHECKING:
    from trajgym.gym_envs.user.realiser import Voice

OTHERS = (
    ("my wife", "she"), ("my husband", "he"), ("my mother", "she"), ("my father", "he"), ("my boss", "she"),
    ("my flatmate", "he"), ("my neighbour", "she"), ("my grandfather", "he"), ("my sister", "she"), ("my colleague", "he"),
)  # fmt: skip
"""For whom the user speaks, and the word for that person."""
PAIRS = (
    ("Mum", "Dad"), ("Wife", "Husband"), ("Grandma", "Grandson"), ("Flatmate one", "Flatmate two"), ("Sister", "Brother"),
    ("Aunt", "Niece"), ("Boss", "Intern"), ("Left seat", "Right seat"),
)  # fmt: skip
"""Who writes in turn, as they sign."""

_STATING = ("open", "request")
_TELLING = ("inform", "correct", "settle", "repeat")


class Company:
    """`_who`: the other person (and the word for it), or the two that write; `_turn`: messages so far."""

    __slots__ = ("_level", "_signs", "_turn", "_who")

    def __init__(self, level: str, signs: Signs, rng: Rng) -> None:
        self._level = level
        self._signs = signs
        self._turn = 0
        self._who: tuple[str, str] = ("", "")
        if level == "relays_third_party":
            self._who = rng.choice(OTHERS)
        elif level == "two_speakers":
            self._who = rng.choice(PAIRS)

    def dress(self, act: str, text: str, voice: Voice) -> str:
        """`text` as it comes from more than one person."""
        if self._level == "relays_third_party":
            return self._relay(act, text, voice)
        if self._level == "handoff_expected" and act in _STATING and not self._turn:
            self._turn = 1
            self._signs.mark("multi_party")
            return voice.and_also(text, voice.line("expects"))
        return self._sign(act, text, voice) if self._level == "two_speakers" else text

    def _relay(self, act: str, text: str, voice: Voice) -> str:
        if act not in _STATING and act not in _TELLING:
            return text
        self._signs.mark("multi_party")
        line = voice.line("relay_wish" if act in _STATING else "relay")
        line = line.replace("{who}", self._who[0]).replace("{she}", self._who[1])
        return voice.and_also(text, line) if act in _STATING else voice.behind(line, text)

    def _sign(self, act: str, text: str, voice: Voice) -> str:
        """Each message is signed by the other of the two; the one who listens agrees when a wish is stated."""
        speaker, other = self._who if self._turn % 2 == 0 else self._who[::-1]
        self._turn += 1
        signed = f"{speaker}: {text}"
        if act not in _STATING:
            return signed
        self._signs.mark("multi_party")
        return voice.and_also(signed, f"{other}: {voice.line('second')}")
