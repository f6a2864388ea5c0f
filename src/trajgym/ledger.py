"""Every paid call, whoever makes it, goes through here: bought once, kept for ever.

`Ledger.ask` gives a stored answer without a call, refuses a key that comes with another request than it was stored with,
and hands a new reply over only after the journal has it on disk. So a reply that somebody acted on is never asked for
again, and a kill loses at most the calls in flight. The wall in front is `trajgym.budget.Budget`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol

from trajgym.errors import DamagedJournal


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
