"""How long work tells whoever watches it how far it is, and hears that it should stop."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """`update` is called often, from the thread that does the work, between two pieces of it; so it must be cheap.

    It may raise `Interrupted`: the work then ends there, keeping what it has. Work that has calls in flight looks at
    `stopping` instead, begins nothing new when it is True, and returns when the last call is answered.
    """

    @property
    def stopping(self) -> bool:
        """Whether somebody asked for a stop."""

    def update(self, done: int, total: int, **facts: float | str) -> None:
        """`done` of `total` are finished; `facts` are named numbers worth showing (``failed=3``, ``tokens=1200``)."""


class Silent:
    """Shows nothing and never stops."""

    stopping = False

    def update(self, done: int, total: int, **facts: float | str) -> None:
        pass


class Interrupted(BaseException):
    """The signal `signum` asked for a stop. Not an `Exception`, so that nothing takes it for a fault and goes on."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum
