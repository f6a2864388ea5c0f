"""The servers: real MCP servers whose tools work on the database of the episode that calls.

In memory they serve the whole process, one call at a time, each for the `Desk` whose state is set; over stdio a process of its
own has one (see `trajgym.gym_envs.mcp_workbench.wire`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.wishes import row_id

if TYPE_CHECKING:
    from mcp.server import MCPServer

SERVERS = {
    "notes": "Notes of the house, by tag.",
    "store": "Numbers under keys such as boiler.limit; keys that begin with locked. are not to be changed.",
    "issues": "What is to be done, and who does it. issues://duty says who is on duty.",
    "calc": "Exact sums and products.",
}
"""Name -> what the server says about itself."""

SCHEMA = """
CREATE TABLE notes (id TEXT PRIMARY KEY, title TEXT, tag TEXT, lines INTEGER, text TEXT);
CREATE TABLE added (id TEXT PRIMARY KEY, note TEXT, line TEXT);
CREATE TABLE store (id TEXT PRIMARY KEY, value INTEGER);
CREATE TABLE issues (id TEXT PRIMARY KEY, title TEXT, assignee TEXT, points INTEGER, archived INTEGER);
CREATE TABLE duty (id TEXT PRIMARY KEY, person TEXT);
CREATE TABLE wire (id TEXT PRIMARY KEY, level INTEGER, backend INTEGER);
"""


class Desk:
    """Whose database the tools work on."""

    state: Backend


def _row(desk: Desk, table: str, id: str, what: str) -> Row:
    from mcp.server.mcpserver.exceptions import ToolError

    row = desk.state.get(table, id)
    if row is None:
        raise ToolError(f"[not_found] There is no {what} {id}.")
    return row


def _tool(server: MCPServer, reads: bool) -> Callable[[Callable[..., Any]], Any]:
    from mcp_types import ToolAnnotations

    return server.tool(annotations=ToolAnnotations(read_only_hint=reads), structured_output=False)


def _added(desk: Desk, note: str) -> list[str]:
    """The lines that were written under a note."""
    return [row["line"] for row in desk.state.rows("SELECT line FROM added WHERE note = ? ORDER BY rowid", note)]


def _notes(server: MCPServer, desk: Desk) -> None:
    @_tool(server, True)
    async def list_notes(tag: str) -> list[dict[str, Any]]:
        """Ids and titles of the notes with a tag."""
        return desk.state.rows("SELECT id, title FROM notes WHERE tag = ? ORDER BY id", tag)

    @_tool(server, True)
    async def read_note(note: str) -> dict[str, Any]:
        """A note by its id."""
        row = _row(desk, "notes", note, "note")
        added = _added(desk, note)
        return {**row, "lines": row["lines"] + len(added), "text": "\n".join([row["text"], *added])}

    @_tool(server, False)
    async def append_line(note: str, line: str) -> dict[str, Any]:
        """Write one more line under a note."""
        row = _row(desk, "notes", note, "note")
        desk.state.insert(
            "added", {"id": row_id(note, line, _added(desk, note).count(line)), "note": note, "line": line}
        )
        return {"note": note, "lines": row["lines"] + len(_added(desk, note))}

    @_tool(server, False)
    async def delete_note(note: str) -> dict[str, Any]:
        """Throw a note away."""
        _row(desk, "notes", note, "note")
        desk.state.delete("notes", note)
        return {"note": note, "deleted": True}


def _store(server: MCPServer, desk: Desk) -> None:
    @_tool(server, True)
    async def list_keys(prefix: str) -> dict[str, Any]:
        """The keys that begin with a prefix."""
        rows = desk.state.rows("SELECT id FROM store WHERE id LIKE ? || '%' ORDER BY id", prefix)
        return {"keys": [row["id"] for row in rows]}

    @_tool(server, True)
    async def get_value(key: str) -> dict[str, Any]:
        """The number under a key."""
        row = _row(desk, "store", key, "key")
        return {"key": key, "value": row["value"]}

    @_tool(server, False)
    async def set_value(key: str, value: int) -> dict[str, Any]:
        """Put another number under a key."""
        _row(desk, "store", key, "key")
        desk.state.update("store", key, value=value)
        return {"key": key, "value": value}


def _issues(server: MCPServer, desk: Desk) -> None:
    @_tool(server, True)
    async def show_issue(issue: str) -> dict[str, Any]:
        """An issue by its id."""
        row = _row(desk, "issues", issue, "issue")
        return {**row, "archived": bool(row["archived"])}

    @_tool(server, False)
    async def assign_issue(issue: str, person: str) -> dict[str, Any]:
        """Give an issue to a person."""
        from mcp.server.mcpserver.exceptions import ToolError

        if _row(desk, "issues", issue, "issue")["archived"]:
            raise ToolError(f"[not_allowed] The issue {issue} is archived.")
        desk.state.update("issues", issue, assignee=person)
        return {"issue": issue, "assignee": person}

    @server.resource("issues://duty")
    async def duty() -> str:
        """Who is on duty."""
        return str(_row(desk, "duty", "today", "duty")["person"])


def _calc(server: MCPServer, desk: Desk) -> None:
    @_tool(server, True)
    async def add(numbers: list[int]) -> dict[str, Any]:
        """The sum of some numbers."""
        return {"result": sum(numbers)}

    @_tool(server, True)
    async def multiply(a: int, b: int) -> dict[str, Any]:
        """The product of two numbers."""
        return {"result": a * b}


_TOOLS = {"notes": _notes, "store": _store, "issues": _issues, "calc": _calc}
READS = frozenset({"list_notes", "read_note", "list_keys", "get_value", "show_issue", "add", "multiply"})
"""Tools that say of themselves that they only read."""


def make(name: str, desk: Desk) -> MCPServer:
    """The server called `name`, whose tools work on the desk's state."""
    from mcp.server import MCPServer

    handlers, level = logging.root.handlers[:], logging.root.level
    server = MCPServer(name, instructions=SERVERS[name], log_level="CRITICAL")
    logging.root.handlers[:] = handlers  # it sets up the whole process's logging
    logging.root.setLevel(level)
    _TOOLS[name](server, desk)
    return server
