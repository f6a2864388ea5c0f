"""Real MCP servers over stdio: a server is written on the spot, started, called, and must leave nothing behind."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

import trajgym
from trajgym.errors import NothingKept, TrajgymError
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.foreign import mcp_server
from trajgym.gym_envs.foreign.mcp_server import McpServer

SERVER = '''
import os, subprocess, sys, time
from pathlib import Path
from mcp.server import MCPServer
from mcp_types import ToolAnnotations

server = MCPServer("notes", instructions="Notes live in files.")

@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def read(path: str) -> str:
    """Read a note."""
    return Path(path).read_text()

@server.tool()
def write(path: str, text: str) -> dict[str, str]:
    """Write a note."""
    Path(path).write_text(text)
    return {"path": str(Path(path).resolve())}

@server.tool(name="odd.name")
def odd() -> list[str]:
    """What this server can see."""
    return sorted(os.environ)

@server.tool()
def sleep() -> str:
    """Never answers."""
    time.sleep(60)
    return ""

@server.tool()
def die() -> str:
    """Ends the server."""
    os._exit(3)

@server.tool()
def spawn() -> int:
    """Start a process that would outlive the server."""
    return subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).pid

@server.tool()
def now() -> str:
    """Something that is never the same twice."""
    return str(time.monotonic_ns())

server.run("stdio")
'''


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> McpServer:
    script = tmp_path_factory.mktemp("server") / "notes.py"
    script.write_text(SERVER)
    return McpServer(f"{sys.executable} {script}")


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No process and no folder stays behind. (Of this test's: others may be at work beside it.)"""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(Path(tempfile.gettempdir()).glob("trajgym-mcp-*")), {p.pid for p in psutil.Process().children(True)}
    yield
    after = set(Path(tempfile.gettempdir()).glob("trajgym-mcp-*")), {p.pid for p in psutil.Process().children(True)}
    assert after == before


def test_its_tools_are_listed_with_schemas_and_what_they_do(server: McpServer) -> None:
    tools = {tool.name: tool for tool in server.tools}
    assert set(tools) == {"read", "write", "odd_name", "sleep", "die", "spawn", "now"}
    assert tools["read"].reads
    assert not tools["write"].reads
    assert tools["write"].parameters["required"] == ["path", "text"]
    assert server.instructions == "Notes live in files."


def test_the_server_sees_nothing_of_ours(server: McpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    session = server.open({})
    seen = session.call("odd_name", {})
    session.close()
    assert "OPENAI_API_KEY" not in str(seen)
    assert "PATH" in str(seen)  # the check can find what is there


def test_no_state_goes_from_one_session_to_the_next(server: McpServer) -> None:
    first, second = server.open({"given.txt": "hello"}), server.open({})
    assert first.call("read", {"path": "given.txt"}) == "hello"
    assert first.call("write", {"path": "own.txt", "text": "x"}) == {"path": "/workspace/own.txt"}
    assert first.call("read", {"path": "/workspace/own.txt"}) == "x"
    with pytest.raises(ToolFailure):
        second.call("read", {"path": "own.txt"})
    first.close()
    second.close()
    second.close()  # harmless


def test_a_server_that_does_not_answer_is_a_timeout(server: McpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_server, "ANSWER_S", 0.5)
    session = server.open({})
    with pytest.raises(ToolFailure) as caught:
        session.call("sleep", {})
    session.close()
    assert caught.value.code == "timeout"


def test_a_server_that_dies_is_told(server: McpServer) -> None:
    session = server.open({})
    with pytest.raises(ToolFailure):
        session.call("die", {})
    with pytest.raises(ToolFailure):
        session.call("read", {"path": "x"})
    session.close()


def test_what_a_server_has_started_ends_with_it(server: McpServer) -> None:
    session = server.open({})
    pid = int(session.call("spawn", {}))
    assert psutil.pid_exists(pid)
    process = psutil.Process(pid)
    session.close()
    process.wait(5)  # killed; raises when it lives on


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("no_such_program_at_all", "There is no program"),
        ("", "is empty"),
        ("'", "cannot be read"),
        (f"{sys.executable} -c 'import sys; sys.exit(\"no key for the server\")'", "no key for the server"),
    ],
)
def test_a_wrong_command_is_told_in_a_sentence(command: str, says: str) -> None:
    with pytest.raises(TrajgymError) as caught:
        McpServer(command)
    assert says in str(caught.value)


def tasks(folder: Path, *rows: dict[str, Any]) -> str:
    file = folder / "tasks.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(file)


def test_a_run_over_a_server(server: McpServer, tmp_path: Path) -> None:
    """Generate, filter, export; again, and nothing is left to do; what differs each time is kept only when asked for."""
    write = {"tool": "write", "args": {"path": "a.txt", "text": "milk"}}
    given = tasks(
        tmp_path,
        {"id": "judged", "user": "Note milk in a.txt", "solution": [write],
         "checks": [{"read_back": "read", "args": {"path": "a.txt"}, "contains": "milk"}]},
        {"id": "unjudged", "user": "Note milk in b.txt", "solution": [write]},
        {"id": "clock", "user": "What does the clock say?", "solution": [{"tool": "now"}], "checks": [{"called": "now"}]},
    )  # fmt: skip
    run = trajgym.Run(tmp_path / "run")
    report = run.generate(mcp=server.command, tasks=given, pairs_per_task=0)
    assert (report.asked, report.made, report.rewarded) == (3, 3, 2)
    assert [t.proof for t in run.trajectories()] == ["replayable", "replayable", "recorded"]
    assert run.generate().made == 0
    found = run.filter()
    assert found.kept == 1
    assert found.dropped == {"outcome:unjudged": 1, "proof:recorded": 1}
    run.filter(accept=["unjudged", "recorded"])
    assert {t.task.tool_view["row"]["id"] for t in run.trajectories(kept=True)} == {"judged", "unjudged", "clock"}
    run.export(tmp_path / "out", ["openai_sft"])
    text = "".join(file.read_text() for file in sorted((tmp_path / "out").rglob("*.jsonl")))
    assert "/workspace/a.txt" in text
    assert "trajgym-mcp-" not in text
    assert run.stats().trajectories.kept == 3
    tasks(tmp_path, {"id": "other", "user": "Something else", "solution": [write]})
    with pytest.raises(TrajgymError, match="tasks_sha256"):
        run.generate(mcp=server.command, tasks=given)


def test_only_unjudged_rows_are_nothing_kept(server: McpServer, tmp_path: Path) -> None:
    file = tasks(tmp_path, {"id": "a", "user": "Look", "solution": [{"tool": "odd_name"}]})
    run = trajgym.Run(tmp_path / "run")
    run.generate(mcp=server.command, tasks=file, pairs_per_task=0)
    with pytest.raises(NothingKept):
        run.filter()


def test_the_scripted_teacher_plays_no_task_without_a_solution(server: McpServer, tmp_path: Path) -> None:
    file = tasks(tmp_path, {"id": "a", "user": "Look"})
    with pytest.raises(TrajgymError, match="no solution"):
        trajgym.Run(tmp_path / "run").generate(mcp=server.command, tasks=file)


def test_settings_that_do_not_go_together(tmp_path: Path) -> None:
    for given in ({"mcp": "x"}, {"tasks": "x"}, {"mcp": "x", "tasks": os.devnull, "worlds": ["retail_desk"], "n": 1}):
        with pytest.raises(TrajgymError):
            trajgym.Run(tmp_path / "run").generate(**given)
