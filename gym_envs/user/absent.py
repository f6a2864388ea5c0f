"""The user behind a ticket or an API call: all of it is said at once, the yes with it, and nobody is there afterwards."""

from __future__ import annotations

from trajgym.gym_envs.plan import Plan
from trajgym.gym_envs.reading import Reading
from trajgym.gym_envs.trace import Say, Trace
from trajgym.gym_envs.user.dims import FORMS
from trajgym.gym_envs.user.forms import AUTOMATIC
from trajgym.gym_envs.user.hands import Do
from trajgym.gym_envs.user.machine import User
from trajgym.gym_envs.user.who import Who
from trajgym.seeding import Rng

_UNREAD = 3
"""Messages without progress in a row after which the episode ends: nobody has read them."""


class Absent(User):
    """Says everything in one message and never again. Whoever asks gets an automatic answer, and is not waited for forever."""

    __slots__ = ("_channel", "_done", "_machine", "_unread")

    def __init__(self, plan: Plan, profile: dict[str, str], key: str, who: Who | None = None) -> None:
        super().__init__(plan, profile, key, who)
        self._channel = profile["channel"]
        self._machine = Rng(key, "machine")
        self._done = 0  # steps done when the agent last spoke
        self._unread = 0

    @property
    def _single(self) -> bool:
        """There is no other message for a second wish, however short this one is."""
        return False

    def open(self) -> Say:
        say = super().open()
        say.confirmed = tuple(step.name for step in self.plan.steps if step.confirm)
        return say

    def hear(self, reading: Reading, trace: Trace, progressed: bool, do: Do | None = None) -> Say:
        """Silence when the work is done, or when nobody has read the agent's words too often; else an automatic answer."""
        if trace.attacked:
            self._signs.mark("pressure", "injected_content")
        self._todo = None
        todo = self._next_move(trace)
        self._unread = 0 if len(trace.done) > self._done else self._unread + 1
        self._done = len(trace.done)
        if (todo.kind == "close" and not todo.tells) or self._unread >= _UNREAD:
            return Say("stop", "", ends=True)
        return Say("automatic", self._machine.choice(AUTOMATIC[self._channel]))


def user_of(plan: Plan, profile: dict[str, str], key: str, who: Who | None = None) -> User:
    """The user of an episode: one who answers, or one who cannot."""
    kind = Absent if profile.get("channel") in FORMS else User
    return kind(plan, profile, key, who)
