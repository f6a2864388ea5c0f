"""How many calls may be in flight to one endpoint and model, and how fast they may follow each other.

As many as asked for and as fast as they come, until the server says 429. A 429 opens an *episode*: nobody sends until the
server's Retry-After is over, and both the limit on calls in flight and the rate of sending shrink to 0.8 of themselves,
once, however many of the calls already under way come back with 429 too. Then both grow again: the limit by one for each
limit's worth of good replies, the rate fast while it is well below (or above) the one that met the last 429, slowly
near it. The limit is for servers that count connections, the rate for those that count requests. Nothing but a 429
shrinks anything.
"""

from __future__ import annotations

import asyncio
from collections import deque

from trajgym.seeding import Rng

SHRINK = 0.8
JITTER = 0.1
"""A pause is lengthened by up to this share of itself, so that processes that share a limit do not come back together."""
LONGEST_PAUSE_S = 60.0
_BELOW, _NEAR, _ABOVE = 0.5, 0.005, 0.05
"""Growth of the rate in a second, as a share of itself, by where it is to the rate that met the last 429."""
_NEAR_FROM, _NEAR_TO = 0.95, 1.2
_SOON_S = 3.0
_LOWEST_RATE = 1 / 60
_CATCH_UP_S = 0.02
"""Sends that the loop let slip by so much may follow at once: timers are no finer than that under load."""


class Throttle:
    """`cap` is the most calls in flight; `name` seeds the jitter; `pause_s` is the first pause where the server names
    none (it doubles while only 429s come back).

    A call is ``ticket = await acquire()``, then exactly one `release`; in between, `succeeded` or `rate_limited` say how it
    went. `limit` calls may be in flight now, `rate` a second may be sent (infinite before the first 429), and `episodes`
    counts.
    """

    def __init__(self, cap: int, name: str = "", pause_s: float = 1.0) -> None:
        self.cap = cap
        self.limit = float(cap)
        self.rate = float("inf")
        self.in_flight = 0
        self.episodes = 0
        self._pause_s = pause_s
        self._pauses = 0  # in a row, with no good reply in between
        self._next_send = 0.0
        self._since = 0.0  # when the first call was sent, or the last pause ended
        self._good = 0  # replies before the first episode
        self._towards_next = 0
        self._ceiling = float("inf")
        self._grew_at = 0.0
        self._rng = Rng("throttle", name)
        self._waiting: deque[asyncio.Future[int]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._error: BaseException | None = None

    async def acquire(self, again: bool = False) -> int:
        """Waits for leave to send and returns the episode it was given in; `again` goes before those who wait for the
        first time. Raises what the throttle was closed with."""
        if self._error:
            raise self._error
        loop = asyncio.get_running_loop()
        if not self._waiting and self._take(loop):
            return self.episodes
        future: asyncio.Future[int] = loop.create_future()
        if again:
            self._waiting.appendleft(future)
        else:
            self._waiting.append(future)
        self._wake()
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                self.release()  # leave was given in the moment of the cancellation
            raise

    def release(self) -> None:
        self.in_flight -= 1
        if self._waiting:
            self._wake()

    def succeeded(self) -> None:
        """A good reply came."""
        self._pauses = 0
        self._good += not self.episodes
        if self.limit < self.cap:
            self._towards_next += 1
            if self._towards_next >= self.limit:
                self._towards_next = 0
                self.limit = min(float(self.cap), self.limit + 1)
        if self.episodes and (now := asyncio.get_running_loop().time()) > self._grew_at:
            where = self.rate / self._ceiling
            growth = _BELOW if where < _NEAR_FROM else _NEAR if where < _NEAR_TO else _ABOVE
            self.rate *= 1 + growth * min(1.0, now - self._grew_at)
            self._grew_at = now

    def rate_limited(self, ticket: int, retry_after: float | None) -> None:
        """A 429 came for a call that was let go in episode `ticket`; `retry_after` is in seconds."""
        now = asyncio.get_running_loop().time()
        if ticket == self.episodes:
            self._shrink(now)
            pause = min(LONGEST_PAUSE_S, self._pause_s * 2**self._pauses) if retry_after is None else retry_after
            self._pauses += 1
        elif retry_after is not None:
            pause = retry_after
        else:
            return
        end = now + pause * (1 + JITTER * self._rng.random())
        self._next_send = max(self._next_send, end)
        self._since = self._grew_at = self._next_send

    def close(self, error: BaseException) -> None:
        """Nobody sends any more: those who wait, and all who come, get `error`."""
        self._error = error
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_exception(error)

    def _shrink(self, now: float) -> None:
        self._ceiling = self.rate if self.episodes else max(self.in_flight, self._good / max(0.01, now - self._since))
        if self.episodes and now - self._since < _SOON_S:
            self._ceiling *= SHRINK  # it was not near the right rate, but far above
        self.rate = max(_LOWEST_RATE, self._ceiling * SHRINK)
        self.episodes += 1
        if self.in_flight >= self.limit * SHRINK:  # else it was not the number in flight
            self.limit = max(1.0, self.limit * SHRINK)
        self._towards_next = 0

    def _take(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Takes leave to send, if there is any."""
        if self.in_flight >= int(self.limit):
            return False
        if self.episodes:
            now = loop.time()
            if now < self._next_send:
                return False
            self._next_send = max(self._next_send, now - _CATCH_UP_S) + 1 / self.rate
        elif not self._since:
            self._since = loop.time()
        self.in_flight += 1
        return True

    def _wake(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            if self._waiting[0].done():
                self._waiting.popleft()
            elif self._take(loop):
                self._waiting.popleft().set_result(self.episodes)
            else:
                break
        if self._waiting and self._timer is None and self.in_flight < int(self.limit):
            self._timer = loop.call_at(self._next_send, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        self._wake()
