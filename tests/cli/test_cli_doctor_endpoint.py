"""`trajgym doctor --teacher openai` against real servers, good and bad."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

Command = Callable[..., Any]

MODELS = b'{"object": "list", "data": [{"id": "good-model", "object": "model", "created": 0, "owned_by": "us"}]}'


@contextmanager
def serving(status: int, body: bytes) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch, trajgym: Command) -> str:
    monkeypatch.setenv("OPENAI_API_KEY", "canary-key")
    return "canary-key"


def test_a_good_endpoint(trajgym: Command, key: str) -> None:
    with serving(200, MODELS) as url:
        ran = trajgym("doctor", "--teacher", "openai", "--base-url", url, "--model", "good-model")
    assert ran.code == 0, ran.err
    assert "serves 1 models" in ran.out
    assert key not in ran.out + ran.err


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, MODELS, "has no model 'god-model'"),
        (401, b'{"error": {"message": "bad key canary-key"}}', "HTTP 401"),
        (200, b"<html>hello</html>", "no OpenAI-compatible server"),
        (200, b"[]", "no OpenAI-compatible server"),
        (200, b'{"data": null}', "lists no models"),
        (500, b"oops", "HTTP 500"),
    ],
)
def test_a_bad_endpoint(trajgym: Command, key: str, status: int, body: bytes, said: str) -> None:
    with serving(status, body) as url:
        ran = trajgym("doctor", "--teacher", "openai", "--base-url", url, "--model", "god-model")
    assert ran.code == 4, ran.err
    assert said in ran.err
    assert key not in ran.out + ran.err


def test_nobody_there(trajgym: Command, key: str) -> None:
    with serving(200, MODELS) as url:
        pass
    ran = trajgym("doctor", "--teacher", "openai", "--base-url", url)
    assert ran.code == 4
    assert url in ran.err
