"""The phone's tools over its database, and a dozen more that no task needs."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.phone_settings.data import UNITS, WEEKDAYS
from trajgym.gym_envs.world import Tool

SCHEMA = """
CREATE TABLE contacts (id TEXT PRIMARY KEY, name TEXT, phone TEXT, relationship TEXT, emergency TEXT);
CREATE TABLE messages (id TEXT PRIMARY KEY, direction TEXT, person TEXT, phone TEXT, body TEXT, at TEXT);
CREATE TABLE phone (id TEXT PRIMARY KEY, clock TEXT, battery INTEGER, district TEXT);
CREATE TABLE places (id TEXT PRIMARY KEY, name TEXT, category TEXT, district TEXT, km REAL, closes TEXT, note TEXT);
CREATE TABLE reminders (id TEXT PRIMARY KEY, text TEXT, at TEXT);
CREATE TABLE settings (id TEXT PRIMARY KEY, state TEXT, managed TEXT);
CREATE TABLE actions (id TEXT PRIMARY KEY, tool TEXT, subject TEXT);
CREATE INDEX message_person ON messages (person);
CREATE INDEX place_category ON places (category, district);
"""

LABELS = {
    "wifi": "wifi", "cellular": "cellular", "location": "location", "bluetooth": "bluetooth", "hotspot": "hotspot",
    "do_not_disturb": "do not disturb", "airplane_mode": "airplane mode", "low_battery_mode": "low battery mode",
}  # fmt: skip
"""Setting -> its name in words."""
BLOCKERS: dict[str, tuple[str, ...]] = {
    "wifi": ("low_battery_mode",),
    "location": ("low_battery_mode",),
    "cellular": ("low_battery_mode", "airplane_mode"),
}
"""Setting -> what must be off before it can be turned on; what is turned on turns these off."""
BASES = {"hotspot": "cellular"}
"""Setting -> what must be on before it can be turned on; what is turned off turns it off."""


def made_id(kind: str, *parts: Any) -> str:
    """An id that follows from the content, so that the order of work does not show in it."""
    return f"{kind}-9{int(hashlib.sha256(chr(31).join(map(str, parts)).encode()).hexdigest()[:8], 16) % 10**6:06d}"


def _on(state: Backend, name: str) -> bool:
    row = state.get("settings", name)
    assert row is not None, name
    return bool(row["state"] == "on")


def _get_settings(state: Backend, args: dict[str, Any]) -> Any:
    rows = state.rows("SELECT id, state, managed FROM settings ORDER BY id")
    phone = state.get("phone", "phone")
    assert phone is not None
    settings = [{"name": r["id"], "on": r["state"] == "on", "managed": r["managed"] == "yes"} for r in rows]
    return {"settings": settings, "battery_percent": phone["battery"]}


def _set_setting(state: Backend, args: dict[str, Any]) -> Any:
    name, on = args["name"], args["on"]
    row = state.get("settings", name)
    assert row is not None
    if row["managed"] == "yes":
        raise ToolFailure("managed", f"{name} is locked by the managed profile.")
    if on:
        for blocker in BLOCKERS.get(name, ()):
            if _on(state, blocker):
                raise ToolFailure(f"blocked_by_{blocker}", f"{name} cannot be turned on while {blocker} is on.")
        base = BASES.get(name)
        if base and not _on(state, base):
            raise ToolFailure(f"needs_{base}", f"{name} cannot be turned on while {base} is off.")
    state.update("settings", name, state="on" if on else "off")
    falling = [setting for setting, blockers in BLOCKERS.items() if on and name in blockers]
    falling += [setting for setting, base in BASES.items() if base in falling or (base == name and not on)]
    also = [s for s in falling if _on(state, s)]
    for setting in also:
        state.update("settings", setting, state="off")
    return {"name": name, "on": on, "also_turned_off": also} if also else {"name": name, "on": on}


def _search_contacts(state: Backend, args: dict[str, Any]) -> Any:
    where, values = [], []
    if "name" in args:
        where.append("(name LIKE ? OR name LIKE ? OR name LIKE ?)")
        values += [args["name"], f"{args['name']} %", f"% {args['name']}"]
    for column in ("phone", "relationship"):
        if column in args:
            where.append(f"{column} = ? COLLATE NOCASE")
            values.append(args[column])
    if not where:
        raise ToolFailure("invalid", "Give a name, a phone number or a relationship.")
    rows = state.rows(f"SELECT * FROM contacts WHERE {' AND '.join(where)} ORDER BY id LIMIT 10", *values)
    if not rows:
        raise ToolFailure("not_found", "No contact fits.")
    return {"contacts": [
        {"contact_id": r["id"], "name": r["name"], "phone": r["phone"], "relationship": r["relationship"],
         "emergency": r["emergency"] == "yes"} for r in rows
    ]}  # fmt: skip


def _add_contact(state: Backend, args: dict[str, Any]) -> Any:
    if state.rows("SELECT id FROM contacts WHERE phone = ? ORDER BY id", args["phone"]):
        raise ToolFailure("conflict", "A contact with this number exists.")
    row = {"id": made_id("C", args["name"].lower(), args["phone"]), "name": args["name"], "phone": args["phone"],
           "relationship": args.get("relationship", "friend"), "emergency": "no"}  # fmt: skip
    state.insert("contacts", row)
    return {"contact_id": row["id"]}


def _stored_contact(state: Backend, contact_id: str) -> dict[str, Any]:
    row = state.get("contacts", contact_id)
    if row is None:
        raise ToolFailure("not_found", f"There is no contact {contact_id}.")
    if row["emergency"] == "yes":
        raise ToolFailure("protected", "Emergency contacts cannot be changed or removed.")
    return row


def _update_contact(state: Backend, args: dict[str, Any]) -> Any:
    row = _stored_contact(state, args["contact_id"])
    state.update("contacts", row["id"], phone=args["phone"])
    return {"contact_id": row["id"], "phone": args["phone"]}


def _remove_contact(state: Backend, args: dict[str, Any]) -> Any:
    row = _stored_contact(state, args["contact_id"])
    state.delete("contacts", row["id"])
    return {"removed": row["id"]}


def _send_message(state: Backend, args: dict[str, Any]) -> Any:
    if not _on(state, "cellular"):
        raise ToolFailure("no_cellular", "Messages need cellular, which is off.")
    known = state.rows("SELECT name FROM contacts WHERE phone = ? ORDER BY id LIMIT 1", args["phone"])
    person = known[0]["name"] if known else ""
    row = {"id": made_id("M", args["phone"]), "direction": "out", "person": person, "phone": args["phone"],
           "body": args["body"], "at": _clock(state)}  # fmt: skip
    state.insert("messages", row)
    return {"message_id": row["id"], "sent_to": person or args["phone"]}


def _search_messages(state: Backend, args: dict[str, Any]) -> Any:
    if "person" not in args and "query" not in args:
        raise ToolFailure("invalid", "Give a person or words to look for.")
    rows = state.rows(
        "SELECT id, direction, person, phone, body, at FROM messages WHERE person LIKE ? AND body LIKE ? ORDER BY at DESC, id LIMIT 10",
        args.get("person", "%"), f"%{args.get('query', '')}%",
    )  # fmt: skip
    if not rows:
        raise ToolFailure("not_found", "No message fits.")
    return {"messages": rows}


def _clock(state: Backend) -> str:
    phone = state.get("phone", "phone")
    assert phone is not None
    return str(phone["clock"])


def _moment(state: Backend, at: str) -> str:
    """`at`, when it is a moment that exists and lies ahead."""
    try:
        date.fromisoformat(at[:10])
    except ValueError:
        raise ToolFailure("invalid", f"There is no day {at[:10]}.") from None
    if at <= _clock(state):
        raise ToolFailure("in_the_past", f"{at} lies in the past.")
    return at


def _add_reminder(state: Backend, args: dict[str, Any]) -> Any:
    at = _moment(state, args["at"])
    row = {"id": made_id("R", at), "text": args["text"], "at": at}
    state.insert("reminders", row)
    return {"reminder_id": row["id"], "at": at}


def _search_reminders(state: Backend, args: dict[str, Any]) -> Any:
    rows = state.rows(
        "SELECT id AS reminder_id, text, at FROM reminders WHERE text LIKE ? ORDER BY at, id LIMIT 20",
        f"%{args['query']}%",
    )
    if not rows:
        raise ToolFailure("not_found", "No reminder fits.")
    return {"reminders": rows}


def _stored_reminder(state: Backend, reminder_id: str) -> str:
    if state.get("reminders", reminder_id) is None:
        raise ToolFailure("not_found", f"There is no reminder {reminder_id}.")
    return reminder_id


def _move_reminder(state: Backend, args: dict[str, Any]) -> Any:
    reminder = _stored_reminder(state, args["reminder_id"])
    state.update("reminders", reminder, at=_moment(state, args["at"]))
    return {"reminder_id": reminder, "at": args["at"]}


def _remove_reminder(state: Backend, args: dict[str, Any]) -> Any:
    reminder = _stored_reminder(state, args["reminder_id"])
    state.delete("reminders", reminder)
    return {"removed": reminder}


def _now(state: Backend, args: dict[str, Any]) -> Any:
    clock = _clock(state)
    return {"now": clock, "day": clock[:10], "weekday": WEEKDAYS[date.fromisoformat(clock[:10]).weekday()]}


def shifted(day: date, days: int, weekday: str) -> date:
    """The next `weekday` after `day` (`day` itself when empty), and `days` days on from there."""
    if weekday:
        day += timedelta(days=(WEEKDAYS.index(weekday) - day.weekday() - 1) % 7 + 1)
    return day + timedelta(days=days)


def _shift_time(state: Backend, args: dict[str, Any]) -> Any:
    try:
        day = shifted(date.fromisoformat(args["day"]), args.get("days", 0), args.get("weekday", ""))
    except (ValueError, OverflowError):
        raise ToolFailure("invalid", f"There is no such day from {args['day']}.") from None
    return {"day": day.isoformat(), "weekday": WEEKDAYS[day.weekday()]}


def converted(value: float, unit: str, to: str) -> float:
    return round(value * UNITS[unit, to], 2)


def _convert(state: Backend, args: dict[str, Any]) -> Any:
    if (args["unit"], args["to"]) not in UNITS:
        raise ToolFailure("invalid", f"{args['unit']} cannot be converted into {args['to']}.")
    return {"value": converted(args["value"], args["unit"], args["to"]), "unit": args["to"]}


def _need_wifi(state: Backend) -> None:
    if not _on(state, "wifi"):
        raise ToolFailure("no_network", "There is no internet: wifi is off.")


def _current_location(state: Backend, args: dict[str, Any]) -> Any:
    if not _on(state, "location"):
        raise ToolFailure("location_off", "The place is unknown: location is off.")
    _need_wifi(state)
    phone = state.get("phone", "phone")
    assert phone is not None
    return {"district": phone["district"]}


def _search_place(state: Backend, args: dict[str, Any]) -> Any:
    _need_wifi(state)
    rows = state.rows(
        "SELECT name, km, closes, note FROM places WHERE category = ? COLLATE NOCASE AND district = ? COLLATE NOCASE ORDER BY km, id",
        args["query"], args["near"],
    )  # fmt: skip
    if not rows:
        raise ToolFailure("not_found", f"There is no {args['query']} in {args['near']}.")
    return {"places": rows}


def _object(required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "description": description, **more}


_PHONE = _text("Number with country code and without spaces, e.g. +4915055501234.", pattern=r"^\+[0-9]{8,15}$")
_MOMENT = _text("Local day and time as YYYY-MM-DDTHH:MM.", pattern=r"^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d$")
_CONTACT = _text("The contact's id, as search_contacts gives it, e.g. C-0012.", pattern=r"^C-\d+$")
_REMINDER = _text("The reminder's id, as search_reminders gives it, e.g. R-0012.", pattern=r"^R-\d+$")
_UNITS = sorted({unit for unit, _ in UNITS})

TOOLS = (
    Tool("get_settings", "All settings of the phone: whether each is on, and whether a managed profile locks it; and the charge of the "
         "battery.", _object([]), "read", {}, _get_settings),
    Tool("set_setting", "Turn a setting on or off. wifi, location and cellular cannot be turned on in low_battery_mode, nor cellular in "
         "airplane_mode, nor hotspot without cellular; turning one of those modes on turns off what it blocks.",
         _object(["name", "on"], name={"type": "string", "enum": sorted(LABELS), "description": "Which setting."},
                 on={"type": "boolean", "description": "true turns it on, false turns it off."}),
         "write", {"name": "choice", "on": "choice"}, _set_setting),
    Tool("search_contacts", "Find contacts by name, number or relationship; at least one of them is needed.",
         _object([], name=_text("First, last or full name."), phone=_PHONE,
                 relationship=_text("What the person is to the user, e.g. sister or dentist.")),
         "read", {"name": "value", "phone": "reference", "relationship": "value"}, _search_contacts),
    Tool("add_contact", "Store a new contact.",
         _object(["name", "phone"], name=_text("Full name."), phone=_PHONE, relationship=_text("What the person is to the user.")),
         "write", {"name": "value", "phone": "value", "relationship": "value"}, _add_contact),
    Tool("update_contact", "Change the number of a stored contact.", _object(["contact_id", "phone"], contact_id=_CONTACT, phone=_PHONE),
         "write", {"contact_id": "reference", "phone": "value"}, _update_contact),
    Tool("remove_contact", "Delete a contact.", _object(["contact_id"], contact_id=_CONTACT), "write",
         {"contact_id": "reference"}, _remove_contact),
    Tool("send_message", "Send a text message. Needs cellular.",
         _object(["phone", "body"], phone=_PHONE, body=_text("The message, in the user's name.")),
         "write", {"phone": "reference", "body": "text"}, _send_message),
    Tool("search_messages", "Find stored messages, newest first, by the person and by words in them; one of the two is needed.",
         _object([], person=_text("Full name of the person they were exchanged with."), query=_text("Words of the message.")),
         "read", {"person": "value", "query": "text"}, _search_messages),
    Tool("add_reminder", "Set a reminder for a moment that lies ahead.",
         _object(["text", "at"], text=_text("What the user is reminded of."), at=_MOMENT),
         "write", {"text": "text", "at": "value"}, _add_reminder),
    Tool("search_reminders", "Find reminders by words in them.",
         _object(["query"], query=_text("One or more words as they stand in the reminder.")), "read", {"query": "text"}, _search_reminders),
    Tool("move_reminder", "Move a stored reminder to another moment.", _object(["reminder_id", "at"], reminder_id=_REMINDER, at=_MOMENT),
         "write", {"reminder_id": "reference", "at": "value"}, _move_reminder),
    Tool("remove_reminder", "Delete a reminder.", _object(["reminder_id"], reminder_id=_REMINDER), "write",
         {"reminder_id": "reference"}, _remove_reminder),
    Tool("now", "The present day, weekday and time.", _object([]), "read", {}, _now),
    Tool("shift_time", "Work out a day from another one: the next given weekday after it, a number of days on, or both in this order.",
         _object(["day"], day=_text("The day to start from, YYYY-MM-DD.", pattern=r"^\d{4}-\d\d-\d\d$"),
                 days={"type": "integer", "minimum": -3660, "maximum": 3660, "description": "Days to go on; default 0."},
                 weekday={"type": "string", "enum": list(WEEKDAYS), "description": "The weekday to go to first."}),
         "read", {"day": "value", "days": "choice", "weekday": "choice"}, _shift_time),
    Tool("convert_unit", "Convert an amount into another unit of the same kind.",
         _object(["value", "unit", "to"], value={"type": "number", "description": "The amount."},
                 unit={"type": "string", "enum": _UNITS, "description": "Its unit."},
                 to={"type": "string", "enum": _UNITS, "description": "The unit that is wanted."}),
         "read", {"value": "value", "unit": "choice", "to": "choice"}, _convert),
    Tool("current_location", "The district in which the phone is. Needs location and wifi.", _object([]), "read", {},
         _current_location, free=False),
    Tool("search_place", "Places of a kind in a district, nearest first, with distance and closing time. Needs wifi.",
         _object(["query", "near"], query=_text("Kind of place, e.g. pharmacy."), near=_text("The district to search.")),
         "read", {"query": "value", "near": "reference"}, _search_place, free=False),
)  # fmt: skip

_EXTRA = (
    ("set_alarm", "Set the daily alarm clock.", "time_of_day"),
    ("start_timer", "Start a countdown.", "minutes"),
    ("take_note", "Keep a note.", "words"),
    ("pair_device", "Pair a bluetooth device.", "device_name"),
    ("join_network", "Join a wireless network by its name.", "network_name"),
    ("set_language", "Change the language of the display.", "language"),
    ("set_brightness", "Change the brightness of the display.", "percent"),
    ("block_number", "Block calls from a number.", "blocked_number"),
    ("archive_chat", "Archive a conversation.", "chat_name"),
    ("add_home_widget", "Put a widget on the home screen.", "widget"),
    ("rename_phone", "Give the phone another name.", "new_name"),
    ("share_contact_card", "Share one's own contact card with a device.", "device_name"),
)


def _extra(name: str, description: str, parameter: str) -> Tool:
    def run(state: Backend, args: dict[str, Any]) -> Any:
        state.insert("actions", {"id": made_id("A", name, args[parameter]), "tool": name, "subject": args[parameter]})
        return {"ok": True, parameter: args[parameter]}

    schema = _object([parameter], **{parameter: _text(f"The {parameter.replace('_', ' ')}.")})
    return Tool(name, description, schema, "write", {parameter: "value"}, run)


DISTRACTORS = tuple(_extra(*row) for row in _EXTRA)
