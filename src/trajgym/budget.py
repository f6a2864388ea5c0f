"""A wall in tokens, in money, or in both: the worst case of a call is reserved before the call is sent.

What is told to `note` is on disk before it can be spent, so a run that was killed knows the most it may have used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from trajgym.errors import OutOfBudget

if TYPE_CHECKING:
    import asyncio

UNIT = 10**12
"""Money is counted in whole millionths of a millionth of the currency, so that sums are exact."""
_STEP = 100
"""How many times the disk is told, about, while a whole budget is spent: a kill costs at most such a part of it."""


class Prices(NamedTuple):
    """What a token of a prompt and one of a completion cost, in `UNIT`."""

    prompt: int = 0
    completion: int = 0

    @classmethod
    def per_million(cls, prompt: float = 0.0, completion: float = 0.0) -> Prices:
        """Prices as they are published: for a million tokens."""
        return cls(round(prompt * 10**6), round(completion * 10**6))

    def cost(self, prompt_tokens: int, completion_tokens: int) -> int:
        return prompt_tokens * self.prompt + completion_tokens * self.completion


class Spent(NamedTuple):
    """Tokens, and money in `UNIT`."""

    tokens: int = 0
    cost: int = 0


FREE = Prices()
NOTHING = Spent()


class Reservation(NamedTuple):
    """The most that a call can use. `prices` are those it is paid at."""

    tokens: int
    cost: int
    prices: Prices


class Budget:
    """The wall; None is no wall. `max_cost` and all prices are in one currency, whichever.

    `spent` is what the run used before. `note`, when given, is told in time the most that may have been spent, and by `close`
    what really was; it has to be on disk when `note` returns.
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        max_cost: float | None = None,
        spent: Spent = NOTHING,
        note: Callable[[Spent], None] | None = None,
    ) -> None:
        self.max_tokens = max_tokens
        self.max_cost = None if max_cost is None else round(max_cost * UNIT)
        self.tokens, self.cost = spent
        self._noted = spent
        self._note = note
        self._held_tokens = 0
        self._held_cost = 0
        self._held = 0
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def spent(self) -> Spent:
        """What was used so far; calls in flight do not count."""
        return Spent(self.tokens, self.cost)

    @property
    def left(self) -> tuple[int | None, int | None]:
        """Tokens, and money in `UNIT`, that may still be used; None where there is no wall."""
        tokens = None if self.max_tokens is None else max(0, self.max_tokens - self.tokens)
        return tokens, None if self.max_cost is None else max(0, self.max_cost - self.cost)

    async def reserve(self, prompt_tokens: int, completion_tokens: int, prices: Prices = FREE) -> Reservation:
        """Holds the worst case of a call; waits while other calls hold what it needs, since they may use less.

        Raises `OutOfBudget` when it does not fit although nothing else is held.
        """
        import asyncio  # the journal needs this module in every command, most of which wait for nothing

        want = Reservation(prompt_tokens + completion_tokens, prices.cost(prompt_tokens, completion_tokens), prices)
        while not self._fits(want):
            if not self._held:
                raise self._used_up(want)
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            await future
        self._held += 1
        self._held_tokens += want.tokens
        self._held_cost += want.cost
        self._note_in_time(want)
        return want

    def settle(self, held: Reservation, prompt_tokens: int, completion_tokens: int) -> None:
        """The call used this much: frees `held` and counts it."""
        self.tokens += prompt_tokens + completion_tokens
        self.cost += held.prices.cost(prompt_tokens, completion_tokens)
        self._free(held)

    def settle_worst(self, held: Reservation) -> None:
        """The call may have been billed and nobody can say how much: counts all that was held."""
        self.tokens += held.tokens
        self.cost += held.cost
        self._free(held)

    def close(self) -> None:
        """Note what was really spent."""
        if self._note and self._noted != self.spent:
            self._noted = self.spent
            self._note(self._noted)

    def _fits(self, want: Reservation) -> bool:
        tokens_fit = self.max_tokens is None or self.tokens + self._held_tokens + want.tokens <= self.max_tokens
        return tokens_fit and (self.max_cost is None or self.cost + self._held_cost + want.cost <= self.max_cost)

    def _note_in_time(self, want: Reservation) -> None:
        tokens, cost = self.tokens + self._held_tokens, self.cost + self._held_cost
        if self._note and (tokens > self._noted.tokens or cost > self._noted.cost):
            self._noted = Spent(_ahead(tokens, want.tokens, self.max_tokens), _ahead(cost, want.cost, self.max_cost))
            self._note(self._noted)

    def _used_up(self, want: Reservation) -> OutOfBudget:
        if self.max_tokens is not None and self.tokens + want.tokens > self.max_tokens:
            found = (
                f"{self.tokens:,} of {self.max_tokens:,} tokens are used, and the next call may need {want.tokens:,}"
            )
        else:
            spent, limit, more = (amount(cost / UNIT) for cost in (self.cost, self.max_cost or 0, want.cost))
            found = f"{spent} of {limit} are spent, and the next call may cost {more}"
        return OutOfBudget(
            f"The budget is used up: {found}.",
            "All replies so far are kept; the same command with a higher budget goes on from here.",
        )

    def _free(self, held: Reservation) -> None:
        self._held -= 1
        self._held_tokens -= held.tokens
        self._held_cost -= held.cost
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)


def _ahead(used: int, want: int, limit: int | None) -> int:
    """What to note when `used` may be spent: somewhat more, so that not every call has to be noted."""
    if limit is None:
        return used + max(used // _STEP, want * 16)
    return min(limit, used + max(limit // _STEP, want))


def amount(money: float) -> str:
    """An amount of money as a person reads it; small ones to the fourth digit that counts."""
    return f"{money:,.2f}" if not money or money >= 1 else f"{money:.4g}"
