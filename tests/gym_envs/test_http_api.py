"""http_api: the service really speaks HTTP, refuses what it must, and belongs to nobody but the episode that asks."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.http_api import WORLD
from trajgym.gym_envs.http_api.service import PAGE, SERVICE
from trajgym.gym_envs.tasks import make_task


@pytest.fixture
def state() -> Iterator[Backend]:
    backend = WORLD.build(make_task(WORLD, 1, 0, 4))
    yield backend
    backend.close()


def run(state: Backend, name: str, **args: Any) -> Any:
    tool = WORLD.tool_map[name]
    assert tool.complaint(args) == ""
    return tool.run(state, args)


def token(state: Backend) -> str:
    return str(run(state, "sign_in")["token"])


def ticket(state: Backend, archived: int = 0) -> str:
    sql = "SELECT t.id FROM tickets t JOIN projects p ON p.id = t.project WHERE p.archived = ? ORDER BY t.id LIMIT 1"
    return str(state.rows(sql, archived)[0]["id"])


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"path": "/projects/PR-1", "token": "wrong"}, "unauthorized"),
        ({"path": "/projects/PR-1", "token": ""}, None),
        ({"path": "/nothing/here/at/all", "token": "TOKEN"}, "not_found"),
        ({"path": "/tickets", "token": "TOKEN", "query": {"project": "PR-1"}}, "not_found"),
        ({"path": "tickets/../../etc/passwd\r\nX: y", "token": "TOKEN"}, "not_found"),
    ],
)
def test_what_get_refuses(state: Backend, args: dict[str, Any], code: str | None) -> None:
    args = {**args, "token": token(state) if args["token"] == "TOKEN" else args["token"]}
    if code is None:
        assert WORLD.tool_map["http_get"].complaint(args)
        return
    with pytest.raises(ToolFailure) as failure:
        run(state, "http_get", **args)
    assert failure.value.code == code


@pytest.mark.parametrize(
    ("method", "body", "key", "code"),
    [
        ("PATCH", {"status": "lost"}, "", "invalid"),
        ("PATCH", {"points": 3}, "", "invalid"),
        ("DELETE", {}, "", "not_found"),
        ("PUT", {"status": "open"}, "", "not_found"),
    ],
)
def test_what_send_refuses(state: Backend, method: str, body: dict[str, Any], key: str, code: str) -> None:
    with pytest.raises(ToolFailure) as failure:
        run(state, "http_send", method=method, path=f"/tickets/{ticket(state)}", token=token(state), body=body)
    assert failure.value.code == code
    assert not state.written


def test_an_archived_project_is_closed(state: Backend) -> None:
    with pytest.raises(ToolFailure) as failure:
        run(
            state,
            "http_send",
            method="PATCH",
            path=f"/tickets/{ticket(state, 1)}",
            token=token(state),
            body={"status": "open"},
        )
    assert failure.value.code == "not_allowed"


def test_the_same_key_adds_a_comment_once(state: Backend) -> None:
    path = f"/tickets/{ticket(state)}/comments"
    for _ in range(3):
        run(state, "http_send", method="POST", path=path, token=token(state), key="k", body={"text": "hello"})
    assert len(state.changes()) == 1
    run(state, "http_send", method="POST", path=path, token=token(state), key="k2", body={"text": "hello"})
    assert len(state.changes()) == 2
    with pytest.raises(ToolFailure, match="idempotency"):
        run(state, "http_send", method="POST", path=path, token=token(state), body={"text": "hello"})


def test_pages_hold_every_ticket_once(state: Backend) -> None:
    project = state.rows("SELECT id FROM projects ORDER BY id LIMIT 1")[0]["id"]
    found: list[str] = []
    query = {"project": project, "status": "open"}
    while True:
        body = run(state, "http_get", path="/tickets", token=token(state), query=query)["body"]
        assert len(body["items"]) <= PAGE
        found += [item["id"] for item in body["items"]]
        if body["next"] is None:
            break
        query = {**query, "cursor": body["next"]}
    rows = state.rows("SELECT id FROM tickets WHERE project = ? AND status = 'open' ORDER BY id", project)
    assert found == [row["id"] for row in rows]
    with pytest.raises(ToolFailure, match="cursor"):
        run(state, "http_get", path="/tickets", token=token(state), query={**query, "cursor": "00000000"})


def test_a_report_that_is_asked_too_early_is_given_later(state: Backend) -> None:
    project = state.rows("SELECT id FROM projects ORDER BY id LIMIT 1")[0]["id"]
    state.clock = 1
    with pytest.raises(ToolFailure, match="Retry-After") as failure:
        run(state, "http_get", path=f"/projects/{project}/report", token=token(state))
    assert failure.value.code == "rate_limited"
    state.clock = 2
    assert run(state, "http_get", path=f"/projects/{project}/report", token=token(state))["body"]["hours"] > 100


def test_it_is_a_real_server_that_answers_nobody_else(state: Backend) -> None:
    """Whoever finds the port without an episode's word gets nothing, whatever the token."""
    run(state, "http_get", path=f"/tickets/{ticket(state)}", token=token(state))
    server = SERVICE._start()
    assert server.server_address[0] == "127.0.0.1"
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)
    connection.request("GET", f"/tickets/{ticket(state)}", headers={"Authorization": f"Bearer {token(state)}"})
    response = connection.getresponse()
    assert response.status == 403
    assert orjson.loads(response.read())["title"] == "Forbidden"
    assert response.getheader("Date") is None
    assert response.getheader("Server") is None
    connection.close()
    assert not server.episodes


def test_the_port_and_the_episodes_word_stand_nowhere() -> None:
    for index in range(20):
        episode = Episode(make_task(WORLD, 33, index))
        need: Any = episode.start()
        while not isinstance(need, Done):
            need = episode.send(episode.oracle())
        text = need.trajectory.encode()
        assert b"127.0.0.1" not in text
        assert str(SERVICE._start().server_address[1]).encode() not in text.replace(b"TK-", b"")
        assert b"X-Episode" not in text


def test_the_episodes_word_cannot_be_guessed(state: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    """No two requests share it, and nothing that can be known of the episode stands in it."""
    seen: list[str] = []

    class Watched(dict[str, Backend]):
        def __setitem__(self, word: str, backend: Backend) -> None:
            seen.append(word)
            super().__setitem__(word, backend)

    monkeypatch.setattr(SERVICE._start(), "episodes", Watched())
    for _ in range(3):
        run(state, "http_get", path=f"/tickets/{ticket(state)}", token=token(state))
    assert len(set(seen)) == 3
    assert all(len(word) == 32 and str(id(state)) not in word for word in seen)


def test_threads_do_not_leave_connections_behind(state: Backend) -> None:
    """A connection goes back to be used again when its thread ends: an unclosed socket would warn, and fail here."""
    args = {"path": f"/tickets/{ticket(state)}", "token": token(state)}
    run(state, "http_get", **args)
    kept = len(SERVICE._idle)
    for _ in range(5):
        thread = threading.Thread(target=run, args=(state, "http_get"), kwargs=args)
        thread.start()
        thread.join()
    assert len(SERVICE._idle) == kept


_FORKED = """
import os
from trajgym.gym_envs.http_api import WORLD
from trajgym.gym_envs.http_api.service import SERVICE
from trajgym.gym_envs.tasks import make_task

state = WORLD.build(make_task(WORLD, 1, 0, 0))
row = state.rows("SELECT id FROM tickets ORDER BY id LIMIT 1")[0]
args = {"path": "/tickets/" + row["id"], "token": state.get("keys", "service")["token"]}
get = WORLD.tool_map["http_get"].run
port = get(state, args)["status"] and SERVICE._start().server_address[1]
child = os.fork()
if child == 0:
    good = get(state, args)["status"] == 200 and SERVICE._start().server_address[1] != port
    os._exit(0 if good else 3)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert get(state, args)["status"] == 200 and SERVICE._start().server_address[1] == port
SERVICE.close()
assert get(state, args)["status"] == 200
state.close()
"""


def test_a_forked_child_has_a_service_of_its_own() -> None:
    """In a process of its own, with unclosed sockets told on stderr: parent and child both go on, and the end is clean."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", _FORKED],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
