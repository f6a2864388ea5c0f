"""Every paid call, whoever makes it, goes through here: bought once, kept for ever.

`Ledger.ask` gives a stored answer without a call, refuses a key that comes with another request than it was stored with,
and hands a new reply over only after the journal has it on disk. So a reply that somebody acted on is never asked for
again, and a kill loses at most the calls in flight. `Budget` is the wall in front: it reserves the worst case of a call
before it is sent.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol

from trajgym.errors import DamagedJournal, OutOfBudget


class Answer(NamedTuple):
    """The body of a reply as received, and the tokens the server says it used (0 when it does not say)."""

    raw: bytes
    prompt_tokens: int
    completion_tokens: int


Send = Callable[[str, bytes], Awaitable[Answer]]
"""``await send(key, request)`` makes the call."""


class CallStore(Protocol):
    """What the ledger needs of the journal."""

    def ask_stored(self, key: str) -> tuple[str, bytes] | None:
        """Hexadecimal SHA-256 of the request, and the reply."""

    def store_call(
        self, key: str, request_sha: str, reply: bytes, prompt_tokens: int, completion_tokens: int
    ) -> None: ...

    async def committed(self) -> None:
        """Returns when everything stored so far is on disk."""


def call_key(task: str, sample: int, branch: str, turn: int, role: str, k: int = 0) -> str:
    """The key of one paid call: number `k` of `role` (teacher, user, judge ...) at `turn` of `branch` in a sample of a
    task."""
    return f"{task}/{sample}/{branch}/{turn}/{role}/{k}"


class Ledger:
    """The paid calls of one run, in `store`, made with `send`. `bought` and `reused` count since it was opened."""

    def __init__(self, store: CallStore, send: Send) -> None:
        self._store = store
        self._send = send
        self._open: dict[str, asyncio.Event] = {}
        self._unsafe: set[str] = set()  # stored, not yet on disk
        self.bought = 0
        self.reused = 0

    async def ask(self, key: str, request: bytes) -> bytes:
        """The reply to `request`, stored or new; asked twice at once, it is bought once.

        Raises `DamagedJournal` when `key` was used for another request, and whatever `send` raises.
        """
        sha = hashlib.sha256(request).hexdigest()
        while True:
            stored = self._store.ask_stored(key)
            if stored is not None:
                return await self._reuse(key, sha, stored)
            if key not in self._open:
                break
            await self._open[key].wait()
        done = self._open[key] = asyncio.Event()
        try:
            answer = await self._send(key, request)
            self.bought += 1
            self._unsafe.add(key)
            self._store.store_call(key, sha, answer.raw, answer.prompt_tokens, answer.completion_tokens)
            await self._store.committed()
            self._unsafe.discard(key)
            return answer.raw
        finally:
            del self._open[key]
            done.set()

    async def _reuse(self, key: str, sha: str, stored: tuple[str, bytes]) -> bytes:
        if stored[0] != sha:
            raise DamagedJournal(
                f"The journal holds a reply for {key}, but to another request than the one made now.",
                "It is damaged or comes from another version of trajgym: go on with that version, or start a new run "
                "folder.",
            )
        if key in self._unsafe:
            await self._store.committed()
            self._unsafe.discard(key)
        self.reused += 1
        return stored[1]


class Reservation(NamedTuple):
    tokens: int
    cost: int


class Budget:
    """A wall in tokens, in money, or in both; None is no wall.

    `max_cost` and the prices per million tokens are in one currency, whichever. Money is counted in whole millionths of a
    millionth, so that sums are exact. A restarted run passes what the journal says was used to `spend`.
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        max_cost: float | None = None,
        prompt_price: float = 0.0,
        completion_price: float = 0.0,
    ) -> None:
        self.max_tokens = max_tokens
        self.max_cost = None if max_cost is None else round(max_cost * 10**12)
        self._prices = round(prompt_price * 10**6), round(completion_price * 10**6)
        self.tokens = 0
        self.cost = 0
        self._held_tokens = 0
        self._held_cost = 0
        self._held = 0
        self._waiting: list[asyncio.Future[None]] = []

    def spend(self, prompt_tokens: int, completion_tokens: int) -> None:
        self.tokens += prompt_tokens + completion_tokens
        self.cost += prompt_tokens * self._prices[0] + completion_tokens * self._prices[1]

    async def reserve(self, prompt_tokens: int, completion_tokens: int) -> Reservation:
        """Holds the worst case of a call; waits while other calls hold what it needs, since they may use less.

        Raises `OutOfBudget` when it does not fit although nothing else is held.
        """
        want = Reservation(
            prompt_tokens + completion_tokens, prompt_tokens * self._prices[0] + completion_tokens * self._prices[1]
        )
        while not self._fits(want):
            if not self._held:
                raise OutOfBudget(
                    "The budget is used up: the next call could go over it.",
                    "All replies so far are kept; the same command with a higher budget goes on from here.",
                )
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            await future
        self._held += 1
        self._held_tokens += want.tokens
        self._held_cost += want.cost
        return want

    def settle(self, held: Reservation, prompt_tokens: int, completion_tokens: int) -> None:
        """The call used this much: frees `held` and counts it."""
        self.spend(prompt_tokens, completion_tokens)
        self._free(held)

    def settle_worst(self, held: Reservation) -> None:
        """The call may have been billed and nobody can say how much: counts all that was held."""
        self.tokens += held.tokens
        self.cost += held.cost
        self._free(held)

    def _fits(self, want: Reservation) -> bool:
        tokens_fit = self.max_tokens is None or self.tokens + self._held_tokens + want.tokens <= self.max_tokens
        return tokens_fit and (self.max_cost is None or self.cost + self._held_cost + want.cost <= self.max_cost)

    def _free(self, held: Reservation) -> None:
        self._held -= 1
        self._held_tokens -= held.tokens
        self._held_cost -= held.cost
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)
