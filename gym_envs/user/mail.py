"""What stands around a message that is sent by e-mail: subject, salutation and farewell, without any name."""

from __future__ import annotations

from trajgym.gym_envs.user.languages import TONGUES
from trajgym.seeding import Rng

_WORDLESS = ("greet", "off_topic")
"""Acts that do not say what it is about."""


class Letter:
    """The e-mails of one user; they all have one subject, which is about `topic` unless the first one hides it."""

    __slots__ = ("_language", "_rng", "_subject", "_topic")

    def __init__(self, rng: Rng, language: str, topic: str) -> None:
        self._rng = rng
        self._language = language
        self._topic = topic
        self._subject = ""

    def around(self, body: str, act: str, lower: bool) -> str:
        """`body` as an e-mail; `lower`: its writer does not use capitals."""
        rng, tongue = self._rng, TONGUES[self._language]
        if self._subject:
            subject = "Re: " + self._subject
        elif act in _WORDLESS or not self._topic:
            subject = self._subject = tongue.subject
        else:
            subject = rng.choice(tongue.subjects).replace("{topic}", self._topic)
            subject = self._subject = subject[:1].upper() + subject[1:]
        head = f"Subject: {subject}\n\n{rng.choice(tongue.salutations)}\n\n"
        foot = "\n\n" + rng.choice(tongue.farewells)
        return head.lower() + body + foot.lower() if lower else head + body + foot
