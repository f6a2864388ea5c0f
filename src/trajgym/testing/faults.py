"""What the loopback server can do wrong, and plans that say when.

A plan is a callable ``(Ask) -> Fault | None``. The kinds of `KINDS` are the misbehaviours of real servers: status codes,
answers that are no answer, and bodies that look right and are not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from trajgym.seeding import Rng

STATUS_KINDS: dict[str, tuple[int, dict[str, Any]]] = {
    "rate_limit": (429, {"message": "Rate limit reached", "type": "requests", "code": "rate_limit_exceeded"}),
    "quota": (
        429,
        {"message": "You exceeded your current quota", "type": "insufficient_quota", "code": "insufficient_quota"},
    ),
    "payment": (402, {"message": "Insufficient balance", "type": "billing", "code": "insufficient_balance"}),
    "internal": (500, {"message": "The server had an error", "type": "server_error", "code": None}),
    "bad_gateway": (502, {"message": "Bad gateway", "type": "server_error", "code": None}),
    "overloaded": (503, {"message": "Overloaded", "type": "server_error", "code": None}),
    "unauthorized": (401, {"message": "Incorrect API key provided", "type": "auth", "code": "invalid_api_key"}),
    "forbidden": (403, {"message": "Country not supported", "type": "auth", "code": "unsupported_country"}),
    "no_model": (404, {"message": "The model does not exist", "type": "invalid_request", "code": "model_not_found"}),
    "bad_request": (400, {"message": "Unknown parameter", "type": "invalid_request", "code": "unknown_parameter"}),
}
"""Kinds that are an HTTP status with an error object."""

BODY_KINDS = (
    "html",
    "truncated",
    "empty_choices",
    "null_choices",
    "no_message",
    "dict_arguments",
    "surrogate",
    "nul",
    "unknown_finish",
    "length",
    "duplicate_ids",
    "error_body",
    "list_content",
    "no_usage",
)
"""Kinds that are a 200 with another body than the model's."""

WIRE_KINDS = ("silent", "drip", "cut", "disconnect", "garbage", "redirect")
"""Kinds that are trouble on the wire."""

KINDS = (*STATUS_KINDS, *BODY_KINDS, *WIRE_KINDS)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as a plan sees it: how many came before it, how often this very one came before, its key and its body."""

    number: int
    repeat: int
    key: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """`kind` is one of `KINDS`; `retry_after` (seconds) becomes the header of a status kind; `message` replaces the words
    of the error object."""

    kind: str
    retry_after: float | None = None
    message: str = ""


Plan = Callable[[Ask], Fault | None]


def in_order(kinds: Sequence[str | Fault | None]) -> Plan:
    """The first requests get these faults, later ones none."""

    def plan(ask: Ask) -> Fault | None:
        kind = kinds[ask.number] if ask.number < len(kinds) else None
        return Fault(kind) if isinstance(kind, str) else kind

    return plan


def always(kind: str, **more: Any) -> Plan:
    fault = Fault(kind, **more)
    return lambda ask: fault


def sometimes(rate: float, kinds: Iterable[str], seed: int = 0, retry_after: float | None = 0.0) -> Plan:
    """The first time a request comes, a fault of `kinds` with probability `rate`; the same request again is answered."""
    pool = sorted(kinds)

    def plan(ask: Ask) -> Fault | None:
        rng = Rng("loopback", seed, ask.key, ask.body)
        return Fault(rng.choice(pool), retry_after) if rng.chance(rate) and ask.repeat == 0 else None

    return plan


class TokenBucket:
    """A plan that answers 429 when more than `rate` requests a second came, after a first `burst`."""

    def __init__(self, rate: float, burst: float, retry_after: float | None = None) -> None:
        self.rate = rate
        self.burst = burst
        self.retry_after = retry_after
        self.refused: list[float] = []
        self.served: list[float] = []
        self._tokens = burst
        self._at = time.monotonic()

    def __call__(self, ask: Ask) -> Fault | None:
        now = time.monotonic()
        self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens >= 1:
            self._tokens -= 1
            self.served.append(now)
            return None
        self.refused.append(now)
        return Fault("rate_limit", self.retry_after)


def spoil(kind: str, body: dict[str, Any]) -> bytes:
    """The bytes of the good reply `body` with the fault `kind`, one of `BODY_KINDS`, put in."""
    choice = body["choices"][0]
    message = choice["message"]
    calls = message.get("tool_calls") or []
    if kind == "html":
        return b"<html><body>Welcome to the gateway</body></html>"
    if kind == "truncated":
        good = orjson.dumps(body)
        return good[: len(good) // 2]
    if kind == "surrogate":
        message["content"] = "MARK"
        return orjson.dumps(body).replace(b"MARK", b"half \\ud83d of it")
    if kind == "error_body":
        return orjson.dumps({"error": {"message": "upstream failed", "code": 502}})
    if kind == "empty_choices":
        body["choices"] = []
    elif kind == "null_choices":
        body["choices"] = None
    elif kind == "no_message":
        del choice["message"]
    elif kind == "dict_arguments":
        message["tool_calls"] = [{"id": "a", "type": "function", "function": {"name": "look", "arguments": {"a": 1}}}]
    elif kind == "nul":
        message["content"] = "a\x00b"
    elif kind == "unknown_finish":
        choice["finish_reason"] = "abort"
    elif kind == "length":
        choice["finish_reason"] = "length"
        for call in calls:
            call["function"]["arguments"] = call["function"]["arguments"][:-1]
    elif kind == "duplicate_ids":
        for call in calls:
            call["id"] = "same"
    elif kind == "list_content":
        message["content"] = [{"type": "text", "text": "hello"}]
    elif kind == "no_usage":
        del body["usage"]
    return orjson.dumps(body)
