"""The bot's tools over its database, and thirty more that no task needs."""

from __future__ import annotations

import hashlib
from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.world import Tool

SCHEMA = """
CREATE TABLE media (id TEXT PRIMARY KEY, title TEXT, kind TEXT, creator TEXT, minutes INTEGER, blurb TEXT);
CREATE TABLE weather (id TEXT PRIMARY KEY, place TEXT, day TEXT, condition TEXT, celsius INTEGER, notice TEXT);
CREATE TABLE facts (id TEXT PRIMARY KEY, value TEXT);
CREATE TABLE plays (id TEXT PRIMARY KEY, query TEXT, kind TEXT);
CREATE TABLE posts (id TEXT PRIMARY KEY, channel TEXT, text TEXT);
CREATE TABLE timers (id TEXT PRIMARY KEY, seconds INTEGER, label TEXT);
CREATE TABLE polls (id TEXT PRIMARY KEY, question TEXT, options TEXT);
CREATE TABLE actions (id TEXT PRIMARY KEY, tool TEXT, subject TEXT);
CREATE INDEX media_title ON media (title);
"""


def row_id(*parts: Any) -> str:
    """An id that follows from the content, so that the order of work does not show in it."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:12]


def _play(state: Backend, args: dict[str, Any]) -> Any:
    query, kind = args["query"], args["kind"]
    state.insert("plays", {"id": row_id(kind, query.lower()), "query": query, "kind": kind})
    return {"playing": query, "kind": kind}


def _post(state: Backend, args: dict[str, Any]) -> Any:
    channel = args["channel"].lstrip("#").lower()
    state.insert("posts", {"id": row_id(channel, args["text"]), "channel": channel, "text": args["text"]})
    return {"posted": True, "channel": channel}


def _timer(state: Backend, args: dict[str, Any]) -> Any:
    label = args.get("label", "")
    state.insert("timers", {"id": row_id(label.lower()), "seconds": args["seconds"], "label": label})
    return {"timer": label or "timer", "seconds": args["seconds"]}


def _weather(state: Backend, args: dict[str, Any]) -> Any:
    rows = state.rows(
        "SELECT day, condition, celsius, notice FROM weather WHERE id = ?",
        f"{args['place'].lower()}/{args.get('day', 'today')}",
    )
    if not rows:
        raise ToolFailure("not_found", f"There is no weather station in {args['place']}.")
    return {"place": args["place"], **rows[0]}


def _search(state: Backend, args: dict[str, Any]) -> Any:
    rows = state.rows(
        "SELECT title, kind, creator, minutes, blurb FROM media WHERE title = ? COLLATE NOCASE ORDER BY id LIMIT ?",
        args["query"],
        args.get("limit", 3),
    )
    return {"found": len(rows), "items": rows}


def _poll(state: Backend, args: dict[str, Any]) -> Any:
    if len(set(args["options"])) < 2:
        raise ToolFailure("invalid", "A poll needs at least two different options.")
    options = "|".join(args["options"])
    state.insert("polls", {"id": row_id(args["question"].lower()), "question": args["question"], "options": options})
    return {"poll": args["question"], "options": args["options"]}


def _remember(state: Backend, args: dict[str, Any]) -> Any:
    state.insert("facts", {"id": args["key"].lower(), "value": args["value"]})
    return {"remembered": args["key"]}


def _recall(state: Backend, args: dict[str, Any]) -> Any:
    row = state.get("facts", args["key"].lower())
    if row is None:
        raise ToolFailure("not_found", f"Nothing is stored under {args['key']!r}.")
    return {"key": args["key"], "value": row["value"]}


def _object(required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "description": description}


TOOLS = (
    Tool(
        "play_media", "Play a video, a song or a podcast by a free-text query.",
        _object(["query", "kind"], query=_text("What to play, in the user's words: a title, a creator or both."),
                kind={"type": "string", "enum": ["video", "song", "podcast"], "description": "What kind of media it is."}),
        "write", {"query": "value", "kind": "choice"}, _play,
    ),
    Tool(
        "post_message", "Post a message or a link to a channel.",
        _object(["channel", "text"], channel=_text("Name of the channel, without #."),
                text=_text("The message, word for word.")),
        "write", {"channel": "reference", "text": "value"}, _post,
    ),
    Tool(
        "set_timer", "Start a timer. A timer with the same label is replaced.",
        _object(["seconds"],
                seconds={"type": "integer", "minimum": 1, "maximum": 86400, "description": "Length in seconds."},
                label=_text("What the timer is for, in one word.")),
        "write", {"seconds": "value", "label": "value"}, _timer,
    ),
    Tool(
        "get_weather", "Weather for a place: condition, temperature in Celsius and any official notice.",
        _object(["place"], place=_text("Name of the city."),
                day={"type": "string", "enum": ["today", "tomorrow", "week"], "description": "Default: today."}),
        "read", {"place": "reference", "day": "choice"}, _weather, free=False,
    ),
    Tool(
        "search_media", "Find items in the media library by their exact title.",
        _object(["query"], query=_text("The title."),
                limit={"type": "integer", "minimum": 1, "maximum": 10, "description": "Results at most; default 3."}),
        "read", {"query": "value", "limit": "choice"}, _search, free=False,
    ),
    Tool(
        "poll_create", "Create a poll.",
        _object(["question", "options"], question=_text("The question, word for word."),
                options={"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 2, "maxItems": 8,
                         "description": "The options in the order given."}),
        "write", {"question": "value", "options": "value"}, _poll,
    ),
    Tool(
        "remember", "Store a fact about the user; an earlier value under the same key is replaced.",
        _object(["key", "value"], key=_text("What the fact is about, e.g. 'shoe size'."), value=_text("The fact.")),
        "write", {"key": "value", "value": "value"}, _remember,
    ),
    Tool(
        "recall", "Read a stored fact about the user.",
        _object(["key"], key=_text("What the fact is about, as it was stored.")),
        "read", {"key": "value"}, _recall, free=False,
    ),
)  # fmt: skip

_EXTRA = (
    ("pause_media", "Pause what is playing on a device.", "device"),
    ("queue_media", "Put an item at the end of the play queue.", "item"),
    ("like_media", "Mark an item of the library as liked.", "item"),
    ("create_playlist", "Create an empty playlist.", "title"),
    ("share_playlist", "Share a playlist with a user.", "user"),
    ("download_media", "Download an item for offline use.", "item"),
    ("edit_message", "Edit one's last message in a channel.", "message_link"),
    ("delete_message", "Delete a message by its link.", "message_link"),
    ("pin_message", "Pin a message by its link.", "message_link"),
    ("react_message", "Add a reaction to a message.", "message_link"),
    ("create_channel", "Create a channel.", "topic"),
    ("archive_channel", "Archive a channel.", "topic"),
    ("mute_member", "Mute a member of the server.", "member"),
    ("invite_member", "Invite a member by e-mail.", "email"),
    ("assign_role", "Give a role to a member.", "member"),
    ("cancel_timer", "Cancel a running timer by its number.", "timer_number"),
    ("set_alarm", "Set an alarm for a time of day.", "time_of_day"),
    ("start_stopwatch", "Start a stopwatch.", "name"),
    ("get_air_quality", "Air quality index of a station.", "station_code"),
    ("get_tides", "Tide table of a harbour.", "harbour_code"),
    ("get_pollen", "Pollen count of a region.", "region_code"),
    ("close_poll", "Close a poll by its number.", "poll_number"),
    ("vote_poll", "Vote in a poll by its number.", "poll_number"),
    ("forget", "Delete everything stored about the user.", "reason"),
    ("list_facts", "List the keys stored about a member.", "member"),
    ("search_web", "Search the web.", "search_terms"),
    ("get_news", "Headlines of a section.", "section"),
    ("get_stock", "Price of a share by ticker.", "ticker"),
    ("roll_dice", "Roll dice, e.g. 2d6.", "dice"),
    ("start_quiz", "Start a quiz in a channel.", "topic"),
)


def _extra(name: str, description: str, parameter: str) -> Tool:
    def run(state: Backend, args: dict[str, Any]) -> Any:
        subject = args[parameter]
        state.insert("actions", {"id": row_id(name, subject), "tool": name, "subject": subject})
        return {"ok": True, parameter: subject}

    label = parameter.replace("_", " ")
    return Tool(name, description, _object([parameter], **{parameter: _text(f"The {label}.")}), "write",
                {parameter: "value"}, run)  # fmt: skip


DISTRACTORS = tuple(_extra(*row) for row in _EXTRA)
