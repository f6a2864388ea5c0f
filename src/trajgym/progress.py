"""How long work tells whoever watches it how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called often, from the thread that does the work; must be cheap."""

    def update(self, done: int, total: int, **facts: float | str) -> None:
        """`done` of `total` are finished; `facts` are named numbers worth showing (``failed=3``, ``tokens=1200``)."""


class Silent:
    """Shows nothing."""

    def update(self, done: int, total: int, **facts: float | str) -> None:
        pass
