"""Tools for mail, texts, notes, reminders, files and the map, and the small system tools that no task needs."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.desktop_assistant.calendar_tools import DAY, EMAIL, MAX_PEOPLE, check_day, moment, schema
from trajgym.gym_envs.desktop_assistant.data import FOLDERS
from trajgym.gym_envs.desktop_assistant.fill import made_id
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.world import Tool

PHONE = r"^\+\d{7,15}$"
LISTS = ("Personal", "Work", "Errands")
WALK_METRES = 80
DRIVE_METRES = 500
TRAM_METRES = 300
"""Metres a minute."""


def _people(args: Row) -> tuple[str, str]:
    to = sorted({address.lower() for address in args["to"]})
    cc = sorted({address.lower() for address in args.get("cc", ())})
    if len(to) + len(cc) > MAX_PEOPLE:
        raise ToolFailure("not_allowed", f"A message goes to at most {MAX_PEOPLE} people (P7).")
    return ", ".join(to), ", ".join(cc)


def send_email(state: Backend, args: Row) -> Row:
    to, cc = _people(args)
    files = sorted(args.get("attachments", ()))
    for path in files:
        _own_file(state, path)
    attachments = ", ".join(files)
    again = len(
        state.rows("SELECT id FROM outbox WHERE recipients = ? AND cc = ? AND reply_to = '' ORDER BY id", to, cc)
    )
    row = {
        "id": made_id("OUT", to, cc, attachments, again),
        "recipients": to,
        "cc": cc,
        "subject": args["subject"],
        "body": args["body"],
        "attachments": attachments,
        "reply_to": "",
    }
    state.insert("outbox", row)
    return {"sent": True, "mail_id": row["id"], "to": args["to"], "cc": args.get("cc", [])}


def _own_file(state: Backend, path: str) -> None:
    rows = state.rows("SELECT owner FROM files WHERE path = ? ORDER BY id", path)
    if not rows:
        raise ToolFailure("not_found", f"There is no file {path}.")
    if rows[0]["owner"] != "me":
        raise ToolFailure("not_allowed", f"{path} belongs to {rows[0]['owner']} and cannot be attached (P4).")


def search_email(state: Backend, args: Row) -> Row:
    pattern = f"%{args['query'].strip()}%"
    sql = (
        "SELECT id AS message_id, day, sender AS from_name, address AS from_address, subject, body FROM mails "
        "WHERE (subject LIKE ?1 OR body LIKE ?1 OR sender LIKE ?1)"
    )
    values: list[Any] = [pattern]
    if "from" in args:
        sql += " AND (sender = ?2 OR address = ?2)"
        values.append(args["from"])
    if "since" in args:
        check_day(args["since"])
        sql += f" AND day >= ?{len(values) + 1}"
        values.append(args["since"])
    rows = state.rows(sql + " ORDER BY day DESC, id LIMIT 5", *values)
    return {"count": len(rows), "mails": rows}


def reply_email(state: Backend, args: Row) -> Row:
    mail = state.get("mails", args["message_id"])
    if mail is None:
        raise ToolFailure("not_found", f"There is no mail {args['message_id']}.")
    again = len(state.rows("SELECT id FROM outbox WHERE reply_to = ? ORDER BY id", mail["id"]))
    row = {
        "id": made_id("OUT", mail["id"], again),
        "recipients": mail["address"],
        "cc": "",
        "subject": f"Re: {mail['subject']}",
        "body": args["body"],
        "attachments": "",
        "reply_to": mail["id"],
    }
    state.insert("outbox", row)
    return {"sent": True, "mail_id": row["id"], "to": [mail["address"]], "to_name": mail["sender"]}


def send_sms(state: Backend, args: Row) -> Row:
    to, _ = _people(args)
    again = len(state.rows("SELECT id FROM texts WHERE recipients = ? ORDER BY id", to))
    row = {"id": made_id("SMS", to, again), "recipients": to, "body": args["body"]}
    state.insert("texts", row)
    return {"sent": True, "to": args["to"]}


def create_note(state: Backend, args: Row) -> Row:
    title = " ".join(args["title"].split())
    if state.rows("SELECT id FROM notes WHERE title = ? ORDER BY id", title):
        raise ToolFailure("conflict", f"There is a note called {title} already; append to it or take another title.")
    folder = args.get("folder", "Work")
    row = {"id": made_id("N", title.lower()), "title": title, "folder": folder, "body": args["body"], "entries": 1}
    state.insert("notes", row)
    return {"created": True, "title": title, "folder": folder}


def append_note(state: Backend, args: Row) -> Row:
    rows = state.rows("SELECT * FROM notes WHERE title = ? ORDER BY id", " ".join(args["title"].split()))
    if not rows:
        raise ToolFailure("not_found", f"There is no note called {args['title']}.")
    note = rows[0]
    state.update("notes", note["id"], body=f"{note['body']}\n{args['body']}", entries=note["entries"] + 1)
    return {"appended": True, "title": note["title"], "entries": note["entries"] + 1}


def create_reminder(state: Backend, args: Row) -> Row:
    due, where = args["due"], args.get("list", "Personal")
    check_day(due)
    again = len(state.rows("SELECT id FROM reminders WHERE due = ? AND list = ? ORDER BY id", due, where))
    row = {"id": made_id("RM", due, where, again), "text": args["text"], "due": due, "list": where}
    state.insert("reminders", row)
    return {"created": True, "due": due, "time": due[11:], "list": where}


def open_file(state: Backend, args: Row) -> Row:
    rows = state.rows(
        "SELECT name, path, owner, text FROM files WHERE name = ?1 OR path = ?1 ORDER BY id", args["name"]
    )
    if not rows:
        raise ToolFailure("not_found", f"There is no file called {args['name']}.")
    return {**rows[0], "words": len(rows[0]["text"].split())}


_SENTENCE = re.compile(r"[^.!?]+[.!?]")


@lru_cache(maxsize=4096)
def summary(text: str, sentences: int) -> tuple[str, ...]:
    """The sentences of `text` that say most, in their order: those with figures, then those with frequent words."""
    parts = [part.strip() for part in _SENTENCE.findall(text)]
    counts = Counter(word for part in parts for word in re.findall(r"[a-z]{4,}", part.lower()))

    def weight(number: int) -> tuple[float, int]:
        words = re.findall(r"[a-z]{4,}", parts[number].lower()) or ["none"]
        score = sum(counts[word] for word in words) / len(words)
        return score + 10 * bool(re.search(r"\d", parts[number])), -number

    best = sorted(range(len(parts)), key=weight, reverse=True)[:sentences]
    return tuple(parts[number] for number in sorted(best))


def summarize_file(state: Backend, args: Row) -> Row:
    rows = state.rows("SELECT name, text FROM files WHERE path = ? ORDER BY id", args["path"])
    if not rows:
        raise ToolFailure("not_found", f"There is no file {args['path']}.")
    return {"name": rows[0]["name"], "summary": " ".join(summary(rows[0]["text"], args.get("sentences", 3)))}


def get_directions(state: Backend, args: Row) -> Row:
    ends = [_place(state, args[side]) for side in ("origin", "destination")]
    if ends[0] == ends[1]:
        raise ToolFailure("invalid", "Origin and destination are the same place.")
    found = route(state, ends[0]["id"], ends[1]["id"], args["mode"])
    shown = {"origin": ends[0]["name"], "destination": ends[1]["name"], "mode": args["mode"]}
    if found is None:
        return {**shown, "reachable": False, "message": "No public transport runs between these places."}
    minutes, stops = found
    names = {row["id"]: row["name"] for row in state.rows("SELECT id, name FROM places ORDER BY id")}
    return {**shown, "reachable": True, "minutes": minutes, "via": [names[stop] for stop in stops]}


def _place(state: Backend, name: str) -> Row:
    rows = state.rows("SELECT id, name FROM places WHERE name = ? ORDER BY id", name)
    if not rows:
        raise ToolFailure("not_found", f"The map has no place called {name}.")
    return rows[0]


def route(state: Backend, origin: str, destination: str, mode: str) -> tuple[int, list[str]] | None:
    """Minutes and stops of the quickest way; None when the tram does not go there. Driving costs 4 minutes to park, the
    tram 5 to wait."""
    speed, extra = {"walk": (WALK_METRES, 0), "drive": (DRIVE_METRES, 4), "transit": (TRAM_METRES, 5)}[mode]
    ways: dict[str, list[tuple[str, int]]] = {}
    for road in state.rows("SELECT a, b, metres, tram FROM roads ORDER BY id"):
        if mode != "transit" or road["tram"]:
            ways.setdefault(road["a"], []).append((road["b"], road["metres"]))
            ways.setdefault(road["b"], []).append((road["a"], road["metres"]))
    queue: list[tuple[int, str, list[str]]] = [(0, origin, [])]
    seen: set[str] = set()
    while queue:
        metres, place, via = heapq.heappop(queue)
        if place == destination:
            return -(-metres // speed) + extra, via[1:]
        if place not in seen:
            seen.add(place)
            for other, length in ways.get(place, ()):
                heapq.heappush(queue, (metres + length, other, [*via, place]))
    return None


def _setting(name: str) -> Callable[[Backend, Row], Row]:
    def run(state: Backend, args: Row) -> Row:
        value = str(args["value"])
        state.update("settings", name, value=value)
        return {"setting": name, "value": value}

    return run


def get_settings(state: Backend, args: Row) -> Row:
    return {row["id"]: row["value"] for row in state.rows("SELECT id, value FROM settings ORDER BY id")}


def _text(about: str, **more: Any) -> Row:
    return {"type": "string", "minLength": 1, "description": about, **more}


def _list(pattern: str, about: str) -> Row:
    items = {"type": "string", "pattern": pattern}
    return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True, "description": about}


_BODY = _text("The text, complete with greeting and name.")
_FOLDER = _text("The folder it goes to; Work when left out.", enum=list(FOLDERS))
_LIST = _text("The list it goes to; Personal when left out.", enum=list(LISTS))

DESK_TOOLS = (
    Tool(
        "send_email",
        "Send a new e-mail from the user's account.",
        schema(
            {
                "to": _list(EMAIL, "E-mail addresses of the recipients."),
                "subject": _text("The subject line."),
                "body": _BODY,
                "cc": _list(EMAIL, "Addresses that get a copy; leave it out when there are none."),
                "attachments": _list(r"^/.+", "Full paths of files to attach; leave it out when there are none."),
            },
            "to",
            "subject",
            "body",
        ),
        "write",
        {"to": "value", "subject": "text", "body": "text", "cc": "value", "attachments": "reference"},
        send_email,
    ),
    Tool(
        "search_email",
        "Search the inbox for a word or phrase in sender, subject or text; the five newest hits with their full text.",
        schema(
            {
                "query": _text("The word or phrase to look for."),
                "from": _text("Name or address of the sender, when only that sender's mails count."),
                "since": {
                    "type": "string",
                    "pattern": DAY,
                    "description": "Only mails of this day or later, YYYY-MM-DD.",
                },
            },
            "query",
        ),
        "read",
        {"query": "value", "from": "value", "since": "value"},
        search_email,
    ),
    Tool(
        "reply_email",
        "Answer a mail of the inbox; the answer goes to its sender.",
        schema(
            {"message_id": _text("The mail's id, from search_email.", pattern=r"^ML-\d+$"), "body": _BODY},
            "message_id",
            "body",
        ),
        "write",
        {"message_id": "reference", "body": "text"},
        reply_email,
    ),
    Tool(
        "send_sms",
        "Send a text message.",
        schema({"to": _list(PHONE, "Phone numbers with country code."), "body": _text("The text.")}, "to", "body"),
        "write",
        {"to": "value", "body": "text"},
        send_sms,
    ),
    Tool(
        "create_note",
        "Make a new note. Fails when a note of that title exists.",
        schema({"title": _text("Its title."), "body": _text("Its text."), "folder": _FOLDER}, "title", "body"),
        "write",
        {"title": "value", "body": "text", "folder": "choice"},
        create_note,
    ),
    Tool(
        "append_note",
        "Add text at the end of an existing note.",
        schema({"title": _text("The note's title."), "body": _text("The text to add.")}, "title", "body"),
        "write",
        {"title": "reference", "body": "text"},
        append_note,
    ),
    Tool(
        "create_reminder",
        "Make a reminder that rings when it is due.",
        schema(
            {"text": _text("What to be reminded of."), "due": moment("When it rings"), "list": _LIST}, "text", "due"
        ),
        "write",
        {"text": "text", "due": "value", "list": "choice"},
        create_reminder,
    ),
    Tool(
        "open_file",
        "Find a file by its name and read it: path, owner and full text.",
        schema({"name": _text("The file's name or full path.")}, "name"),
        "read",
        {"name": "value"},
        open_file,
        free=False,
    ),
    Tool(
        "summarize_file",
        "Make an extractive summary: the most telling sentences of a file, word for word.",
        schema(
            {
                "path": _text("The file's full path, from open_file.", pattern="^/.+"),
                "sentences": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 10,
                    "description": "How many sentences; 3 when left out.",
                },
            },
            "path",
        ),
        "read",
        {"path": "reference", "sentences": "value"},
        summarize_file,
        free=False,
    ),
    Tool(
        "get_directions",
        "The quickest way between two places of the city map, with its minutes.",
        schema(
            {
                "origin": _text("Where it starts."),
                "destination": _text("Where it goes."),
                "mode": _text("How to travel.", enum=["walk", "drive", "transit"]),
            },
            "origin",
            "destination",
            "mode",
        ),
        "read",
        {"origin": "value", "destination": "value", "mode": "choice"},
        get_directions,
        free=False,
    ),
)

_ON_OFF = {"value": {"type": "string", "enum": ["on", "off"], "description": "On or off."}}
_PERCENT = {"value": {"type": "integer", "minimum": 0, "maximum": 100, "description": "Per cent."}}
_NAME = {"value": {"type": "string", "minLength": 1, "description": "Its name."}}


def _switch(name: str, about: str, properties: Row) -> Tool:
    kind = "choice" if properties is _ON_OFF else "value"
    run = _setting(name.removeprefix("set_").removeprefix("toggle_"))
    return Tool(name, about, schema(properties, "value"), "write", {"value": kind}, run)


SYSTEM_TOOLS = (
    _switch("set_volume", "Set the volume of the speakers.", _PERCENT),
    _switch("set_brightness", "Set the brightness of the screen.", _PERCENT),
    _switch("toggle_dark_mode", "Switch dark mode on or off.", _ON_OFF),
    _switch("toggle_do_not_disturb", "Switch notifications off or on again.", _ON_OFF),
    _switch("set_wallpaper", "Choose the picture behind the windows.", _NAME),
    Tool("get_settings", "Show the settings of screen and sound.", schema({}), "read", {}, get_settings),
)
"""Distractors: they work, and no task needs them."""
