"""A chat-completions server on the loopback interface, with a scripted model behind it.

It speaks ``POST /v1/chat/completions`` (not streaming) and ``GET /v1/models`` over HTTP/1.1 with keep-alive, waits as long
as a real model would, does wrong what its plan says, and counts every request, so that a test can say how often something
was asked. In a test, a thread: ``with Loopback(echo) as server: ... server.base_url``. In a benchmark, its own process:
``python -m trajgym.testing.loopback --latency 0.5 --jitter 0.5`` prints its base URL and serves until it is ended.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import threading
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import orjson

from trajgym.seeding import Rng
from trajgym.testing.faults import STATUS_KINDS, WIRE_KINDS, Ask, Fault, Plan, spoil

Model = Callable[[dict[str, Any], str], dict[str, Any]]
"""``(request, key) -> assistant message``; `key` is the X-Trajgym-Key header, empty when there is none."""

KEY_HEADER = "x-trajgym-key"
_REASONS = {
    200: "OK",
    302: "Found",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    429: "Too Many Requests",
}


def echo(request: dict[str, Any], key: str) -> dict[str, Any]:
    """Says what was said last."""
    return {"role": "assistant", "content": f"You said: {request['messages'][-1]['content']}"}


def tool_turns(turns: int, arguments: str = "{}") -> Model:
    """Calls the first tool `turns` times, once a message, then says that it is done."""

    def model(request: dict[str, Any], key: str) -> dict[str, Any]:
        done = sum(m["role"] == "assistant" for m in request["messages"])
        if done >= turns or not request.get("tools"):
            return {"role": "assistant", "content": "Done."}
        name = request["tools"][0]["function"]["name"]
        call = {"id": f"call_{done}", "type": "function", "function": {"name": name, "arguments": arguments}}
        return {"role": "assistant", "content": None, "tool_calls": [call]}

    return model


def completion(message: dict[str, Any], model: str, body: bytes) -> dict[str, Any]:
    """A chat completion around `message`; a function of the request's bytes and the message alone."""
    return {
        "id": "chatcmpl-" + hashlib.sha256(body).hexdigest()[:16],
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": message,
                "logprobs": None,
                "finish_reason": "tool_calls" if message.get("tool_calls") else "stop",
            }
        ],
        "usage": usage(len(body) // 4, len(orjson.dumps(message)) // 4),
    }


def usage(prompt: int, completion: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


class Loopback:
    """The server. `latency` in seconds, each request drawing from ``latency * (1 +- jitter)``; `api_key`, when given, must
    be sent; `drip` is the pause in seconds between the bytes of a dripping reply.

    Counters: `requests` (all that asked for a completion), `asked` (digest of key and body -> times), `by_key`, `faults`
    (kind -> times), `in_flight_peak`, `connections`, and `billed` (prompt and completion tokens of answered requests).
    """

    def __init__(
        self,
        model: Model = echo,
        *,
        latency: float = 0.0,
        jitter: float = 0.0,
        faults: Plan | None = None,
        api_key: str | None = None,
        models: tuple[str, ...] = ("scripted",),
        drip: float = 0.05,
        seed: int = 0,
    ) -> None:
        self.model = model
        self.latency = latency
        self.jitter = jitter
        self.plan = faults
        self.api_key = api_key
        self.models = models
        self.drip = drip
        self.requests = 0
        self.connections = 0
        self.in_flight = 0
        self.in_flight_peak = 0
        self.billed = 0
        self.asked: Counter[bytes] = Counter()
        self.by_key: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.port = 0
        self._rng = Rng("loopback latency", seed)
        self._open: set[_Connection] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def start(self, port: int = 0) -> asyncio.Server:
        """Listens on 127.0.0.1 in the running loop; port 0 takes a free one."""
        server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(self), "127.0.0.1", port, backlog=2048
        )
        self.port = server.sockets[0].getsockname()[1]
        return server

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._loop and self._thread:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def _serve(self, ready: threading.Event) -> None:
        self._loop = loop = asyncio.new_event_loop()
        server = loop.run_until_complete(self.start())
        ready.set()
        loop.run_forever()
        server.close()
        for connection in list(self._open):
            connection.abort()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    def delay(self) -> float:
        """Seconds until the next reply is due."""
        return self.latency * (1 + self.jitter * (2 * self._rng.random() - 1)) if self.latency else 0.0

    def count(self, key: str, body: bytes) -> Ask:
        digest = hashlib.sha256(key.encode() + b"\n" + body).digest()
        ask = Ask(self.requests, self.asked[digest], key, body)
        self.requests += 1
        self.asked[digest] += 1
        self.by_key[key] += 1
        self.in_flight += 1
        self.in_flight_peak = max(self.in_flight_peak, self.in_flight)
        return ask

    def answer(self, ask: Ask, fault: Fault | None) -> bytes:
        """The bytes of the HTTP response to `ask`."""
        if fault and fault.kind in STATUS_KINDS:
            status, error = STATUS_KINDS[fault.kind]
            if fault.message:
                error = {**error, "message": fault.message}
            extra = b"" if fault.retry_after is None else b"Retry-After: %g\r\n" % fault.retry_after
            return response(status, orjson.dumps({"error": error}), extra)
        request = orjson.loads(ask.body)
        body = completion(self.model(request, ask.key), request["model"], ask.body)
        self.billed += body["usage"]["total_tokens"]
        if fault is None or fault.kind in WIRE_KINDS:
            return response(200, orjson.dumps(body))
        kind = b"text/html" if fault.kind == "html" else b"application/json"
        return response(200, spoil(fault.kind, body), kind=kind)

    def get(self, path: str) -> bytes:
        if path == "/v1/models":
            listed = [{"id": name, "object": "model", "created": 0, "owned_by": "trajgym"} for name in self.models]
            return response(200, orjson.dumps({"object": "list", "data": listed}))
        if path == "/stats":
            numbers = {
                "requests": self.requests,
                "in_flight_peak": self.in_flight_peak,
                "connections": self.connections,
            }
            return response(200, orjson.dumps(numbers))
        return response(404, b'{"error":{"message":"no such page","code":"not_found"}}')


def response(status: int, body: bytes, extra: bytes = b"", kind: bytes = b"application/json") -> bytes:
    reason = _REASONS.get(status, "Error").encode()
    head = b"HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n" % (status, reason, kind, len(body))
    return head + extra + b"\r\n" + body


class _Connection(asyncio.Protocol):
    """One keep-alive connection: requests come one after another."""

    def __init__(self, server: Loopback) -> None:
        self.server = server
        self.buffer = b""
        self.waiting = False  # a counted request is not answered yet
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.server.connections += 1
        self.server._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self.server._open.discard(self)
        self._settle()

    def abort(self) -> None:
        if self.transport:
            self.transport.abort()

    def _settle(self) -> None:
        if self.waiting:
            self.waiting = False
            self.server.in_flight -= 1

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        first, *lines = self.buffer[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        if len(self.buffer) < end + 4 + length:
            return
        body = self.buffer[end + 4 : end + 4 + length]
        self.buffer = self.buffer[end + 4 + length :]
        method, path, _ = first.split(" ", 2)
        self.handle(method, path.partition("?")[0], headers, body)

    def handle(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        server = self.server
        if method == "GET":
            self.write(server.get(path))
        elif path != "/v1/chat/completions":
            self.write(response(404, b'{"error":{"message":"no such page","code":"not_found"}}'))
        else:
            self.waiting = True
            ask = server.count(headers.get(KEY_HEADER, ""), body)
            fault = server.plan(ask) if server.plan else None
            if server.api_key is not None and headers.get("authorization") != f"Bearer {server.api_key}":
                fault = Fault("unauthorized")
            if fault:
                server.faults[fault.kind] += 1
            delay = server.delay()
            if delay:
                asyncio.get_running_loop().call_later(delay, self.reply, ask, fault)
            else:
                self.reply(ask, fault)

    def reply(self, ask: Ask, fault: Fault | None) -> None:
        if self.transport is None:
            return
        if fault is None or fault.kind not in WIRE_KINDS:
            self.write(self.server.answer(ask, fault))
        elif fault.kind == "drip":
            self.trickle(self.server.answer(ask, fault), 0)
        elif fault.kind == "cut":
            whole = self.server.answer(ask, fault)
            self.transport.write(whole[: len(whole) * 2 // 3])
            self.transport.close()
        elif fault.kind == "disconnect":
            self.transport.close()
        elif fault.kind == "garbage":
            self.transport.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
            self.transport.close()
        elif fault.kind == "redirect":
            self.write(response(302, b"", b"Location: http://127.0.0.1:9/v1/chat/completions\r\n"))

    def write(self, data: bytes) -> None:
        self._settle()
        if self.transport:
            self.transport.write(data)

    def trickle(self, data: bytes, at: int) -> None:
        if self.transport is None or at >= len(data):
            self._settle()
            return
        self.transport.write(data[at : at + 1])
        asyncio.get_running_loop().call_later(self.server.drip, self.trickle, data, at + 1)


def main() -> None:
    """Serves until the process is ended; the first line on stdout is the base URL."""
    parser = argparse.ArgumentParser(description="A chat-completions server with a scripted model.")
    parser.add_argument(
        "--turns", type=int, default=0, help="tool calls before the last words; 0 repeats what was said"
    )
    parser.add_argument("--latency", type=float, default=0.0, help="seconds")
    parser.add_argument("--jitter", type=float, default=0.0, help="share of the latency, both ways")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()

    async def serve() -> None:
        model = tool_turns(options.turns) if options.turns else echo
        loopback = Loopback(model, latency=options.latency, jitter=options.jitter)
        server = await loopback.start(options.port)
        print(loopback.base_url, flush=True)
        await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
