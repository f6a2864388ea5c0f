"""Where a model is and who we are to it: the `openai` client set up for many calls, the address as people may see it, and
the secrets that nobody may."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from functools import cached_property
from urllib.parse import parse_qsl, quote, urlsplit

import httpx2
import openai
import orjson

from trajgym.errors import TeacherUnavailable, TrajgymError
from trajgym.generators.direct_http import http_client

REDACTED = "[redacted]"
NO_KEY = "none"
"""Sent to servers other than OpenAI's when no key is set: the package wants one, local servers ignore it."""
_SHORTEST_SECRET = 6
"""Shorter values are placeholders; taking them out would take letters out of words."""
OPENAI = "https://api.openai.com/v1"


def open_client(base_url: str | None, api_key: str | None, concurrency: int, read_s: float) -> openai.AsyncOpenAI:
    """The package's client, which reads OPENAI_API_KEY, OPENAI_BASE_URL and the rest of its environment itself.

    Raises `TeacherUnavailable` when no key is set for OpenAI's own server, `TrajgymError` for an address that is none.
    """
    address = base_url or os.environ.get("OPENAI_BASE_URL") or None
    key = api_key or os.environ.get("OPENAI_API_KEY") or None
    if address is not None:
        _check(address)
    if key is None:
        if address is None or is_openai(address):
            raise TeacherUnavailable(
                "No API key: OPENAI_API_KEY is not set.",
                "Set it, or name a server that needs none with --base-url, or use --teacher scripted.",
            )
        key = NO_KEY
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise TeacherUnavailable(
            "OPENAI_API_KEY holds a blank, a line break or a letter that no key has.", "Set it anew."
        )
    http = http_client(address or OPENAI, concurrency)
    return _OpenAI(api_key=key, base_url=address, max_retries=0, timeout=read_s, http_client=http)


class _OpenAI(openai.AsyncOpenAI):
    """Joins an address once and not for every request, a tenth of a call. Where the package joins elsewhere, it does as it
    always did."""

    def _prepare_url(self, url: str) -> httpx2.URL:
        address = self._joined.get(url)
        if address is None:
            address = self._joined[url] = super()._prepare_url(url)
        return address

    @cached_property
    def _joined(self) -> dict[str, httpx2.URL]:
        return {}


def is_openai(url: str) -> bool:
    """Whether `url` is OpenAI's own server."""
    host = urlsplit(url).hostname or ""
    return host == "openai.com" or host.endswith(".openai.com")


def shown(url: str) -> str:
    """`url` without user, password and query, which may be secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good:
        raise TrajgymError("The base URL is no address.", "It looks like http://127.0.0.1:8000/v1 or https://host/v1.")
    if "@" in parts.netloc:
        raise TrajgymError("The base URL holds a user name.", "Give the key in OPENAI_API_KEY instead.")


class Redactor:
    """Takes secrets out of words and bytes: by value, as they are and as JSON, a URL or base64 would write them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms: set[str] = set()
        for secret in secrets:
            if len(secret) >= _SHORTEST_SECRET:
                forms |= {secret, quote(secret, safe=""), orjson.dumps(secret).decode()[1:-1]}
                forms.add(base64.b64encode(secret.encode()).decode().rstrip("="))
        self._words = sorted(forms, key=len, reverse=True)
        self._bytes = [word.encode() for word in self._words]

    @classmethod
    def of(cls, client: openai.AsyncOpenAI) -> Redactor:
        """For the keys of `client`, the query of its address, and header values from the environment."""
        secrets = [client.api_key, client.admin_api_key or "", client.webhook_secret or ""]
        secrets += [value for _, value in parse_qsl(urlsplit(str(client.base_url)).query)]
        for line in os.environ.get("OPENAI_CUSTOM_HEADERS", "").split("\n"):
            secrets.append(line.partition(":")[2].strip())
        return cls(secrets)

    def text(self, words: str) -> str:
        for secret in self._words:
            if secret in words:
                words = words.replace(secret, REDACTED)
        return words

    def body(self, body: bytes) -> bytes:
        for secret in self._bytes:
            if secret in body:
                body = body.replace(secret, REDACTED.encode())
        return body
