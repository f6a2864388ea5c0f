"""The service: a real `http.server` on loopback, one for each process, whose handlers work on the database of the episode that asks.

The client sends a secret word that names the episode; nobody else sees it. A request is answered while its episode waits, so
a database is never used by two threads at once. What could differ from machine to machine (port, date, server) is not shown.
"""

from __future__ import annotations

import atexit
import hashlib
import http.client
import http.server
import os
import secrets
import socket
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.wishes import row_id

PAGE = 4
"""Tickets on a page of a list."""
_EPISODE = "X-Episode"
_TIMEOUT_S = 10.0
STATES = ("open", "doing", "review", "closed")

SCHEMA = """
CREATE TABLE projects (id TEXT PRIMARY KEY, name TEXT, archived INTEGER, hours INTEGER);
CREATE TABLE tickets (id TEXT PRIMARY KEY, project TEXT, title TEXT, status TEXT, points INTEGER, remark TEXT);
CREATE TABLE comments (id TEXT PRIMARY KEY, ticket TEXT, text TEXT);
CREATE TABLE keys (id TEXT PRIMARY KEY, token TEXT);
CREATE INDEX tickets_project ON tickets (project, status);
CREATE INDEX comments_ticket ON comments (ticket);
"""

DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Tracker", "version": "2"},
    "paths": {
        "/projects/{project}": {"get": "one project"},
        "/projects/{project}/report": {"get": "hours booked; answers 429 with Retry-After when it was asked too early"},
        "/tickets": {
            "get": f"tickets of ?project= with ?status=, {PAGE} a page; ?cursor= is the next of the page before"
        },
        "/tickets/{ticket}": {"get": "one ticket", "patch": 'change it: {"status": one of ' + ", ".join(STATES) + "}"},
        "/tickets/{ticket}/comments": {"post": 'add a comment: {"text": ...}; the same idempotency key adds it once'},
    },
    "security": "the token of sign_in goes with every request",
}


class Problem(Exception):
    """An answer that is not 2xx, as problem+json."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.body = {"status": status, "title": title, "detail": detail}


Query = dict[str, str]


def _row(state: Backend, table: str, id: str) -> dict[str, Any]:
    row = state.get(table, id.upper())
    if row is None:
        raise Problem(404, "Not Found", f"There is no {id} among the {table}.")
    return row


def _project(state: Backend, id: str, query: Query, body: Any, key: str) -> Any:
    row = _row(state, "projects", id)
    return {**row, "archived": bool(row["archived"]), "hours": None}


def _report(state: Backend, id: str, query: Query, body: Any, key: str) -> Any:
    row = _row(state, "projects", id)
    if state.clock % 2:
        raise Problem(429, "Too Many Requests", "The report is being made. Retry-After: one request.")
    return {"project": row["id"], "hours": row["hours"]}


def cursor_of(project: str, status: str, page: int) -> str:
    return hashlib.sha256(f"{project}/{status}/{page}".encode()).hexdigest()[:8]


def _list(state: Backend, id: str, query: Query, body: Any, key: str) -> Any:
    project, status = _row(state, "projects", query.get("project", ""))["id"], query.get("status", "open")
    rows = state.rows(
        "SELECT id, title, status, points FROM tickets WHERE project = ? AND status = ? ORDER BY id", project, status
    )
    pages = max(1, -(-len(rows) // PAGE))
    cursors = {cursor_of(project, status, page): page for page in range(1, pages)}
    if query.get("cursor") and query["cursor"] not in cursors:
        raise Problem(400, "Bad Request", "That cursor belongs to no page of this list.")
    page = cursors.get(query.get("cursor", ""), 0)
    following = cursor_of(project, status, page + 1) if page + 1 < pages else None
    return {"items": rows[page * PAGE : (page + 1) * PAGE], "next": following}


def _ticket(state: Backend, id: str, query: Query, body: Any, key: str) -> Any:
    row = _row(state, "tickets", id)
    notes = state.rows("SELECT text FROM comments WHERE ticket = ? ORDER BY id", row["id"])
    found = {name: value for name, value in row.items() if name != "remark" or value}
    return {**found, "archived": bool(_row(state, "projects", row["project"])["archived"]), "comments": len(notes)}


def _changeable(state: Backend, id: str) -> dict[str, Any]:
    row = _row(state, "tickets", id)
    if _row(state, "projects", row["project"])["archived"]:
        raise Problem(403, "Forbidden", f"The project of {row['id']} is archived.")
    return row


def _patch(state: Backend, id: str, query: Query, body: Any, key: str) -> Any:
    row = _changeable(state, id)
    if not isinstance(body, dict) or set(body) != {"status"} or body["status"] not in STATES:
        raise Problem(
            422,
            "Unprocessable Content",
            "The body must have status and nothing else: one of " + ", ".join(STATES) + ".",
        )
    state.update("tickets", row["id"], status=body["status"])
    return {"id": row["id"], "status": body["status"]}


def _comment(state: Backend, id: str, query: Query, body: Any, key: str) -> Any:
    row = _changeable(state, id)
    if not isinstance(body, dict) or set(body) != {"text"} or not isinstance(body["text"], str) or not body["text"]:
        raise Problem(422, "Unprocessable Content", "The body must have a text and nothing else.")
    if not key:
        raise Problem(400, "Bad Request", "A comment needs an idempotency key.")
    if state.get("comments", row_id(row["id"], key)) is None:  # asked again, it stands already
        state.insert("comments", {"id": row_id(row["id"], key), "ticket": row["id"], "text": body["text"]})
    return {"ticket": row["id"], "comment": row_id(row["id"], key)}


Route = Callable[[Backend, str, Query, Any, str], Any]
_ROUTES: dict[tuple[str, str, str], Route] = {
    ("GET", "projects", ""): _project,
    ("GET", "projects", "report"): _report,
    ("GET", "tickets", ""): _ticket,
    ("PATCH", "tickets", ""): _patch,
    ("POST", "tickets", "comments"): _comment,
}


def _answer(state: Backend, method: str, target: str, token: str, key: str, payload: bytes) -> Any:
    """What the service says to a request. Raises `Problem`."""
    if token != (state.get("keys", "service") or {}).get("token"):
        raise Problem(401, "Unauthorized", "The token is missing or wrong; sign in.")
    parts = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    try:
        body = orjson.loads(payload) if payload else None
    except orjson.JSONDecodeError as error:
        raise Problem(400, "Bad Request", "The body is not JSON.") from error
    words = parts.path.strip("/").split("/")
    if method == "GET" and words == ["tickets"]:
        return _list(state, "", query, body, key)
    route = _ROUTES.get((method, words[0], words[2] if len(words) > 2 else "")) if 2 <= len(words) <= 3 else None
    if route is None:
        raise Problem(404, "Not Found", f"Nothing answers {method} {parts.path[:80]}.")
    return route(state, words[1], query, body, key)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    episodes: dict[str, Backend]

    def _handle(self) -> None:
        payload = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        state = self.server.episodes.get(self.headers.get(_EPISODE, ""))  # type: ignore[attr-defined]
        try:
            if state is None:
                raise Problem(403, "Forbidden", "This service is nobody's.")
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, answer = (
                200,
                _answer(state, self.command, self.path, token, self.headers.get("Idempotency-Key", ""), payload),
            )
        except Problem as problem:
            status, answer = problem.status, problem.body
        data = orjson.dumps(answer)
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _handle

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged: a token could stand in it."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    episodes: dict[str, Backend]


class Service:
    """The process's server, started when it is first asked, and connections to it that are kept open.

    A forked child starts a server of its own; the end of the process closes all.
    """

    def __init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._idle: list[http.client.HTTPConnection] = []

    def close(self) -> None:
        """End the server and its connections; the next request starts anew."""
        server, idle = self._server, self._idle
        self._reset()
        for connection in idle:
            connection.close()
        if server is not None:
            server.shutdown()
            server.server_close()

    def _drop_in_child(self) -> None:
        """The thread that serves stayed with the parent, and its connections are the parent's to talk on."""
        for connection in self._idle:
            connection.close()
        if self._server is not None:
            self._server.socket.close()
        self._reset()

    def _start(self) -> _Server:
        with self._lock:
            if self._server is None:
                self._server = _Server(("127.0.0.1", 0), _Handler)
                self._server.episodes = {}
                threading.Thread(
                    target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True, name="tracker"
                ).start()
            return self._server

    def request(
        self, state: Backend, method: str, path: str, query: Query, token: str, key: str, body: Any
    ) -> tuple[int, Any]:
        """(status, body) of one request, over HTTP. Raises OSError when the service does not answer."""
        server = self._start()
        episode = secrets.token_hex(16)  # never exported, so it need not be the same again
        server.episodes[episode] = state
        target = path + ("?" + urlencode(query) if query else "")
        headers = {_EPISODE: episode, "Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
        try:
            return self._exchange(server, method, target, orjson.dumps(body) if body is not None else b"", headers)
        finally:
            del server.episodes[episode]

    def _exchange(
        self, server: _Server, method: str, target: str, payload: bytes, headers: dict[str, str]
    ) -> tuple[int, Any]:
        connection = self._connection(server)
        try:
            connection.request(method, target, payload, headers)
            response = connection.getresponse()
            answer = response.status, orjson.loads(response.read())
        except BaseException:
            connection.close()
            raise
        with self._lock:
            if server is self._server:
                self._idle.append(connection)
                return answer
        connection.close()
        return answer

    def _connection(self, server: _Server) -> http.client.HTTPConnection:
        with self._lock:
            if self._idle and server is self._server:
                return self._idle.pop()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=_TIMEOUT_S)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


SERVICE = Service()
os.register_at_fork(after_in_child=SERVICE._drop_in_child)
atexit.register(SERVICE.close)
