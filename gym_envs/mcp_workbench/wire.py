"""How the gateway reaches the servers: in memory, or over stdio with a process for each server and episode.

A process has a database of its own, built from the same seed. Before a call it is brought to where the episode's is, after the
call the episode's is brought to where it is: so snapshots, forks and digests are the same whichever way a call goes.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from trajgym.gym_envs.backend import Backend, Pool
from trajgym.gym_envs.database import Database
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.foreign.hub import HUB
from trajgym.gym_envs.foreign.mcp_server import Process, read_result
from trajgym.gym_envs.mcp_workbench.servers import SERVERS, Desk, make

if TYPE_CHECKING:
    from mcp import Client

_ANSWER_S = 30.0
LOAD, SAVE = "workbench_load", "workbench_save"
"""Tools of a server process that the agent never hears of."""


class Workbench(Backend):
    """An episode's database, and the server processes that it has started."""

    __slots__ = ("_processes", "stdio")

    def __init__(self, database: Database, base: str, pool: Pool) -> None:
        super().__init__(database, base, pool)
        self.stdio = False
        self._processes: dict[str, Process] = {}

    def process(self, server: str) -> Process:
        """The process of `server`, started when it is first needed, and brought to where this database is."""
        if server not in self._processes:
            place = self.rows("SELECT * FROM wire ORDER BY id")[0]
            command = [sys.executable, "-m", "trajgym.gym_envs.mcp_workbench.serve", server]
            self._processes[server] = Process([*command, str(place["level"]), str(place["backend"])], {})
        process = self._processes[server]
        planted = [(table, id, column, (self.get(table, id) or {})[column]) for table, id, column in self._planted]
        process.call(LOAD, {"snapshot": self.snapshot().decode(), "planted": planted})
        return process

    def close(self) -> None:
        for process in self._processes.values():
            process.close()
        self._processes = {}
        super().close()


class Memory:
    """The servers of this process. One call at a time: all work on one desk."""

    def __init__(self) -> None:
        self._desk = Desk()
        self._lock = threading.Lock()
        self._clients: dict[str, Future[Client]] = {}

    def call(self, state: Backend, server: str, tool: str, args: dict[str, Any]) -> Any:
        with self._lock:
            self._desk.state = state
            return read_result(HUB.start(self._client(server).call_tool(tool, args)).result(_ANSWER_S))

    def tools(self, server: str) -> list[dict[str, Any]]:
        with self._lock:
            page = HUB.start(self._client(server).list_tools()).result(_ANSWER_S)
        return [
            {
                "name": tool.name,
                "description": tool.description,
                "inputSchema": tool.input_schema,
                "readOnly": bool(tool.annotations and tool.annotations.read_only_hint),
            }
            for tool in page.tools
        ]

    def resource(self, state: Backend, server: str, uri: str) -> str:
        with self._lock:
            self._desk.state = state
            result = HUB.start(self._client(server).read_resource(uri)).result(_ANSWER_S)
        return "\n".join(getattr(part, "text", "") for part in result.contents)

    def _client(self, server: str) -> Client:
        if server not in self._clients:
            ready: Future[Client] = Future()
            HUB.start(_keep(server, self._desk, ready))
            self._clients[server] = ready
        return self._clients[server].result(_ANSWER_S)


async def _keep(server: str, desk: Desk, ready: Future[Client]) -> None:
    """Hold a client of the server in memory for as long as the process lives."""
    from mcp import Client

    async with Client(make(server, desk), cache=None) as client:
        ready.set_result(client)
        await asyncio.Event().wait()


MEMORY = Memory()


def call(state: Backend, server: str, tool: str, args: dict[str, Any]) -> Any:
    """Call a tool of a server the way this episode reaches it. Raises ToolFailure as the server says.

    What is called before the episode's first turn is planning, which needs no process."""
    require(server)
    try:
        if not (isinstance(state, Workbench) and state.stdio and state.clock):
            return MEMORY.call(state, server, tool, args)
        process = state.process(server)
        result = process.call(tool, args)
        clock = state.clock
        state.restore(process.call(SAVE, {})["snapshot"].encode())
        state.clock = clock
        return result
    except ToolFailure as failure:
        raise _named(failure) from None


def require(server: str) -> None:
    if server not in SERVERS:
        raise ToolFailure("not_found", f"There is no server {server}. Connected: {', '.join(SERVERS)}.")


def _named(failure: ToolFailure) -> ToolFailure:
    """The failure by the code in brackets that our servers put before their words."""
    _, bracket, rest = failure.message.partition("[")
    code, closing, words = rest.partition("] ")
    if bracket and closing and code.replace("_", "").isalpha():
        return ToolFailure(code, words)
    return ToolFailure("invalid" if failure.code == "tool_error" else failure.code, failure.message)
