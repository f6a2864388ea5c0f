"""The gateway: what the agent sees of the servers."""

from __future__ import annotations

from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.mcp_workbench import wire
from trajgym.gym_envs.mcp_workbench.servers import READS, SERVERS
from trajgym.gym_envs.wishes import schema, text
from trajgym.gym_envs.world import Tool


def _servers(state: Backend, args: dict[str, Any]) -> Any:
    return {"servers": [{"name": name, "about": about} for name, about in SERVERS.items()]}


def _tools(state: Backend, args: dict[str, Any]) -> Any:
    wire.require(args["server"])
    return {"tools": wire.MEMORY.tools(args["server"])}


def _read(state: Backend, args: dict[str, Any]) -> Any:
    if args["tool"] not in READS:
        raise ToolFailure("not_allowed", f"{args['tool']} is no tool that only reads: use mcp_call.")
    return wire.call(state, args["server"], args["tool"], args["arguments"])


def _call(state: Backend, args: dict[str, Any]) -> Any:
    if args["tool"] in READS:
        raise ToolFailure("not_allowed", f"{args['tool']} only reads: use mcp_read.")
    if args["tool"] in (wire.LOAD, wire.SAVE):
        raise ToolFailure("not_allowed", f"There is no tool {args['tool']}.")
    return wire.call(state, args["server"], args["tool"], args["arguments"])


def _resource(state: Backend, args: dict[str, Any]) -> Any:
    wire.require(args["server"])
    if (args["server"], args["uri"]) != ("issues", "issues://duty"):
        raise ToolFailure("not_found", f"{args['server']} has no resource {args['uri']}.")
    return {"uri": args["uri"], "text": wire.MEMORY.resource(state, args["server"], args["uri"])}


_SERVER = text("Name of a connected server.")
_TOOL = text("Name of the tool, as the server lists it.")
_ARGUMENTS = {"type": "object", "description": "Its arguments, as its inputSchema says."}
_KINDS = {"server": "reference", "tool": "reference", "arguments": "value"}

TOOLS = (
    Tool("mcp_list_servers", "The connected MCP servers.", schema(), "read", {}, _servers),
    Tool("mcp_list_tools", "The tools of a server (tools/list).", schema(server=_SERVER), "read", {"server": "reference"}, _tools),
    Tool("mcp_read", "Call a tool of a server that is marked readOnly (tools/call).", schema(server=_SERVER, tool=_TOOL, arguments=_ARGUMENTS),
         "read", _KINDS, _read, free=False),
    Tool("mcp_call", "Call a tool of a server that changes something (tools/call).", schema(server=_SERVER, tool=_TOOL, arguments=_ARGUMENTS),
         "write", _KINDS, _call),
    Tool("mcp_read_resource", "Read a resource of a server (resources/read).", schema(server=_SERVER, uri=text("Address of the resource.")),
         "read", {"server": "reference", "uri": "text"}, _resource),
)  # fmt: skip


def _closed(state: Backend, args: dict[str, Any]) -> Any:
    raise ToolFailure("not_allowed", "That is left to whoever runs the gateway.")


DISTRACTORS = tuple(
    Tool(name, words, schema(server=_SERVER), "write", {"server": "reference"}, _closed)
    for name, words in (
        ("mcp_restart_server", "Restart a server."), ("mcp_disconnect", "Disconnect a server."), ("mcp_subscribe", "Be told when a server's tools change."),
        ("mcp_set_log_level", "Have a server log more."), ("mcp_clear_cache", "Forget what a server has answered."), ("mcp_export_log", "Send a server's log out."),
        ("mcp_get_prompt", "Store a server's prompt for later."), ("mcp_pin_version", "Keep a server at its version."),
    )
)  # fmt: skip
