"""The client against a real server on the loopback interface that does wrong what real servers do wrong."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from trajgym.budget import Budget
from trajgym.errors import OutOfBudget, TeacherUnavailable, TrajgymError
from trajgym.generators.client import ChatClient, Limits
from trajgym.generators.faults import CallFailed
from trajgym.generators.reply import parse_reply
from trajgym.ledger import Answer
from trajgym.testing.faults import KINDS, Ask, Fault, TokenBucket, always, in_order, sometimes
from trajgym.testing.loopback import Loopback, tool_turns

QUICK = Limits(attempt_s=3.0, call_s=5.0, attempts=4, backoff_s=0.01, patience_s=5.0)
TOOL = {"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": {"type": "object"}}}


def request(words: str = "hello") -> bytes:
    body = {"model": "scripted", "messages": [{"role": "user", "content": words}], "tools": [TOOL], "max_tokens": 100}
    return orjson.dumps(body)


def with_client(server: Loopback, work: Callable[[ChatClient], Awaitable[Any]], **settings: Any) -> Any:
    async def run() -> Any:
        settings.setdefault("limits", QUICK)
        client = ChatClient("scripted", base_url=server.base_url, api_key="key-123456", **settings)
        try:
            return await work(client)
        finally:
            await client.close()

    return asyncio.run(run())


def ask_once(server: Loopback, **settings: Any) -> tuple[Answer, ChatClient]:
    async def work(client: ChatClient) -> tuple[Answer, ChatClient]:
        return await client.send("t/0/main/0/teacher/0", request()), client

    answer: tuple[Answer, ChatClient] = with_client(server, work, **settings)
    return answer


RETRIED = {
    "rate_limit": "rate_limit",
    "internal": "server_error",
    "bad_gateway": "server_error",
    "overloaded": "server_error",
    "html": "not_json",
    "truncated": "not_json",
    "surrogate": "not_json",
    "empty_choices": "no_choices",
    "null_choices": "no_choices",
    "no_message": "no_message",
    "dict_arguments": "bad_call",
    "nul": "bad_content",
    "list_content": "bad_content",
    "unknown_finish": "bad_finish",
    "error_body": "server_error",
    "silent": "timeout",
    "drip": "timeout",
    "cut": "connection",
    "disconnect": "connection",
    "garbage": "connection",
}
ENDING = {
    "quota": OutOfBudget,
    "payment": OutOfBudget,
    "unauthorized": TeacherUnavailable,
    "forbidden": TeacherUnavailable,
    "no_model": TeacherUnavailable,
    "redirect": TeacherUnavailable,
}
ANSWERS = ("length", "duplicate_ids", "no_usage")  # the model's doing, or nothing that matters


def test_every_kind_of_fault_has_its_place() -> None:
    assert {*RETRIED, *ENDING, *ANSWERS, "bad_request"} == set(KINDS)


@pytest.mark.parametrize("kind", RETRIED)
def test_a_passing_fault_is_counted_and_asked_again(kind: str) -> None:
    with Loopback(tool_turns(1)) as clean:
        expected, _ = ask_once(clean)
    with Loopback(tool_turns(1), faults=in_order([Fault(kind, 0.01)])) as server:
        limits = replace(QUICK, attempt_s=0.3) if RETRIED[kind] == "timeout" else QUICK
        answer, client = ask_once(server, limits=limits)
    assert answer == expected
    assert server.requests == 2
    assert client.faults == {RETRIED[kind]: 1}


@pytest.mark.parametrize("kind", ENDING)
def test_what_cannot_pass_ends_the_run_at_once(kind: str) -> None:
    async def work(client: ChatClient) -> None:
        with pytest.raises(ENDING[kind]) as caught:
            await client.send("a", request())
        assert not isinstance(caught.value, CallFailed)
        assert caught.value.hint and "\n" not in str(caught.value)
        with pytest.raises(ENDING[kind]):
            await client.send("b", request())

    with Loopback(faults=always(kind)) as server:
        with_client(server, work)
        assert server.requests == 1


@pytest.mark.parametrize("kind", ANSWERS)
def test_what_the_model_did_is_an_answer(kind: str) -> None:
    with Loopback(tool_turns(1, '{"a": 1}'), faults=in_order([kind])) as server:
        answer, _ = ask_once(server)
        reply = parse_reply(answer.raw)
        assert server.requests == 1
    assert reply.message["tool_calls"][0]["function"]["arguments"] == ('{"a": 1' if kind == "length" else '{"a": 1}')
    assert reply.finish_reason == ("length" if kind == "length" else "tool_calls")
    assert reply.counted == (kind != "no_usage")


def test_a_fault_that_stays_fails_the_call_after_its_attempts() -> None:
    with Loopback(faults=always("internal")) as server:
        with pytest.raises(CallFailed, match=r"4 times .* status 500") as caught:
            ask_once(server)
        assert server.requests == QUICK.attempts
    assert caught.value.reason == "server_error"


def test_a_bad_request_is_not_asked_again_and_ends_the_run_when_all_are_bad() -> None:
    async def work(client: ChatClient) -> list[BaseException]:
        errors: list[BaseException] = []
        for i in range(3):
            with pytest.raises(TeacherUnavailable) as caught:
                await client.send(str(i), request(str(i)))
            errors.append(caught.value)
        assert client.trouble() is not None
        return errors

    with Loopback(faults=always("bad_request", message="tools are not known here")) as server:
        errors = with_client(server, work)
        assert server.requests == 3
    assert [type(e) for e in errors] == [CallFailed, CallFailed, TeacherUnavailable]
    assert "tools are not known here" in str(errors[2])


def test_one_bad_request_among_good_ones_fails_alone() -> None:
    async def work(client: ChatClient) -> None:
        await client.send("a", request("a"))
        for i in range(5):
            with pytest.raises(CallFailed):
                await client.send("b", request(f"too long {i}"))
        await client.send("c", request("c"))
        assert client.trouble() is None

    def plan(ask: Ask) -> Fault | None:
        return Fault("bad_request") if b"too long" in ask.body else None

    with Loopback(faults=plan) as server:
        with_client(server, work)


def test_an_endpoint_that_only_fails_is_given_up() -> None:
    async def work(client: ChatClient) -> list[BaseException | Answer]:
        await client.send("good", request("good"))
        calls = [client.send(str(i), request(str(i))) for i in range(60)]
        return await asyncio.gather(*calls, return_exceptions=True)

    def plan(ask: Ask) -> Fault | None:
        return Fault("internal") if ask.number else None

    with Loopback(faults=plan) as server:
        errors = with_client(server, work, concurrency=4)
        assert server.requests < 60 * QUICK.attempts
    assert all(isinstance(e, TeacherUnavailable) for e in errors)
    assert "20 calls in a row" in str(errors[-1])


@pytest.mark.parametrize("kind", ["silent", "drip"])
def test_the_deadline_is_a_total_one(kind: str) -> None:
    limits = Limits(attempt_s=0.2, call_s=0.5, attempts=10, backoff_s=0.01)
    started = time.monotonic()
    with Loopback(faults=always(kind), drip=0.05) as server:
        with pytest.raises(CallFailed, match="no whole answer") as caught:
            ask_once(server, limits=limits)
        assert 2 <= server.requests <= 4
    assert caught.value.reason == "timeout"
    assert 0.4 < time.monotonic() - started < 2.0


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
        server = Loopback()
        server.port = taken.getsockname()[1]
        with pytest.raises(TeacherUnavailable, match=rf"127.0.0.1:{server.port}/v1 cannot be reached") as caught:
            ask_once(server)
    assert not isinstance(caught.value, CallFailed)


def test_quota_stops_everybody() -> None:
    async def work(client: ChatClient) -> list[BaseException | Answer]:
        calls = [client.send(str(i), request(str(i))) for i in range(100)]
        return await asyncio.gather(*calls, return_exceptions=True)

    def plan(ask: Ask) -> Fault | None:
        return Fault("quota") if ask.number >= 10 else None

    with Loopback(faults=plan, latency=0.01) as server:
        results = with_client(server, work, concurrency=8)
        assert server.requests <= 10 + 8
    assert sum(isinstance(r, Answer) for r in results) == 10
    assert all(isinstance(r, Answer | OutOfBudget) for r in results)


def refused_by_a_bucket(throttled: bool) -> int:
    """How often a server that takes 150 requests a second says 429 until 64 askers have 160 answers."""

    async def work(client: ChatClient) -> None:
        if not throttled:
            client.throttle.rate_limited = lambda ticket, retry_after: None  # type: ignore[method-assign]
        await asyncio.gather(*(client.send(str(i), request(str(i))) for i in range(160)))

    bucket = TokenBucket(rate=150, burst=10, retry_after=0.1)
    with Loopback(faults=bucket, latency=0.05) as server:
        with_client(server, work, concurrency=64, limits=Limits())
    assert len(bucket.served) == 160
    return len(bucket.refused)


def test_no_storm_against_a_rate_limit() -> None:
    calm, storm = refused_by_a_bucket(True), refused_by_a_bucket(False)
    assert calm < 100 and storm > 2 * calm, (calm, storm)


def test_a_retry_after_beyond_patience_ends_the_run() -> None:
    with (
        Loopback(faults=always("rate_limit", retry_after=7200)) as server,
        pytest.raises(OutOfBudget, match="wait 7200 s"),
    ):
        ask_once(server)


def test_nothing_but_429_ends_the_run_after_our_patience() -> None:
    limits = Limits(attempt_s=0.3, patience_s=0.1)
    with (
        Loopback(faults=always("rate_limit", retry_after=0.02)) as server,
        pytest.raises(OutOfBudget, match="too often"),
    ):
        ask_once(server, limits=limits)


def test_a_third_of_all_attempts_fail_and_every_answer_is_the_same() -> None:
    async def work(client: ChatClient) -> list[Answer]:
        return await asyncio.gather(*(client.send(str(i), request(str(i))) for i in range(150)))

    kinds = sorted(set(RETRIED) - {"silent", "drip"})
    with Loopback(tool_turns(1)) as clean:
        expected = with_client(clean, work, concurrency=16)
    counts: dict[str, int] = {}

    async def faulty(client: ChatClient) -> list[Answer]:
        answers = await work(client)
        counts.update(client.faults)
        return answers

    with Loopback(tool_turns(1), faults=sometimes(0.33, kinds)) as server:
        assert with_client(server, faulty, concurrency=16) == expected
    assert sum(server.faults.values()) > 30
    injected: dict[str, int] = {}
    for kind, times in server.faults.items():
        injected[RETRIED[kind]] = injected.get(RETRIED[kind], 0) + times
    assert counts == injected


def test_connections_are_as_many_as_asked_for() -> None:
    async def work(client: ChatClient) -> None:
        await asyncio.gather(*(client.send(str(i), request(str(i))) for i in range(300)))

    with Loopback(latency=0.2) as server:
        with_client(server, work, concurrency=150, limits=Limits())
        assert (server.in_flight_peak, server.connections) == (150, 150)


# ---- budget


def test_a_budget_is_never_gone_over() -> None:
    async def work(client: ChatClient) -> list[BaseException | Answer]:
        calls = [client.send(str(i), request(str(i))) for i in range(200)]
        return await asyncio.gather(*calls, return_exceptions=True)

    budget = Budget(max_tokens=3000)
    with Loopback(faults=sometimes(0.3, ["no_usage", "truncated", "internal", "cut"])) as server:
        results = with_client(server, work, concurrency=16, budget=budget)
    answers = [r for r in results if isinstance(r, Answer)]
    assert 5 < len(answers) < 200
    assert server.billed <= budget.tokens <= 3000
    assert all(isinstance(r, Answer | OutOfBudget) for r in results)


def test_a_budget_needs_a_limit_on_each_reply() -> None:
    async def work(client: ChatClient) -> None:
        with pytest.raises(TrajgymError, match="limit on the tokens"):
            await client.send("a", b'{"model": "scripted", "messages": []}')

    with Loopback() as server:
        with_client(server, work, budget=Budget(max_tokens=10))
        assert server.requests == 0


def test_models_are_listed() -> None:
    with Loopback(models=("small", "large")) as server:
        assert with_client(server, lambda client: client.list_models()) == ["small", "large"]
