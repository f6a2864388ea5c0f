"""What a user adds to its messages besides what they say: how it feels, what it understands, what it needs, where it is.

All of these are sentences of their own, put before or behind the message; a learner of English also drops words inside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trajgym.gym_envs.user.languages import TONGUES
from trajgym.gym_envs.user.tone import Manners
from trajgym.seeding import Rng

DIMENSIONS = ("channel", "accessibility", "language", "expertise", "tone")
"""Those that add sentences, in the order in which they are heard first."""

_CLOSED = '.!?。！？)»“”"'
"""What a message may end in so that a sentence can follow."""

_LATER = 0.35
"""How often a message after the first has such a sentence."""

SMS_LIMIT = 160
"""Characters of a text message."""


class Dressing:
    """`short` users add short sentences. Each dimension is heard in the first message that has room for it."""

    __slots__ = ("_begun", "_cells", "_due", "_last", "_manners", "_rng", "_short")

    def __init__(self, rng: Rng, profile: Mapping[str, str], short: bool) -> None:
        self._rng = rng
        manners = TONGUES[profile.get("language", "en_native")].manners
        self._short = short
        self._cells = [(name, profile[name]) for name in DIMENSIONS if (name, profile.get(name)) in manners]
        self._manners: Manners = {cell: manners[cell] for cell in self._cells}
        self._due = list(self._cells)
        self._last: dict[tuple[str, str], int] = {}
        self._begun = False

    def dress(self, text: str, room: int) -> tuple[str, list[tuple[str, str]]]:
        """`text` with at most `room` characters more, and the (dimension, level) that were added."""
        first = not self._begun
        self._begun = True
        cells: Sequence[tuple[str, str]] = self._due if first else self._due[:2]
        if not first and not cells and self._cells and self._rng.chance(_LATER):
            cells = (self._rng.choice(self._cells),)
        added = []
        for cell in cells:
            words = self._sentence(cell, first and not self._short, room - 2)
            if words:
                text = self._join(text, words)
                room -= len(words) + 2
                added.append(cell)
        return text, added

    def note(self, added: Sequence[tuple[str, str]]) -> None:
        """`added` was sent: it need not be said again."""
        self._due = [cell for cell in self._due if cell not in added]

    def _sentence(self, cell: tuple[str, str], first: bool, room: int) -> str:
        """A sentence for `cell` that fits; empty when none does."""
        long, short = self._manners[cell]
        forms = long if first else short
        if min(map(len, forms)) > room:
            forms = short
        count = len(forms)
        start, stride = self._last.get(cell, self._rng.below(count)), self._rng.below(count)
        for step in range(count):
            at = (start + stride + step) % count
            if len(forms[at]) <= room:
                self._last[cell] = at + 1
                return forms[at]
        return ""

    def _join(self, text: str, words: str) -> str:
        if "\n" in text or (not self._short and self._rng.chance(0.35)):
            return f"{words} {text}"
        return f"{text} {words}" if text[-1:] in _CLOSED else f"{text}. {words}"


_LONG_FORMS = {
    "i'm": "I am", "it's": "it is", "that's": "that is", "don't": "not", "doesn't": "not", "didn't": "not", "can't": "can not",
    "i'd": "I would", "i've": "I have", "i'll": "I will", "you're": "you are", "what's": "what is", "there's": "there is",
    "isn't": "is not", "couldn't": "could not", "won't": "will not", "let's": "let us",
}  # fmt: skip
_ARTICLES = ("the", "a", "an")


def learner(text: str, rng: Rng, kept: frozenset[str]) -> str:
    """`text` as somebody says it who is still learning English: articles get lost, short forms are not known. Words in
    `kept` and placeholders stay as they are."""
    words = []
    for word in text.split(" "):
        low = word.lower()
        if low in kept or "{" in word:
            words.append(word)
        elif low in _LONG_FORMS:
            longer = _LONG_FORMS[low]
            words.append(longer[:1].upper() + longer[1:] if word[:1].isupper() else longer)
        elif low not in _ARTICLES or rng.chance(0.3):
            words.append(word)
    return " ".join(words) if words else text
