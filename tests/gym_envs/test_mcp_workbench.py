"""mcp_workbench: the servers really speak MCP, in memory and over stdio, and both ways come to the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.mcp_workbench import WORLD
from trajgym.gym_envs.mcp_workbench.servers import READS, SERVERS
from trajgym.gym_envs.mcp_workbench.wire import MEMORY, Workbench
from trajgym.gym_envs.tasks import make_task


@pytest.fixture
def state() -> Iterator[Backend]:
    backend = WORLD.house(2, 3)
    yield backend
    backend.close()


def run(state: Backend, name: str, **args: Any) -> Any:
    tool = WORLD.tool_map[name]
    assert tool.complaint(args) == ""
    state.clock += 1
    return tool.run(state, args)


def first(state: Backend, sql: str) -> Any:
    return next(iter(state.rows(f"{sql} ORDER BY id LIMIT 1")[0].values()))


def work(state: Backend) -> list[Any]:
    """A bit of everything, failures too."""
    note, key = first(state, "SELECT id FROM notes"), first(state, "SELECT id FROM store")
    issue = first(state, "SELECT id FROM issues WHERE archived = 0")
    answers: list[Any] = []
    for name, server, tool, arguments in (
        ("mcp_read", "notes", "read_note", {"note": note}),
        ("mcp_call", "notes", "append_line", {"note": note, "line": "one"}),
        ("mcp_call", "notes", "append_line", {"note": note, "line": "two"}),
        ("mcp_read", "notes", "read_note", {"note": note}),
        ("mcp_call", "store", "set_value", {"key": key, "value": 7}),
        ("mcp_read", "store", "get_value", {"key": key}),
        ("mcp_read", "store", "get_value", {"key": "no.key"}),
        ("mcp_call", "store", "set_value", {"key": key, "value": "many"}),
        ("mcp_call", "store", "no_tool", {}),
        ("mcp_call", "issues", "assign_issue", {"issue": issue, "person": "Ada"}),
        ("mcp_read", "calc", "add", {"numbers": [1, 2, 39]}),
    ):
        try:
            answers.append(run(state, name, server=server, tool=tool, arguments=arguments))
        except ToolFailure as failure:
            answers.append((failure.code, failure.message))
    answers.append(run(state, "mcp_read_resource", server="issues", uri="issues://duty"))
    return answers


def test_both_ways_come_to_the_same() -> None:
    found = []
    for stdio in (False, True):
        state = WORLD.house(2, 3)
        state.stdio = stdio
        state.plant("notes", first(state, "SELECT id FROM notes"), "text", "planted words")
        answers = work(state)
        found.append((answers, state.digest(), state.snapshot()))
        undo = state.fork()
        run(
            state, "mcp_call", server="notes", tool="append_line", arguments={"note": answers[0]["id"], "line": "trial"}
        )
        undo()
        assert (
            run(state, "mcp_read", server="notes", tool="read_note", arguments={"note": answers[0]["id"]}) == answers[3]
        )
        state.close()
    assert found[0] == found[1]
    assert found[0][0][0]["text"] == "planted words"
    assert found[0][0][6][0] == "not_found"


def test_processes_end_with_their_episode() -> None:
    before = len(psutil.Process().children(recursive=True))
    state = WORLD.house(0, 0)
    state.stdio = True
    run(state, "mcp_read", server="calc", tool="add", arguments={"numbers": [1]})
    assert len(psutil.Process().children(recursive=True)) > before
    state.close()
    assert len(psutil.Process().children(recursive=True)) == before


def test_planning_starts_no_process() -> None:
    state = WORLD.house(0, 0)
    state.stdio = True
    WORLD.tool_map["mcp_read"].run(state, {"server": "calc", "tool": "add", "arguments": {"numbers": [2, 3]}})
    assert isinstance(state, Workbench)
    assert not state._processes
    state.close()


def test_a_snapshot_is_the_same_database_again(state: Backend) -> None:
    work(state)
    other = WORLD.house(2, 3)
    other.restore(state.snapshot())
    assert other.digest() == state.digest()
    other.close()


def test_what_reads_and_what_writes_is_what_the_servers_say() -> None:
    listed = {tool["name"]: tool for server in SERVERS for tool in MEMORY.tools(server)}
    assert {name for name, tool in listed.items() if tool["readOnly"]} == READS
    assert listed["set_value"]["inputSchema"]["required"] == ["key", "value"]


@pytest.mark.parametrize(
    ("name", "args", "code"),
    [
        ("mcp_list_tools", {"server": "nowhere"}, "not_found"),
        ("mcp_read", {"server": "store", "tool": "set_value", "arguments": {}}, "not_allowed"),
        ("mcp_call", {"server": "store", "tool": "get_value", "arguments": {}}, "not_allowed"),
        ("mcp_read_resource", {"server": "notes", "uri": "issues://duty"}, "not_found"),
        ("mcp_call", {"server": "notes", "tool": "workbench_load", "arguments": {}}, "not_allowed"),
    ],
)
def test_what_the_gateway_refuses(state: Backend, name: str, args: dict[str, Any], code: str) -> None:
    for stdio in (False, True):
        assert isinstance(state, Workbench)
        state.stdio = stdio
        with pytest.raises(ToolFailure) as caught:
            run(state, name, **args)
        assert caught.value.code == code


def test_an_archived_issue_is_refused_by_the_server(state: Backend) -> None:
    issue = first(state, "SELECT id FROM issues WHERE archived = 1")
    with pytest.raises(ToolFailure) as caught:
        run(state, "mcp_call", server="issues", tool="assign_issue", arguments={"issue": issue, "person": "Ada"})
    assert caught.value.code == "not_allowed"


def test_some_tasks_are_over_stdio_and_say_so() -> None:
    ways = [make_task(WORLD, 0, index).tool_view["transport"] for index in range(1000)]
    assert set(ways) == {"memory", "stdio"}
    assert 2 <= ways.count("stdio") <= 30
