"""MCP servers as sources of tools: a process of its own for each episode, over stdio.

The server gets a folder of its own as home and working directory, and an environment that holds nothing of ours. Its folder
reads `FOLDER` in all that it is told and answers, so that a record does not depend on where it was made. It has a deadline for
each answer, and when the episode ends it ends, with all processes it has started.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shlex
import shutil
import signal
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from trajgym.errors import TrajgymError
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.foreign.hub import HUB
from trajgym.gym_envs.foreign.source import Session, ToolSpec

if TYPE_CHECKING:
    from mcp import Client
    from mcp_types import CallToolResult

FOLDER = "/workspace"
"""How the server's folder reads in the record."""
START_S = 60.0
ANSWER_S = 30.0
"""Seconds that a server may take to start, and for an answer."""
_PATIENCE_S = 5.0
"""Seconds beyond a deadline until the client itself is given up."""
_LONGEST = 50_000
"""Characters of one answer."""
_GROUP = 'echo $$ > "$1"; shift; exec "$@"'
"""Shell: write down the process group, then become the server."""
_PAGES = 50


@lru_cache(maxsize=64)
def served(command: str, name: str) -> McpServer:
    """The server that `command` starts, asked for its tools once in this process."""
    return McpServer(command, name)


class McpServer:
    """The tools of the server that `command` starts. Raises TrajgymError when it cannot be started or lists no tools."""

    def __init__(self, command: str, name: str = "mcp") -> None:
        self.name = name
        self.command = command
        try:
            self._argv = shlex.split(command)
        except ValueError as error:
            raise TrajgymError(
                f"The command {command!r} cannot be read: {error}.", "Quote it as a shell wants it."
            ) from None
        if not self._argv:
            raise TrajgymError(
                "The command of the MCP server is empty.", 'Say for instance --mcp "python -m my_server".'
            )
        found = shutil.which(self._argv[0])
        if found is None:
            raise TrajgymError(
                f"There is no program {self._argv[0]!r}.", "Install the MCP server, or give its full path."
            )
        self._argv[0] = os.path.abspath(found)
        session = Process(self._argv, {})
        try:
            self.instructions, listed = session.describe()
        finally:
            session.close()
        self._names: dict[str, str] = {}
        self.tools = [self._spec(tool) for tool in listed]
        if not self.tools:
            raise TrajgymError(f"The MCP server {command!r} lists no tools.", "Is it the right command?")

    def _spec(self, tool: Any) -> ToolSpec:
        """`tool` as the server lists it, under a name that a chat model may call."""
        name = "".join(
            letter if letter.isascii() and (letter.isalnum() or letter in "_-") else "_" for letter in tool.name
        )
        name = name[:64]
        while name in self._names:
            name = f"{name[:60]}_{len(self._names)}"
        self._names[name] = tool.name
        hints = tool.annotations
        parameters = {"type": "object", "properties": {}, **tool.input_schema}
        parameters.pop("$schema", None)
        return ToolSpec(name, (tool.description or tool.name).strip(), parameters, bool(hints and hints.read_only_hint))

    def open(self, files: Mapping[str, str]) -> Session:
        return _Named(Process(self._argv, files), self._names)

    def __repr__(self) -> str:
        return f"McpServer({self.command!r})"


class _Named:
    """A server's process, its tools called by the names that the agent knows."""

    def __init__(self, process: Process, names: Mapping[str, str]) -> None:
        self._process = process
        self._names = names

    def call(self, name: str, args: dict[str, Any]) -> Any:
        return self._process.call(self._names[name], args)

    def close(self) -> None:
        self._process.close()


class Process:
    """One server process and its folder."""

    def __init__(self, argv: list[str], files: Mapping[str, str]) -> None:
        require_mcp()
        self._base = Path(os.path.realpath(tempfile.mkdtemp(prefix="trajgym-mcp-")))
        self._folder = self._base / "home"
        self._pid_file = self._base / "group"
        self._stop = asyncio.Event()
        self._client: Future[Client] = Future()
        self._closed = threading.Lock()
        try:
            self._lay(files)
            self._life: Future[None] = HUB.start(self._live(argv))
            self._client.result(START_S + _PATIENCE_S)
        except BaseException as error:
            said = self._last_words()
            self.close()
            if isinstance(error, TrajgymError | KeyboardInterrupt):
                raise
            raise TrajgymError(
                f"The MCP server {argv[0]!r} does not start: {said or error or 'no answer'}.", ""
            ) from None

    def _lay(self, files: Mapping[str, str]) -> None:
        self._folder.mkdir()
        for path, text in files.items():
            file = self._folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")

    async def _live(self, argv: list[str]) -> None:
        """Start the server, and stay until it is told to stop."""
        try:
            async with self._connected(argv) as client:
                self._client.set_result(client)
                await self._stop.wait()
                self._kill()
        except BaseException as error:
            self._kill()
            if not self._client.done():
                self._client.set_exception(_innermost(error))
            elif not self._stop.is_set():
                raise

    @contextlib.asynccontextmanager
    async def _connected(self, argv: list[str]) -> AsyncIterator[Client]:
        from mcp import Client
        from mcp.client.stdio import StdioServerParameters, stdio_client

        home = str(self._folder)
        surroundings = {
            "HOME": home, "LOGNAME": "agent", "USER": "agent", "SHELL": "/bin/sh", "TERM": "dumb", "LANG": "C.UTF-8", "TZ": "UTC",
            "TMPDIR": home, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        parameters = StdioServerParameters(
            command="/bin/sh", args=["-c", _GROUP, "sh", str(self._pid_file), *argv], env=surroundings, cwd=home
        )
        with (self._base / "errors").open("w") as errors:
            async with asyncio.timeout(START_S) as patience:
                async with Client(stdio_client(parameters, errlog=errors), mode="legacy", cache=None) as client:
                    patience.reschedule(None)
                    yield client

    def describe(self) -> tuple[str, list[Any]]:
        """What the server says of itself, and its tools."""
        from mcp import MCPError

        async def listed(client: Client) -> tuple[str, list[Any]]:
            tools: list[Any] = []
            cursor: str | None = None
            for _ in range(_PAGES):
                page = await client.list_tools(cursor=cursor)
                tools += page.tools
                cursor = page.next_cursor
                if cursor is None:
                    break
            return client.instructions or "", tools

        try:
            return HUB.start(listed(self._client.result())).result(START_S)
        except (OSError, ValueError, RuntimeError, MCPError, TimeoutError) as error:
            raise TrajgymError(f"The MCP server does not list its tools: {self._last_words() or error}.", "") from None

    def call(self, name: str, args: dict[str, Any]) -> Any:
        """Raises ToolFailure when the server says no, is gone, or does not answer in time."""
        from mcp import MCPError
        from mcp_types import REQUEST_TIMEOUT

        client = self._client.result()
        asked = HUB.start(client.call_tool(name, _there(args, str(self._folder)), read_timeout_seconds=ANSWER_S))
        try:
            result = asked.result(ANSWER_S + _PATIENCE_S)
        except MCPError as error:
            code = "timeout" if error.code == REQUEST_TIMEOUT else "tool_error"
            raise ToolFailure(code, self._here(str(error))) from None
        except Late:
            asked.cancel()
            raise ToolFailure("timeout", f"The server did not answer within {ANSWER_S:.0f} seconds.") from None
        except Exception as error:  # noqa: BLE001  a broken pipe, a closed stream, an answer that is none
            raise ToolFailure("unavailable", f"The server is gone: {type(error).__name__}.") from None
        return read_result(result, self._here)

    def _here(self, text: str) -> str:
        return text.replace(str(self._folder), FOLDER)

    def _last_words(self) -> str:
        """The end of what the server wrote to stderr."""
        with contextlib.suppress(OSError):
            lines = [line.strip() for line in (self._base / "errors").read_text(errors="replace").splitlines()]
            return self._here(next((line for line in reversed(lines) if line), ""))[:300]
        return ""

    def _kill(self) -> None:
        """End the server and all that it has started."""
        with contextlib.suppress(OSError, ValueError):
            os.killpg(int(self._pid_file.read_text()), signal.SIGKILL)

    def close(self) -> None:
        if not self._closed.acquire(blocking=False):
            return
        life = getattr(self, "_life", None)
        if life is not None:
            with contextlib.suppress(RuntimeError):
                HUB.start(_set(self._stop)).result(_PATIENCE_S)
            with contextlib.suppress(Exception):
                life.result(_PATIENCE_S)
        self._kill()
        shutil.rmtree(self._base, ignore_errors=True)


def read_result(result: CallToolResult, here: Callable[[str], str] = str) -> Any:
    """The result of a call as JSON values: structured content, or else its text, as an object or a list where it is one; what
    is no text by its hash. `here` rewords every text. Raises ToolFailure when the result says that it is an error."""
    parts = [_part(block, here) for block in result.content]
    text = "\n".join(part for part in parts if isinstance(part, str))
    if result.is_error:
        raise ToolFailure("tool_error", text or "The tool failed.")
    if any(not isinstance(part, str) for part in parts):
        return parts
    if result.structured_content is not None:  # what is not an object stands under this key
        plain = result.structured_content.keys() == {"result"}
        value = result.structured_content["result"] if plain else result.structured_content
        return orjson.loads(here(orjson.dumps(value).decode()))
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return value if isinstance(value, dict | list) else text


def _part(block: Any, here: Callable[[str], str]) -> Any:
    if block.type == "text":
        text = here(block.text)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} [{len(text) - _LONGEST} characters are cut off]"
    data = getattr(block, "data", None)
    if data is None:
        return orjson.loads(here(block.model_dump_json(by_alias=True, exclude_none=True)))
    return {"type": block.type, "mimeType": block.mime_type, "sha256": hashlib.sha256(data.encode()).hexdigest()}


async def _set(event: asyncio.Event) -> None:
    event.set()


def _there(value: Any, folder: str) -> Any:
    """`value` with the server's true folder in it."""
    if isinstance(value, str):
        return value.replace(FOLDER, folder)
    if isinstance(value, list):
        return [_there(item, folder) for item in value]
    if isinstance(value, dict):
        return {name: _there(item, folder) for name, item in value.items()}
    return value


def _innermost(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


@lru_cache(maxsize=1)
def require_mcp() -> None:
    try:
        import mcp  # noqa: F401
    except ImportError:
        raise TrajgymError("MCP servers need the package mcp.", "Install it: pip install 'trajgym[mcp]'") from None
