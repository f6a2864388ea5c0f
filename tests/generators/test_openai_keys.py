"""Keys, addresses and proxies: where they come from, what is wrong with them, and that no secret gets out."""

import asyncio
from typing import Any

import orjson
import pytest

from trajgym.errors import TeacherUnavailable, TrajgymError
from trajgym.generators.client import ChatClient, Limits
from trajgym.generators.direct_http import DirectClient, http_client
from trajgym.generators.endpoint import REDACTED
from trajgym.generators.reply import parse_reply
from trajgym.ledger import Answer
from trajgym.testing.faults import STATUS_KINDS, Fault
from trajgym.testing.loopback import Loopback, echo

QUICK = Limits(attempt_s=3.0, call_s=5.0, attempts=4, backoff_s=0.01, patience_s=5.0)
CANARY = "sk-canary/4f+9a"


def request() -> bytes:
    return orjson.dumps({"model": "scripted", "messages": [{"role": "user", "content": "hello"}]})


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
