"""Tools for people and the calendar: find_contact, list_events, create_event, update_event, create_meeting_link."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.desktop_assistant.fill import made_id
from trajgym.gym_envs.desktop_assistant.words import clock
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.world import Tool
from trajgym.seeding import digest

DAY = r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
MOMENT = r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$"
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
MAX_PEOPLE = 8
"""A message or an invitation goes to so many people at most."""
FIRST_MINUTE, LAST_MINUTE = 8 * 60, 19 * 60
"""Events with other people lie between these minutes of the day."""


def moment(what: str) -> Row:
    """An object schema's property for a local date-time."""
    return {"type": "string", "pattern": MOMENT, "description": f"{what}, local time, as YYYY-MM-DDTHH:MM."}


def check_day(text: str) -> date:
    """The day that `text` begins with. Raises ToolFailure when the calendar has no such day."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ToolFailure("invalid", f"There is no day {text[:10]}.") from None


def minute_of(start: str) -> int:
    return int(start[11:13]) * 60 + int(start[14:16])


def find_contact(state: Backend, args: Row) -> Row:
    name = " ".join(args["name"].split())
    found = state.rows(
        "SELECT name, email, phone, company, department, role FROM contacts WHERE name = ?1 OR first = ?1 OR last = ?1 "
        "OR company = ?1 OR department = ?1 ORDER BY id LIMIT 30",
        name,
    )
    return {"count": len(found), "matches": found}


def _shown(row: Row) -> Row:
    start = minute_of(row["start"])
    shown = {
        "event_id": row["id"],
        "title": row["title"],
        "start": row["start"],
        "time": f"{clock(start)}-{clock(start + row['minutes'])}",
        "minutes": row["minutes"],
        "location": row["location"],
        "attendees": row["attendees"].split(", ") if row["attendees"] else [],
    }
    if row["notes"]:
        shown["notes"] = row["notes"]
    return shown


def list_events(state: Backend, args: Row) -> Row:
    check_day(args["day"])
    rows = state.rows("SELECT * FROM events WHERE day = ? ORDER BY start, id", args["day"])
    return {"day": args["day"], "count": len(rows), "events": [_shown(row) for row in rows]}


def taken_by(state: Backend, start: str, minutes: int, but: str = "") -> Row | None:
    """The first event that overlaps the time, leaving out the event `but`."""
    first = minute_of(start)
    for row in state.rows("SELECT id, title, start, minutes FROM events WHERE day = ? ORDER BY start, id", start[:10]):
        other = minute_of(row["start"])
        if row["id"] != but and other < first + minutes and first < other + row["minutes"]:
            return row
    return None


def _check_slot(state: Backend, start: str, minutes: int, guests: bool, but: str = "") -> None:
    day = check_day(start)
    first = minute_of(start)
    if first + minutes > 24 * 60:
        raise ToolFailure("invalid", "An event ends on the day it starts.")
    if guests and (day.weekday() > 4 or first < FIRST_MINUTE or first + minutes > LAST_MINUTE):
        raise ToolFailure("not_allowed", "Events with other people lie on weekdays between 08:00 and 19:00 (P6).")
    other = taken_by(state, start, minutes, but)
    if other is not None:
        span = f"{other['start'][11:]}, {other['minutes']} minutes"
        raise ToolFailure("conflict", f"That time is taken by {other['title']} ({span}).")


def create_event(state: Backend, args: Row) -> Row:
    start, minutes = args["start"], args["minutes"]
    guests = sorted({address.lower() for address in args.get("attendees", ())})
    if len(guests) > MAX_PEOPLE:
        raise ToolFailure("not_allowed", f"At most {MAX_PEOPLE} people can be invited (P7).")
    _check_slot(state, start, minutes, bool(guests))
    row = {
        "id": made_id("EV", start, minutes, *guests),
        "day": start[:10],
        "title": args["title"],
        "start": start,
        "minutes": minutes,
        "location": args.get("location", ""),
        "attendees": ", ".join(guests),
        "notes": args.get("notes", ""),
    }
    state.insert("events", row)
    return {"created": True, **_shown(row)}


def update_event(state: Backend, args: Row) -> Row:
    row = state.get("events", args["event_id"])
    if row is None:
        raise ToolFailure("not_found", f"There is no event {args['event_id']}.")
    changes: Row = {name: args[name] for name in ("start", "minutes", "location") if name in args}
    if not changes:
        raise ToolFailure("invalid", "Say what to change: start, minutes or location.")
    after = {**row, **changes}
    _check_slot(state, after["start"], after["minutes"], bool(row["attendees"]), row["id"])
    state.update("events", row["id"], **changes, day=after["start"][:10])
    return {"updated": True, **_shown(after)}


@lru_cache(maxsize=4096)
def link_of(start: str, minutes: int) -> tuple[str, str]:
    """Id and address of a video meeting."""
    number = int.from_bytes(digest("link", start, minutes)[:8], "big")
    letters = "".join(chr(97 + number // 26**i % 26) for i in range(10))
    return made_id("VM", start, minutes), f"https://meet.example/{letters[:3]}-{letters[3:7]}-{letters[7:]}"


def create_meeting_link(state: Backend, args: Row) -> Row:
    check_day(args["start"])
    row_id, link = link_of(args["start"], args["minutes"])
    row = {"id": row_id, "topic": args["topic"], "start": args["start"], "minutes": args["minutes"], "link": link}
    state.insert("links", row)
    return {"created": True, "link": link, "start": args["start"], "minutes": args["minutes"]}


_MINUTES = {"type": "integer", "minimum": 5, "maximum": 480, "description": "How long it lasts, in minutes."}
_TITLE = {"type": "string", "minLength": 1, "description": "What the event is called."}
_PLACE = {"type": "string", "description": "The room or place; for a video call its meeting link."}


def schema(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """A closed object schema."""
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


CALENDAR_TOOLS = (
    Tool(
        "find_contact",
        "Look people up in the address book by full name, first name, last name, company or department. Returns every "
        "match with e-mail address, phone number, company, department and role; an empty list when nobody matches.",
        schema(
            {"name": {"type": "string", "minLength": 2, "description": "A person's name, a company or a department."}},
            "name",
        ),
        "read",
        {"name": "value"},
        find_contact,
    ),
    Tool(
        "list_events",
        "List the user's calendar events of one day in the order of time, with their ids, times and attendees.",
        schema({"day": {"type": "string", "pattern": DAY, "description": "The day, as YYYY-MM-DD."}}, "day"),
        "read",
        {"day": "value"},
        list_events,
    ),
    Tool(
        "create_event",
        "Put an event into the user's calendar; every attendee is sent an invitation. Fails when the time is taken.",
        schema(
            {
                "title": _TITLE,
                "start": moment("When it starts"),
                "minutes": _MINUTES,
                "attendees": {
                    "type": "array",
                    "items": {"type": "string", "pattern": EMAIL},
                    "uniqueItems": True,
                    "description": "E-mail addresses of the people to invite; leave it out when nobody is invited.",
                },
                "location": _PLACE,
                "notes": {"type": "string", "description": "Text for the description of the event."},
            },
            "title",
            "start",
            "minutes",
        ),
        "write",
        {
            "title": "text",
            "start": "value",
            "minutes": "value",
            "attendees": "value",
            "location": "value",
            "notes": "text",
        },
        create_event,
    ),
    Tool(
        "update_event",
        "Change start, length or place of an event that is in the calendar; attendees are told. Give only "
        "what changes.",
        schema(
            {
                "event_id": {
                    "type": "string",
                    "pattern": r"^EV-\d{6}$",
                    "description": "The event's id, from list_events or create_event.",
                },
                "start": moment("The new start"),
                "minutes": _MINUTES,
                "location": _PLACE,
            },
            "event_id",
        ),
        "write",
        {"event_id": "reference", "start": "value", "minutes": "value", "location": "value"},
        update_event,
    ),
    Tool(
        "create_meeting_link",
        "Reserve a video meeting and return its link. It invites nobody and makes no calendar event.",
        schema(
            {
                "topic": {"type": "string", "minLength": 1, "description": "What the video meeting is about."},
                "start": moment("When it starts"),
                "minutes": _MINUTES,
            },
            "topic",
            "start",
            "minutes",
        ),
        "write",
        {"topic": "text", "start": "value", "minutes": "value"},
        create_meeting_link,
    ),
)
