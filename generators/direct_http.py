"""The `http_client` we give to `openai.AsyncOpenAI`: straight from its request to aiohttp and back.

The package's own aiohttp client goes through all of httpx for each request (redirects, cookies, authentication flows,
three URL parses), which is half of what a call costs. An API needs none of it. Everything the package does itself, headers
and keys and errors among it, stays as it is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx2
import openai

CONNECT_S = 10.0
_KEEP_ALIVE_S = 30.0

_parsed = lru_cache(maxsize=64)(httpx2.URL)


def http_client(address: str, concurrency: int) -> httpx2.AsyncClient:
    """For `concurrency` calls at once to `address`; behind a proxy, which httpx knows all about, the package's own."""
    # Both limits are named: none would mean aiohttp's 100, the package's default is 1000, both without a word.
    limits = httpx2.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
    parts = urlsplit(address)
    if parts.scheme in getproxies() and not proxy_bypass(parts.hostname or ""):
        # a redirected POST arrives as a GET, or elsewhere with our words in it
        return openai.DefaultAioHttpClient(limits=limits, follow_redirects=False)
    return DirectClient(limits, secure=parts.scheme == "https")


class DirectClient(httpx2.AsyncClient):
    """An httpx client for whole requests and whole answers; no redirects, no cookies, no proxies. Deadlines are the
    caller's, but for the connection, which may take `CONNECT_S` seconds."""

    def __init__(self, limits: httpx2.Limits, secure: bool) -> None:
        # the base class would load all certificates for a transport that is never used
        super().__init__(transport=httpx2.AsyncBaseTransport(), timeout=None)
        self._limits = limits
        self._ssl = httpx2.create_ssl_context() if secure else True
        self._session: aiohttp.ClientSession | None = None

    def build_request(self, method: str, url: httpx2.URL | str, **parts: Any) -> httpx2.Request:
        body = parts.get("content")
        if not isinstance(url, str) or not isinstance(body, bytes) or parts.get("params"):
            return super().build_request(method, url, **parts)
        # given as a stream, since `content` is analysed and copied
        return httpx2.Request(method, _parsed(url), headers=parts["headers"], stream=httpx2.ByteStream(body))

    async def send(self, request: httpx2.Request, **how: Any) -> httpx2.Response:
        """The whole answer to `request`. Raises what aiohttp raises."""
        session = self._session or self._open()
        async with session.request(
            request.method,
            str(request.url),
            headers=request.headers,
            data=request.read() or None,
            allow_redirects=False,
        ) as answer:
            body = await answer.read()
        return httpx2.Response(answer.status, headers=answer.raw_headers, content=body, request=request)

    def _open(self) -> aiohttp.ClientSession:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._limits.max_connections or 0, ssl=self._ssl, keepalive_timeout=_KEEP_ALIVE_S
            ),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # httpx does, by the same headers
        )
        return self._session

    async def aclose(self) -> None:
        if self._session:
            await self._session.close()
        await super().aclose()
