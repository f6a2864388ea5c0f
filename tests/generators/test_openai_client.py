"""The client against a real server on the loopback interface that does wrong what real servers do wrong."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from trajgym.errors import OutOfBudget, TeacherUnavailable, TrajgymError
from trajgym.generators.client import ChatClient, Limits
from trajgym.generators.direct_http import DirectClient, http_client
from trajgym.generators.endpoint import REDACTED
from trajgym.generators.faults import CallFailed
from trajgym.generators.reply import parse_reply
from trajgym.ledger import Answer, Budget
from trajgym.testing.faults import KINDS, STATUS_KINDS, Ask, Fault, TokenBucket, always, in_order, sometimes
from trajgym.testing.loopback import Loopback, echo, tool_turns

QUICK = Limits(attempt_s=3.0, call_s=5.0, attempts=4, backoff_s=0.01, patience_s=5.0)
TOOL = {"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": {"type": "object"}}}
CANARY = "sk-canary/4f+9a"


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


# ---- keys and addresses


def test_no_key_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(TeacherUnavailable, match="OPENAI_API_KEY is not set"):
        ChatClient("m")
    with pytest.raises(TeacherUnavailable, match="OPENAI_API_KEY is not set"):
        ChatClient("m", base_url="https://api.openai.com/v1")


def test_key_and_address_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(key: str | None) -> Answer:
        client = ChatClient("scripted", api_key=key, limits=QUICK)
        try:
            return await client.send("a", request())
        finally:
            await client.close()

    with Loopback(echo, api_key=CANARY) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", CANARY)
        assert b"You said: hello" in asyncio.run(run(None)).raw
        monkeypatch.delenv("OPENAI_API_KEY")
        with pytest.raises(TeacherUnavailable, match=r"401.*OPENAI_API_KEY"):
            asyncio.run(run(None))


@pytest.mark.parametrize(
    "url", ["localhost:8000/v1", "ftp://host/v1", "http://", "http:///v1", "http://[::1/v1", "http://h:p/v1"]
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(TrajgymError, match="no address") as caught:
        ChatClient("m", base_url=url, api_key="key-123456")
    assert caught.value.exit_code == 2


def test_a_password_in_the_address_is_refused_and_not_shown() -> None:
    with pytest.raises(TrajgymError, match="user name") as caught:
        ChatClient("m", base_url="http://me:pass-secret-7@127.0.0.1:1/v1", api_key="key-123456")
    assert "pass-secret-7" not in str(caught.value)


def test_a_key_with_a_line_break_is_one_sentence() -> None:
    with pytest.raises(TeacherUnavailable, match="line break") as caught:
        ChatClient("m", api_key="sk-pasted-wrong\n")
    assert "sk-pasted" not in str(caught.value)


def test_a_wrong_path_names_the_base_url() -> None:
    async def run(base: str) -> None:
        client = ChatClient("scripted", base_url=base, api_key="key-123456", limits=QUICK)
        try:
            await client.send("a", request())
        finally:
            await client.close()

    with Loopback() as server, pytest.raises(TeacherUnavailable, match=r"404.*--base-url"):
        asyncio.run(run(server.base_url.removesuffix("/v1")))


def test_models_are_listed() -> None:
    with Loopback(models=("small", "large")) as server:
        assert with_client(server, lambda client: client.list_models()) == ["small", "large"]


# ---- secrets


LEAKS = [*STATUS_KINDS, "html", "error_body", "cut", "silent"]


@pytest.mark.parametrize("kind", LEAKS)
def test_the_key_is_in_no_error(kind: str) -> None:
    """The server says the key in every error, plain, quoted and in base64; no text of ours holds it in any form."""
    forms = [CANARY, "sk-canary%2F4f%2B9a", "c2stY2FuYXJ5LzRmKzlh"]

    async def run(base: str) -> BaseException:
        client = ChatClient("scripted", base_url=base, api_key=CANARY, limits=Limits(0.1, 1, 1, 0.01, 1))
        try:
            await client.send("a", request())
        except TrajgymError as error:
            return error
        finally:
            await client.close()
        raise AssertionError("answered")

    fault = Fault(kind, 9999.0, f"bad key {forms[0]} or {forms[1]} or {forms[2]}")
    with Loopback(faults=lambda ask: fault) as server:
        error = asyncio.run(run(server.base_url))
    words = "".join(f"{e!r} {e} {vars(e)}" for e in (error, error.__cause__) if e)
    assert words and not any(form in words for form in forms)
    if kind in ("bad_request", "unauthorized", "no_model", "internal"):
        assert words.count(REDACTED) >= 3  # the positive control: the words were there


def test_the_key_is_in_no_reply() -> None:
    def leaky(body: dict[str, Any], key: str) -> dict[str, Any]:
        return {"role": "assistant", "content": f"your key is {CANARY}"}

    async def run(base: str, api_key: str) -> bytes:
        client = ChatClient("scripted", base_url=base, api_key=api_key)
        try:
            return (await client.send("a", request())).raw
        finally:
            await client.close()

    with Loopback(leaky) as server:
        assert CANARY.encode() in asyncio.run(run(server.base_url, "another-key"))  # the check can see it
        raw = asyncio.run(run(server.base_url, CANARY))
    assert CANARY.encode() not in raw
    assert parse_reply(raw).message["content"] == f"your key is {REDACTED}"


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


def test_a_proxy_of_the_environment_is_left_to_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    async def direct(address: str) -> bool:
        client = http_client(address, 8)
        await client.aclose()
        return isinstance(client, DirectClient)

    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert asyncio.run(direct("https://api.example.org/v1"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "inside.example.org")
    assert not asyncio.run(direct("https://api.example.org/v1"))
    assert asyncio.run(direct("https://inside.example.org/v1"))
    assert asyncio.run(direct("http://api.example.org/v1"))
