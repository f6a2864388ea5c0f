"""The wall in front of what is paid: never gone over, whatever is billed and whenever the process ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajgym.budget import UNIT, Budget, Prices, Reservation, Spent, amount
from trajgym.errors import OutOfBudget

CHEAP = Prices.per_million(0.1, 0.4)


def test_it_waits_for_calls_that_may_use_less_and_then_stops() -> None:
    async def run() -> None:
        budget = Budget(max_tokens=100)
        first = await budget.reserve(60, 0)
        second = asyncio.create_task(budget.reserve(60, 0))
        await asyncio.sleep(0)
        assert not second.done()
        budget.settle(first, 30, 0)
        held = await second
        budget.settle_worst(held)
        assert budget.tokens == 90
        with pytest.raises(OutOfBudget, match="90 of 100 tokens are used, and the next call may need 11"):
            await budget.reserve(11, 0)
        budget.settle(await budget.reserve(10, 0), 0, 0)

    asyncio.run(run())


def test_money_is_exact() -> None:
    async def run() -> None:
        budget = Budget(max_cost=0.3)
        for _ in range(3):
            budget.settle(await budget.reserve(500_000, 125_000, CHEAP), 500_000, 125_000)  # 0.1 each
        assert budget.cost == 3 * 10**11
        with pytest.raises(OutOfBudget, match=r"0\.3 of 0\.3 are spent, and the next call may cost 1e-07"):
            await budget.reserve(1, 0, CHEAP)
        with pytest.raises(OutOfBudget):
            await Budget(max_cost=0.3, spent=budget.spent).reserve(1, 0, CHEAP)

    asyncio.run(run())


def test_each_call_is_paid_at_its_own_price() -> None:
    async def run() -> None:
        budget = Budget(max_cost=20)
        for prices in (CHEAP, Prices.per_million(2, 8)):
            budget.settle(await budget.reserve(10**6, 10**6, prices), 500_000, 250_000)
        assert budget.cost == round((0.05 + 0.1 + 1 + 2) * UNIT)
        assert budget.left == (None, round(16.85 * UNIT))

    asyncio.run(run())


calls = st.lists(
    st.tuples(
        st.integers(0, 5000),  # prompt
        st.integers(1, 2000),  # completion, at most
        st.floats(0, 1),  # how much of it is used
        st.sampled_from(["settle", "worst", "kill", "close"]),
    ),
    max_size=40,
)


@given(calls, st.integers(1, 50_000), st.floats(0.0001, 0.05))
@settings(max_examples=150, deadline=None)
def test_never_gone_over_whenever_the_process_ends(
    todo: list[tuple[int, int, float, str]], max_tokens: int, max_cost: float
) -> None:
    """What was noted last is on the disk: a process that dies with calls in flight, all of which are billed, has noted enough."""
    disk = [Spent()]
    note: Callable[[Spent], None] = disk.append

    def begin() -> Budget:
        return Budget(max_tokens, max_cost, disk[-1], note)

    async def run() -> tuple[int, int]:
        budget, in_flight = begin(), list[tuple[Reservation, int, int]]()
        billed_tokens = billed_cost = 0
        for prompt, completion, share, what in todo:
            try:
                reserving = asyncio.ensure_future(budget.reserve(prompt, completion, CHEAP))
                await asyncio.sleep(0)
                if not reserving.done():  # it waits for those in flight
                    reserving.cancel()
                    continue
                held = await reserving
            except OutOfBudget:
                continue
            used = round(share * completion)
            billed_tokens += prompt + used
            billed_cost += CHEAP.cost(prompt, used)
            in_flight.append((held, prompt, used))
            assert disk[-1].tokens >= billed_tokens and disk[-1].cost >= billed_cost
            if what == "settle":
                held, prompt, used = in_flight.pop(0)
                budget.settle(held, prompt, used)
            elif what == "worst":
                budget.settle_worst(in_flight.pop(0)[0])
            elif what == "kill":
                budget, in_flight = begin(), []
            else:
                for held, prompt, used in in_flight:
                    budget.settle(held, prompt, used)
                budget.close()
                assert disk[-1] == budget.spent
                budget, in_flight = begin(), []
        return billed_tokens, billed_cost

    tokens, cost = asyncio.run(run())
    assert tokens <= disk[-1].tokens <= max_tokens
    assert cost <= disk[-1].cost <= max_cost * UNIT


def test_the_disk_is_told_seldom() -> None:
    told: list[Spent] = []

    async def run() -> None:
        budget = Budget(max_cost=1.0, note=told.append)
        while True:
            budget.settle(await budget.reserve(1000, 100, CHEAP), 900, 50)

    with pytest.raises(OutOfBudget):
        asyncio.run(run())
    assert len(told) <= 300  # of some 9,000 calls


@pytest.mark.parametrize(
    ("money", "words"), [(0, "0.00"), (0.000123456, "0.0001235"), (0.25, "0.25"), (1, "1.00"), (1234.5, "1,234.50")]
)
def test_amounts_read_well(money: Any, words: str) -> None:
    assert amount(money) == words
