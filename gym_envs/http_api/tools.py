"""The agent's tools: they speak HTTP to the service."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import quote

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.http_api.service import DESCRIPTION, SERVICE
from trajgym.gym_envs.wishes import one_of, schema, text
from trajgym.gym_envs.world import Tool

_CODES = {
    400: "invalid",
    401: "unauthorized",
    403: "not_allowed",
    404: "not_found",
    422: "invalid",
    429: "rate_limited",
    503: "unavailable",
}


def _call(state: Backend, method: str, args: dict[str, Any]) -> Any:
    path = quote(args["path"], safe="/")
    query = {name: str(value) for name, value in args.get("query", {}).items()}
    try:
        status, body = SERVICE.request(
            state,
            method,
            path if path.startswith("/") else "/" + path,
            query,
            _header(args["token"]),
            _header(args.get("key", "")),
            args.get("body"),
        )
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise ToolFailure("unavailable", "The service did not answer; nothing was done; try again.") from error
    if status >= 400:
        raise ToolFailure(_CODES.get(status, "invalid"), f"{status} {body['title']}: {body['detail']}")
    return {"status": status, "body": body}


def _header(value: str) -> str:
    """What may stand in a header."""
    return "".join(letter for letter in value if " " < letter < "\x7f")[:200]


def _get(state: Backend, args: dict[str, Any]) -> Any:
    return _call(state, "GET", args)


def _send(state: Backend, args: dict[str, Any]) -> Any:
    return _call(state, args["method"], args)


def _describe(state: Backend, args: dict[str, Any]) -> Any:
    return DESCRIPTION


def _sign_in(state: Backend, args: dict[str, Any]) -> Any:
    row = state.get("keys", "service")
    return {"token": row["token"] if row else ""}


_PATH = text("Path, from / on.", maxLength=200)
_TOKEN = text("The token that sign_in gave.")
_QUERY = {
    "type": "object",
    "additionalProperties": {"type": "string"},
    "description": "Parameters of the query by name.",
}

TOOLS = (
    Tool("get_openapi", "What the service answers to.", schema(), "read", {}, _describe),
    Tool("sign_in", "Get a token.", schema(), "read", {}, _sign_in),
    Tool("http_get", "GET from the service.", schema("query", path=_PATH, token=_TOKEN, query=_QUERY), "read",
         {"path": "choice", "token": "reference", "query": "value"}, _get, free=False),
    Tool("http_send", "Change something in the service.",
         schema("key", "body", method=one_of("The method.", "POST", "PATCH", "PUT", "DELETE"), path=_PATH, token=_TOKEN,
                key=text("Idempotency key."), body={"type": "object", "description": "The JSON body."}), "write",
         {"method": "choice", "path": "choice", "token": "reference", "key": "text", "body": "value"}, _send),
)  # fmt: skip


def _closed(state: Backend, args: dict[str, Any]) -> Any:
    raise ToolFailure("not_allowed", "That is left to the service's owner.")


DISTRACTORS = tuple(
    Tool(name, words, schema(path=_PATH), "write", {"path": "reference"}, _closed)
    for name, words in (
        ("purge_cache", "Empty the cache of a path."), ("create_webhook", "Have changes of a path sent on."), ("export_csv", "Send a list out as CSV."),
        ("rotate_token", "Make all tokens void."), ("mirror_path", "Copy a path to another service."), ("mute_path", "Stop messages about a path."),
        ("watch_path", "Get messages about a path."), ("archive_path", "Put a path into the archive."),
    )
)  # fmt: skip
