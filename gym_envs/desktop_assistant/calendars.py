"""Requests about what is in the calendar already: another time for an event, what days hold."""

from __future__ import annotations

from dataclasses import replace

from trajgym.gym_envs.desktop_assistant.calendar_tools import minute_of
from trajgym.gym_envs.desktop_assistant.desk import READ, Desk, joined
from trajgym.gym_envs.desktop_assistant.meetings import TIME_SAYS
from trajgym.gym_envs.desktop_assistant.words import clock, stamp


def reschedule(desk: Desk) -> None:
    """Move an event of the user's calendar to another time of its day; tell a colleague at higher levels."""
    day = desk.busy_day()
    event = desk.rng.choice(desk.events(day))
    free = [m for m in desk.free_minutes(day, event["minutes"], event["id"]) if stamp(day, m) != event["start"]]
    minute = desk.rng.choice(free)
    title = event["title"]
    desk.fact("title", title, "name", "title of the event", "title", "which event", "event")
    desk.fact("day", day.isoformat(), "date", "day", "day", "date", spoken=desk.said_day(day))
    desk.fact(
        "start",
        stamp(day, minute),
        "date",
        "new start time",
        "start time",
        "what time",
        "which time",
        "new time",
        spoken=desk.said_time(minute),
        wrong=desk.said_time(minute + 60),
    )
    desk.step("list", "list_events", {"day": day.isoformat()}, slots=("day",))
    args = {"event_id": event["id"], "start": stamp(day, minute)}
    desk.step("move", "update_event", args, needs=("list",), slots=("title", "start"), phrase=f"move {title}",
              done=f"{title} is moved")  # fmt: skip
    others = [e["id"] for e in desk.events(day) if e["id"] != event["id"]]
    if others:
        desk.look_alikes[event["id"]] = others
    desk.tell("time", clock(minute), "text", TIME_SAYS, ("move",), clock(minute + 15))
    on = desk.on
    slots, more, plain = ["title", "day", "start"], "", ""
    if desk.level > 1:
        more, plain, extra = _tell_others(desk, title)
        slots += extra
    says: tuple[str, ...] = (
        "move {title} " + on + "{day} to {start}" + more,
        "please shift {title} from its time " + on + "{day} to {start}" + more,
        "{title} " + on + "{day} has to be at {start} instead" + more,
        "can you reschedule {title} " + on + "{day}, {start} is better" + more,
        "I can't make {title} " + on + "{day} as planned, put it at {start}" + more,
        "please move one of my events" + plain,
        "something in my calendar has to be at another time" + plain,
        "can you reschedule an event for me" + plain,
    )
    desk.want("an event in my calendar", says, *slots)


def _tell_others(desk: Desk, title: str) -> tuple[str, str, list[str]]:
    """Text the new time to one to three colleagues, each looked up."""
    people = [desk.person() for _ in range(min(desk.level - 1, 3))]
    names = [person.name for person in people]
    desk.fact(
        "people",
        names,
        "name",
        "names of the people to text" if len(names) > 1 else "name of the person to text",
        "who",
        "whom",
        "names of the people",
        "name of the person",
        spoken=joined(names),
    )
    for number, person in enumerate(people):
        desk.step(f"find{number}", "find_contact", {"name": person.name}, slots=("people",))
    body = f"{title} has been moved, please see the calendar for the new time."
    desk.step("sms", "send_sms", {"to": [person.phone for person in people], "body": body},
              needs=("move", *(f"find{n}" for n in range(len(people)))), slots=("people",), mentions=(title,),
              phrase=f"text {joined(names)} about it", done="the text is sent")  # fmt: skip
    desk.tell("texted", names[0], "name", ("{value} has got a text about it", "A text went to {value}"), ("sms",))
    return "; then text {people} about it", "; then text some colleagues about it", ["people"]


def agenda_of_days(desk: Desk) -> None:
    """What one or several days hold: how many events, and when the first one starts."""
    count = 1 if desk.p else (1, 1, 3, 4, 5)[desk.level]
    days = sorted(desk.busy_day() for _ in range(count))
    spoken = [desk.said_day(day) for day in days]
    desk.fact("days", [day.isoformat() for day in days], "date", "days" if count > 1 else "day", "day", "days", "date",
              spoken=joined(spoken))  # fmt: skip
    for number, day in enumerate(days):
        desk.step(f"list{number}", "list_events", {"day": day.isoformat()}, slots=("days",))
    counts = [len(desk.events(day)) for day in days]
    total = sum(counts)
    first = min(desk.events(days[0]), key=lambda e: str(e["start"]))
    every = tuple(f"list{number}" for number in range(count))
    desk.tell("count", total, "number", ("The number of events is {value}", "That makes {value} in all",
              "In the calendar I count {value}"), every, total + 1)  # fmt: skip
    desk.tell("first", first["start"][11:], "text", ("The first event of " + days[0].isoformat() + " starts at {value}",
              "On " + days[0].isoformat() + " the first one is at {value}"), ("list0",),
              clock(minute_of(first["start"]) + 15))  # fmt: skip
    on = desk.on
    tail = ", and when does the first one start" if count == 1 else ", and when does the very first of them start"
    says: tuple[str, ...] = (
        f"how many events do I have {on}{{days}}{tail}",
        f"count my events {on}{{days}} for me{tail}",
        f"I wonder how full my calendar is {on}{{days}}: how many events are there{tail}",
        f"I have to plan around my events {on}{{days}}: how many are there{tail}",
        f"my events {on}{{days}}, how many are they{tail}",
        "how full is my calendar, and when does the first event start",
        "I want to know how many events I have and when the first of them starts",
        "count some events of mine and say when the first of them starts",
    )
    desk.want("my calendar", says, "days")
    desk.ending = replace(desk.ending, says=READ)
