"""A step at work: how far it is, and Ctrl-C."""

from __future__ import annotations

import signal
import sys
import time
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

from trajgym.cli.output import say
from trajgym.progress import Interrupted

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_PLAIN_EVERY_S = 2.0
_LIVE_EVERY_S = 0.1


class Display:
    """The `trajgym.progress.Progress` of a command; ``with`` it while the step works.

    On a terminal it is a live bar, otherwise a plain line every two seconds, on stderr. The first SIGINT or SIGTERM asks the
    step to stop where nothing is lost; the second ends it at once. With `drains`, the step looks at `stopping` itself,
    because it has calls in flight; else `update` raises `Interrupted`.
    """

    def __init__(self, title: str, *, quiet: bool = False, plain: bool = False, drains: bool = False) -> None:
        self.title = title
        self.signum = 0
        self._drains = drains
        self._quiet = quiet
        self._live = sys.stderr.isatty() and not plain and not quiet
        self._bar: Bar | None = None
        self._began = time.monotonic()
        self._shown = 0.0  # the first word comes at once
        self._last: tuple[int, int, dict[str, Any]] = (0, 0, {})
        self._handlers: dict[int, Any] = {}

    @property
    def seconds(self) -> float:
        """How long it has been open."""
        return time.monotonic() - self._began

    @property
    def used(self) -> bool:
        """Whether there was anything to do."""
        return self._last != (0, 0, {})

    @property
    def stopping(self) -> bool:
        return bool(self.signum)

    def update(self, done: int, total: int, **facts: float | str) -> None:
        if self.signum and not self._drains:
            raise Interrupted(self.signum)
        self._last = (done, total, facts)
        now = time.monotonic()
        if now - self._shown >= (_LIVE_EVERY_S if self._live else _PLAIN_EVERY_S):
            self._shown = now
            self._show()

    def _show(self) -> None:
        done, total, facts = self._last
        words = "  ".join(f"{name} {value}" for name, value in facts.items())
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done, total=total or None, facts=words)
        elif not self._quiet:
            rate = done / max(self.seconds, 1e-9)
            say(f"{self.title}: {done}/{total} ({rate:.0f}/s) {words}".rstrip())

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._handlers[number] = signal.signal(number, self._signalled)
        if self._live:
            self._bar = _live_bar()
            self._bar.add_task(self.title, total=None, facts="")
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._show()
            self._bar.stop()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _signalled(self, signum: int, frame: FrameType | None) -> None:
        if self.signum:
            raise Interrupted(signum)
        self.signum = signum
        say("Stopping; what is finished is kept. (Once more: at once.)")


def _live_bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[facts]}", markup=False),
        console=Console(stderr=True),
        refresh_per_second=10,
    )
