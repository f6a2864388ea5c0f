"""A user whose thoughts wander: it asks something that has nothing to do with the matter, or chats along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trajgym.gym_envs.reading import Reading
from trajgym.gym_envs.user.signs import Signs

if TYPE_CHECKING:
    from trajgym.gym_envs.user.realiser import Voice

STATING = ("open", "request")
"""Acts that state a wish."""


class Interruptions:
    """`aside_then_back` asks a question of its own instead of an answer, and comes back by itself with its next words.
    `offtopic_chitchat` adds small talk to its wish, and once says nothing else when it is asked for something.

    `away`: an aside was the last thing said. `_due`: the detour is still to come; `_chats`: so is the small talk.
    """

    __slots__ = ("_chats", "_due", "_level", "_signs", "away")

    def __init__(self, level: str, signs: Signs) -> None:
        self._level = level
        self._signs = signs
        self._due = level in ("aside_then_back", "offtopic_chitchat")
        self._chats = level == "offtopic_chitchat"
        self.away = False

    def detour(self, reading: Reading) -> str:
        """The act that stands in for an answer to `reading`, or nothing. A refusal is always answered."""
        if not self._due or reading.decline:
            return ""
        if self._level == "aside_then_back":
            self._due = False
            return "aside"
        if reading.asks or reading.confirm:
            self._due = False
            return "chat"
        return ""

    def dress(self, act: str, text: str, voice: Voice) -> str:
        """`text` with what this user puts before or behind it."""
        if self.away:
            self.away = False
            self._signs.mark("interruption", "aside_then_back")
            if act != "back":
                return voice.behind(voice.line("return"), text)
        elif act == "aside":
            self.away = True
        elif self._chats and act in STATING:
            self._chats = False
            self._signs.mark("interruption", "offtopic_chitchat")
            return voice.and_also(text, voice.line("chat"))
        return text
