"""What stands around a message that is sent by e-mail: subject, salutation, and farewell with a name where its sender may say it."""

from __future__ import annotations

from trajgym.gym_envs.user.languages import TONGUES
from trajgym.gym_envs.user.sentences import placeholders
from trajgym.gym_envs.user.who import Who
from trajgym.seeding import Rng

_WORDLESS = ("greet", "off_topic")
"""Acts that do not say what it is about."""
_SIGNATURES = ("{name}", "{name}, {place}")


class Letter:
    """The e-mails of one user; they all have one subject, which is about `topic` unless the first one hides it."""

    __slots__ = ("_language", "_rng", "_signature", "_subject", "_topic", "_who")

    def __init__(self, rng: Rng, language: str, topic: str, who: Who | None) -> None:
        self._rng = rng
        self._language = language
        self._topic = topic
        self._subject = ""
        self._who = who
        self._signature: str | None = None

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
        head = f"Subject: {subject}\n\n{rng.choice(self._sayable(tongue.salutations))}\n\n"
        foot = "\n\n" + rng.choice(tongue.farewells) + self._signed()
        return head.lower() + body + foot.lower() if lower else head + body + foot

    def _sayable(self, forms: tuple[str, ...]) -> list[str]:
        """Those of `forms` that say nothing about the sender but what may be said."""
        return self._who.filled(forms) if self._who else [form for form in forms if not placeholders(form)]

    def _signed(self) -> str:
        """The line with the name, the same below each e-mail; empty for those who do not say it."""
        if self._signature is None:
            forms = self._sayable(_SIGNATURES)
            self._signature = "\n" + self._rng.choice(forms) if forms else ""
        return self._signature
