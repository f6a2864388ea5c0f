"""One thread with an event loop, for clients that know no other way of working. It starts with the first use."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Hub:
    """Runs coroutines for code that has no loop, or has one that must not stand still inside another."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pid = 0
        self._lock = threading.Lock()

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Let `work` run; the future has its end."""
        return asyncio.run_coroutine_threadsafe(work, self._running())

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None or self._pid != os.getpid():  # a thread does not live on in a forked process
                self._loop, self._pid = asyncio.new_event_loop(), os.getpid()
                threading.Thread(target=self._loop.run_forever, name="trajgym-hub", daemon=True).start()
            return self._loop


HUB = Hub()
