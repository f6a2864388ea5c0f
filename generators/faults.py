"""What can go wrong with one attempt at a call, and what an HTTP status means."""

from __future__ import annotations

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import orjson

from trajgym.errors import OutOfBudget, TeacherUnavailable

_QUOTA_CODES = frozenset({"insufficient_quota", "insufficient_balance", "billing_hard_limit_reached"})


class CallFailed(TeacherUnavailable):
    """One call got no answer, while others may. `reason` is the kind of its last fault (a key of `ChatClient.faults`)."""

    def __init__(self, reason: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.reason = reason


class Fault(Exception):
    """An attempt failed. `kind` is the name it is counted under, `found` says it in words. `again`: another try may help.
    `billed`: the server may charge for it."""

    def __init__(self, kind: str, found: str, *, again: bool = True, billed: bool = False) -> None:
        super().__init__(found)
        self.kind = kind
        self.found = found
        self.again = again
        self.billed = billed


class RateLimited(Fault):
    """A 429 that passes; `retry_after` in seconds, None when the server does not say."""

    def __init__(self, retry_after: float | None) -> None:
        super().__init__("rate_limit", "too many requests")
        self.retry_after = retry_after


def classify(status: int, body: bytes, headers: Mapping[str, str], address: str, model: str) -> Exception:
    """The error that a status other than 2xx stands for: a `Fault`, or what ends the run.

    Its words may quote the server, so redact `body` first.
    """
    codes, said = _error_object(body)
    if status == 402 or codes & _QUOTA_CODES:
        return OutOfBudget(
            f"{address} says that the quota is used up: {said}", "Nothing is lost: add credit, then repeat the command."
        )
    if status == 429:
        return RateLimited(retry_after(headers))
    if status in (408, 409, 425) or status >= 500:
        return Fault("server_error", f"status {status}, {said}")
    if status in (401, 403):
        return TeacherUnavailable(
            f"{address} refuses us with status {status}: {said}", "Check the key in OPENAI_API_KEY and what it may use."
        )
    if status in (404, 405) or status < 400:
        return TeacherUnavailable(
            f"{address} answers with status {status} when asked for model {model!r}: {said}",
            "Check --model and --base-url (most end in /v1).",
        )
    return Fault("bad_request", f"status {status}, {said}", again=False)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by the headers retry-after-ms or Retry-After (seconds or a date); None when they do not say."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name, "")
        try:
            return max(0.0, float(value) / unit)
        except ValueError:
            pass
    try:
        return max(0.0, parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - time.time())
    except ValueError:
        return None


def _error_object(body: bytes) -> tuple[set[str], str]:
    """Code and type of the error object in `body`, and what it says in one line."""
    try:
        error = orjson.loads(body)["error"]
    except (orjson.JSONDecodeError, KeyError, TypeError, IndexError):
        error = None
    if isinstance(error, dict):
        words = str(error.get("message") or "no reason given")
        codes = {str(error.get("code")), str(error.get("type"))}
    else:
        words = str(error or body[:200].decode("utf-8", "replace") or "no reason given")
        codes = set()
    line = " ".join(words.split())
    return codes, "".join(c for c in line if c.isprintable())[:300].rstrip(".") + "."
