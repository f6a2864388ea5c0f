"""Requests that cannot be done: no tool for them, the tool is missing, or the state of things rules them out."""

from __future__ import annotations

from collections.abc import Callable

from trajgym.gym_envs.desktop_assistant import data
from trajgym.gym_envs.desktop_assistant.calendar_tools import minute_of
from trajgym.gym_envs.desktop_assistant.desk import Desk, Person
from trajgym.gym_envs.desktop_assistant.fill import NO_PHONE, SIZES, TWINS
from trajgym.gym_envs.plan import Ending

_SORRY = ("I'm sorry about that", "Sorry about it", "My apologies", "I know that is not what you hoped for")


def cannot(desk: Desk) -> None:
    """End with the plain word that it cannot be done."""
    says: tuple[str, ...] = ("So I can't do that for you", "I'm unable to do that", "I'm afraid that is not possible")
    desk.ending = Ending("infeasible", tuple(f"{text}. {sorry}" for text in says for sorry in _SORRY))


_BEYOND = (
    ("taxi", "order a taxi to {place}", "order me a taxi"),
    ("flight", "book a flight for the trip with {who}", "book me a flight"),
    ("printer", "print the file for {who} on the printer in {place}", "print something on the printer"),
    ("bank transfer", "make a bank transfer to {who}", "make a bank transfer"),
    ("phone call", "make a phone call to {who} and read my message out", "make a phone call for me"),
    ("lights", "switch the lights off in {place}", "switch the lights off"),
    ("flowers", "order flowers for {who} to {place}", "order flowers"),
    ("restaurant table", "reserve a restaurant table near {place} with {who}", "reserve a restaurant table"),
    ("fax", "send a fax to {who}", "send a fax"),
    ("video", "cut the video of the talk with {who}", "cut a video"),
    ("password", "change the password of my online shop", "change a password"),
    ("translation", "make a translation of my letter to {who} into Latin", "make a translation"),
)  # fmt: skip


def beyond(desk: Desk) -> None:
    """Something no tool does; from level 1 on together with a look-up that can be done."""
    thing, ask, short = desk.rng.choice(_BEYOND)
    person = desk.person(desk.rng.chance(0.4))
    slots = []
    if "{place}" in ask:
        desk.fact("place", desk.rng.choice(data.ROOMS), "place", "place", "place", "where", "room")
        slots.append("place")
    if "{who}" in ask or desk.level:
        desk.fact("who", person.name, "name", "name of the person", "who", "whom", "person")
        slots.append("who")
    more, plain = "", ""
    if desk.level:
        desk.step("find", "find_contact", {"name": person.name}, slots=("who",))
        desk.tell(
            "phone",
            person.phone,
            "id",
            (f"{person.name} can be reached at {{value}}", f"The number of {person.name} is {{value}}"),
            ("find",),
        )
        whom = "{who}" if "{who}" not in ask else "that person"
        more, plain = f"; I also need the phone number of {whom}", "; I also need a phone number"
    else:
        desk.step("find", "find_contact", {"name": person.name}, slots=tuple(slots), required=False)
    desk.tell("thing", thing, "text", ("No tool of mine does this: {value}", "There is no tool for this: {value}",
              "What I lack is a tool for this: {value}"), ())  # fmt: skip
    cannot(desk)
    says: tuple[str, ...] = (
        f"{ask}{more}",
        f"please {ask}{more}",
        f"can you {ask}{more}",
        f"I need you to {ask}{more}",
        f"could you {ask}{more}",
        f"{short}{plain}",
        f"please {short}{plain}",
        f"can you {short}{plain}",
    )
    desk.want(f"a {thing}" if not thing.endswith("s") else thing, says, *slots)


def _silent_person(desk: Desk) -> Person:
    """Somebody without a phone number in the address book."""
    size = SIZES[desk.level]
    ranks = [r for r in range(TWINS, size.colleagues) if r % NO_PHONE == NO_PHONE - 1]
    return desk.at(f"C-{desk.rng.choice(ranks):04d}")


def no_phone(desk: Desk) -> None:
    """A text to somebody who has no phone number."""
    person = _silent_person(desk)
    news = desk.rng.choice(data.NEWS).format(n=desk.rng.between(13, 400))
    desk.fact("who", person.name, "name", "name of the person to text", "who", "whom", "name")
    desk.fact("news", news, "text", "message", "message", "text")
    desk.step("find", "find_contact", {"name": person.name}, slots=("who",))
    desk.tell("mail", person.email, "id", (f"For {person.name} there is only an e-mail address: {{value}}",
              f"The address book has {{value}} for {person.first} and no phone number"), ("find",))  # fmt: skip
    cannot(desk)
    says: tuple[str, ...] = (
        "text {who} that {news}",
        "send {who} a text: {news}",
        "please text {who} that {news}",
        "let {who} know by text that {news}",
        "I want {who} to get a text that {news}",
        "text somebody for me",
        "send a text, please",
        "I need a text sent",
    )
    desk.want("a text", says, "who", "news")


def taken(desk: Desk) -> None:
    """An event at a time that is taken, and at no other."""
    day = desk.busy_day()
    event = desk.rng.choice(desk.events(day))
    start = event["start"]
    title = f"{desk.rng.choice(data.PROJECTS)} {desk.rng.choice(data.MEETINGS)}"
    desk.fact("day", day.isoformat(), "date", "day", "day", "date", spoken=desk.said_day(day))
    desk.fact("start", start, "date", "start time", "start time", "what time", spoken=desk.said_time(minute_of(start)))
    desk.fact("title", title, "name", "title of the event", "title")
    desk.step("list", "list_events", {"day": day.isoformat()}, slots=("day",))
    desk.tell("by", event["title"], "name", ("That time is taken by {value}", "{value} is already in the calendar then",
              "It clashes with {value}"), ("list",))  # fmt: skip
    cannot(desk)
    slots = ["title", "day", "start"]
    who = ""
    if desk.level > 1:
        person = desk.person()
        desk.fact("who", person.name, "name", "name of the guest", "guest", "who", "invite")
        desk.step("find", "find_contact", {"name": person.name}, slots=("who",), required=False)
        slots.append("who")
        who = " with {who}"
    at = desk.on + "{day} at {start}"
    only = "; it has to be then or not at all"
    says: tuple[str, ...] = (
        f"book {{title}}{who} {at}{only}",
        f"put {{title}}{who} into my calendar {at}{only}",
        f"I need {{title}}{who} {at}{only}",
        f"please add {{title}}{who} {at}{only}",
        f"{{title}}{who} {at}, please book it{only}",
        f"book an event for me{only}",
        f"something has to go into my calendar{only}",
        f"please add an event{only}",
    )
    desk.want("an event", says, *slots)


def no_tram(desk: Desk) -> None:
    """A place that public transport does not reach, and nothing else will do."""
    rows = desk.state.rows("SELECT name FROM places ORDER BY id")
    half = len(rows) // 2
    origin, target = desk.rng.choice(rows[:half])["name"], desk.rng.choice(rows[half:])["name"]
    desk.fact("origin", origin, "place", "starting point", "starting point", "origin", "from where")
    desk.fact("target", target, "place", "destination", "destination", "where to")
    desk.step(
        "way",
        "get_directions",
        {"origin": origin, "destination": target, "mode": "transit"},
        slots=("origin", "target"),
    )
    desk.tell(
        "target", target, "name", ("No public transport goes to {value}", "{value} has no stop on this line"), ("way",)
    )
    desk.tell(
        "mode",
        "public transport",
        "text",
        ("I looked for {value} only, as you asked", "You asked for {value}"),
        ("way",),
    )
    cannot(desk)
    by = "by public transport, nothing else will do"
    says: tuple[str, ...] = (
        f"how long do I need from {{origin}} to {{target}} {by}",
        f"find me a way from {{origin}} to {{target}} {by}",
        f"get me from {{origin}} to {{target}} {by}",
        f"I have to go from {{origin}} to {{target}} {by}",
        f"please look up {{origin}} to {{target}} {by}",
        f"find me a way {by}",
        f"I have to get somewhere {by}",
        f"look up a way for me {by}",
    )
    desk.want("a way", says, "origin", "target")


def impossible(desk: Desk) -> None:
    makers: tuple[Callable[[Desk], None], ...] = (no_phone, taken, no_tram)
    desk.rng.choice(makers)(desk)


def without_tool(desk: Desk, tool: str) -> None:
    """A request for the very tool that is missing; what can be looked up is, and is told."""
    thing, ask, short = {
        "send_sms": ("text message", "send {who} a text message that {news}", "send a text message"),
        "send_email": ("e-mail", "send {who} an e-mail that {news}", "send an e-mail"),
        "create_event": ("event", "make a calendar event with {who} about this: {news}", "make a calendar event"),
        "create_meeting_link": ("meeting link", "make a meeting link for {who} and me", "make a meeting link"),
        "create_reminder": ("reminder", "set a reminder to call {who}", "set a reminder"),
        "create_note": ("note", "write a new note about {who}: {news}", "write a new note"),
    }[tool]
    person = desk.person(desk.rng.chance(0.4))
    desk.fact("who", person.name, "name", "name of the person", "who", "whom", "person")
    slots = ["who"]
    if "{news}" in ask:
        news = desk.rng.choice(data.NEWS).format(n=desk.rng.between(13, 400))
        desk.fact("news", news, "text", "content of it", "content", "wording", "what it should say")
        slots.append("news")
    desk.step("find", "find_contact", {"name": person.name}, slots=("who",))
    what, value = desk.rng.choice((("phone number", person.phone), ("e-mail address", person.email)))
    desk.tell(
        "card",
        value,
        "id",
        (f"The {what} of {person.name} is {{value}}", f"{person.name} has this {what}: {{value}}"),
        ("find",),
    )
    desk.tell(
        "thing", thing, "text", ("There is no tool here for this: {value}", "I have no tool for this: {value}"), ()
    )
    cannot(desk)
    more = f", and tell me the {what} I have for that person"
    says: tuple[str, ...] = (
        f"{ask}{more}",
        f"please {ask}{more}",
        f"can you {ask}{more}",
        f"I need you to {ask}{more}",
        f"could you {ask}{more}",
        f"{short}{more}",
        f"please {short}{more}",
        f"can you {short}{more}",
    )
    desk.want(f"a {thing}" if thing[0] != "e" else f"an {thing}", says, *slots)


REMOVABLE = ("send_sms", "send_email", "create_event", "create_meeting_link", "create_reminder", "create_note")
