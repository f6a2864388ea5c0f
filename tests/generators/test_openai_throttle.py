"""The throttle by itself: limits, episodes, and who waits for what."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from trajgym.errors import OutOfBudget
from trajgym.generators.throttle import Throttle


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await work()

    asyncio.run(main())


def test_never_more_in_flight_than_the_cap() -> None:
    async def work() -> None:
        throttle = Throttle(3)
        peak = 0

        async def call() -> None:
            nonlocal peak
            await throttle.acquire()
            peak = max(peak, throttle.in_flight)
            await asyncio.sleep(0)
            throttle.succeeded()
            throttle.release()

        await asyncio.gather(*(call() for _ in range(50)))
        assert (peak, throttle.in_flight, throttle.limit) == (3, 0, 3)

    run(work)


def test_one_episode_shrinks_once_however_many_429() -> None:
    async def work() -> None:
        throttle = Throttle(100)
        tickets = [await throttle.acquire() for _ in range(100)]
        for ticket in tickets:
            throttle.rate_limited(ticket, 0.0)
            throttle.release()
        assert (throttle.limit, throttle.episodes) == (80, 1)
        ticket = await throttle.acquire()
        assert ticket == 1
        throttle.rate_limited(ticket, 0.0)
        assert throttle.episodes == 2  # one call let go after the episode opens the next

    run(work)


def test_good_replies_bring_the_limit_back_and_never_over_the_cap() -> None:
    async def work() -> None:
        throttle = Throttle(10)
        for _ in range(10):
            await throttle.acquire()
        throttle.rate_limited(0, 0.0)
        assert throttle.limit == 8
        for _ in range(8):
            throttle.succeeded()
        assert throttle.limit == 9
        for _ in range(100):
            throttle.succeeded()
        assert throttle.limit == 10

    run(work)


def test_nobody_sends_before_retry_after_is_over() -> None:
    async def work() -> None:
        clock = asyncio.get_running_loop().time
        throttle = Throttle(4)
        throttle.rate_limited(await throttle.acquire(), 0.2)
        throttle.release()
        began = clock()
        await throttle.acquire()
        assert clock() - began >= 0.19

    run(work)


def test_who_asks_again_goes_first() -> None:
    async def work() -> None:
        throttle = Throttle(1)
        await throttle.acquire()
        order: list[str] = []

        async def call(name: str, again: bool) -> None:
            await throttle.acquire(again)
            order.append(name)
            throttle.release()

        tasks = [asyncio.create_task(call("new", False)), asyncio.create_task(call("again", True))]
        await asyncio.sleep(0)
        throttle.release()
        await asyncio.gather(*tasks)
        assert order == ["again", "new"]

    run(work)


def test_a_cancelled_asker_keeps_no_place() -> None:
    async def work() -> None:
        throttle = Throttle(1)
        await throttle.acquire()
        waiting = asyncio.create_task(throttle.acquire())
        await asyncio.sleep(0)
        throttle.release()  # leave is given to the waiting one ...
        waiting.cancel()  # ... which goes away before it can use it
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert throttle.in_flight == 0
        await asyncio.wait_for(throttle.acquire(), 1)

    run(work)


def test_closed_it_tells_everybody_why() -> None:
    async def work() -> None:
        throttle = Throttle(1)
        await throttle.acquire()
        waiting = [asyncio.create_task(throttle.acquire()) for _ in range(3)]
        await asyncio.sleep(0)
        throttle.close(OutOfBudget("no more"))
        results = await asyncio.gather(*waiting, throttle.acquire(), return_exceptions=True)
        assert [type(r) for r in results] == [OutOfBudget] * 4

    run(work)
