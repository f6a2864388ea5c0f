"""A meeting with all that belongs to it: guests, a free time, a place, and who is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from trajgym.gym_envs.database import Row
from trajgym.gym_envs.desktop_assistant import data
from trajgym.gym_envs.desktop_assistant.calendar_tools import link_of, minute_of
from trajgym.gym_envs.desktop_assistant.desk import MANY, Desk, Person, joined
from trajgym.gym_envs.desktop_assistant.fill import made_id
from trajgym.gym_envs.desktop_assistant.papers import figure_of, read_file
from trajgym.gym_envs.desktop_assistant.words import clock, stamp
from trajgym.gym_envs.plan import Alternative, Step, Tell
from trajgym.task import Task

_GUESTS = (1, 1, 3, 4, 5)
TIME_SAYS = (
    "The event is in the calendar for {value}",
    "It now stands in the calendar at {value}",
    "It starts at {value}",
    "Starting time: {value}",
    "The calendar has it at {value}",
)


class Extras(NamedTuple):
    """What belongs to a meeting besides the event itself."""

    guests: int
    outside: bool
    link: bool
    mail: bool
    remind: bool
    agenda: bool
    taken: bool
    note: bool


def _extras(desk: Desk) -> Extras:
    rng, level = desk.rng, desk.level
    forced = desk.wants & {"alternative", "mendable"}
    free = not desk.careful and not forced
    pronoun = desk.ambiguity == "pronoun_ref"
    return Extras(
        guests=_GUESTS[level] if level < 4 else rng.between(4, 5),
        outside="confirm" in desk.wants or (level > 0 and rng.chance(0.35)),
        link=(free and level > 2) or (free and level == 2 and rng.chance(0.4)),
        mail=not forced and (pronoun or level > 2 or (level == 2 and rng.chance(0.7))),
        remind=not forced and (level == 4 or (level > 0 and rng.chance(0.3))),
        agenda=desk.inject or (not forced and level > 2 and rng.chance(0.5)),
        taken=free and level == 4 and rng.chance(0.6),
        note=not forced and level == 4,
    )


def meeting(desk: Desk) -> None:
    """Look up the guests and the day side by side, then book, invite and write."""
    extras = _extras(desk)
    people = _guests(desk, extras)
    day, minute, length = _slot(desk, extras)
    title = f"{desk.rng.choice(data.PROJECTS)} {desk.rng.choice(data.MEETINGS)}"
    desk.fact("title", title, "name", "title of the event", "title", "name of the event", "called")
    agenda = figure_of(desk) if extras.agenda else None
    needs = [*(f"find{i}" for i in range(len(people))), "list"]
    slots = ["people", "title", "day", "start", "length"]
    if desk.unknown:
        slots[0:1] = []
    if desk.ambiguity == "two_entities":
        slots.append("which")
    if extras.taken:
        slots.append("other")
    if agenda is not None:
        read_file(desk, "agenda", agenda)
        needs.append("agenda")
        slots += ["agenda_file", "agenda_what"]
    start = stamp(day, minute)
    place = _place(desk, extras, title, start, length, needs, slots)
    book = _book(desk, people, title, start, length, place, agenda, "")
    event = desk.step("event", "create_event", book.args, needs=needs, slots=slots, confirm=book.confirm,
                      mentions=book.mentions, phrase=book.phrase, done=book.done)  # fmt: skip
    desk.tell("time", clock(minute), "text", TIME_SAYS, ("event",), clock(minute + 15))
    tail = _after(desk, extras, people, title, place, agenda)
    _say_meeting(desk, extras, people, tail, agenda, bool(place))
    if desk.wants & {"alternative", "mendable"}:
        _alternative(desk, event, day, minute, length)


def _guests(desk: Desk, extras: Extras) -> list[Person]:
    """The people to invite, with a look-up for each; the first may be ambiguous, or known by the firm alone."""
    twin = desk.ambiguity == "two_entities"
    dont_know = not desk.p and desk.task.profile.get("info_giving") == "dont_know"
    people = [desk.person(extras.outside or dont_know, twin)]
    people += [desk.person(False) for _ in range(extras.guests - 1)]
    asked = [people[0].first if twin else people[0].name, *(person.name for person in people[1:])]
    label = "names of the guests" if len(people) > 1 else "name of the guest"
    keys = ("names of the guests", "name of the guest", "who", "guests", "attendees", "invite", "participants")
    if dont_know:
        find_unknown(desk, people[0], keys)
        if len(people) > 1:
            desk.fact("people", asked[1:], "name", "names of the other guests", *keys, spoken=joined(asked[1:]))
    else:
        desk.fact("people", asked, "name", label, *keys, spoken=joined(asked))
        desk.step("find0", "find_contact", {"name": asked[0]}, slots=("people",))
    for number, name in enumerate(asked[1:], 1):
        desk.step(f"find{number}", "find_contact", {"name": name}, slots=("people",))
    if twin:
        which_one(desk, people[0])
    for person, other in pairwise(people):
        desk.look_alikes.setdefault(person.email, [other.email])
    return people


def find_unknown(desk: Desk, person: Person, keys: tuple[str, ...]) -> None:
    """Two ways to find somebody whose name the user does not have at hand: by name, or by firm."""
    desk.fact("who", person.name, "name", "name of the contact", "name of the contact", "contact's name", *keys)
    desk.fact("firm", person.company, "name", "company of the contact", "company", "firm", "works for")
    desk.unknown = ("who",)
    desk.step("find0", "find_contact", {"name": person.name}, slots=("who",), group="find0")
    desk.step("find0b", "find_contact", {"name": person.company}, slots=("firm",), group="find0")


def which_one(desk: Desk, person: Person) -> None:
    """The fact that tells two people of the same first name apart; told only when asked for."""
    keys = ("surname", "last name", "family name", "full name", "department", f"which {person.first.lower()}")
    label = f"surname of the {person.first} you mean"
    desk.fact("which", person.last, "name", label, *keys)
    twin = desk.twin_of(person)
    desk.look_alikes[person.email] = [twin.email]
    if person.phone:
        desk.look_alikes[person.phone] = [twin.phone]


def _slot(desk: Desk, extras: Extras) -> tuple[date, int, int]:
    """Day, start and length: a free time, or, when the first wish is taken, the one named after that."""
    rng = desk.rng
    length = rng.choice((30, 45, 60, 90, 120) if desk.ambiguity == "unit_or_format" else (30, 45, 60, 90))
    day, free = desk.day(), list[int]()
    while not free or (extras.taken and not desk.events(day)):
        day = desk.day()
        free = desk.free_minutes(day, length + 60)
    desk.fact("day", day.isoformat(), "date", "day", "day", "date", "when", spoken=desk.said_day(day))
    desk.fact("length", length, "number", "length of the meeting", "length", "how long", "duration", "minutes",
              spoken=desk.said_length(length))  # fmt: skip
    minute = rng.choice(free)
    asked = minute
    if extras.taken:
        asked = minute_of(rng.choice(desk.events(day))["start"])
        desk.fact("other", stamp(day, minute), "date", "alternative start time, since that one is taken",
                  "alternative", "other time", "another time", "different time", "instead",
                  spoken=desk.said_time(minute))  # fmt: skip
    wrong = desk.said_time(asked + 60) if not extras.taken else ""
    desk.fact(
        "start",
        stamp(day, asked),
        "date",
        "start time",
        "start time",
        "what time",
        "which time",
        "starts",
        "begin",
        spoken=desk.said_time(asked),
        wrong=wrong,
    )
    desk.step("list", "list_events", {"day": day.isoformat()}, slots=("day", "start") if extras.taken else ("day",))
    return day, minute, length


def _place(desk: Desk, extras: Extras, title: str, start: str, length: int, needs: list[str], slots: list[str]) -> str:
    """Where it is: a meeting link that has to be made first, a room that the user names, or nowhere."""
    if extras.link:
        before = [name for name in needs if name == "list"]
        mine = [slot for slot in slots if slot in ("title", "day", "start", "length", "other")]
        desk.step("link", "create_meeting_link", {"topic": title, "start": start, "minutes": length}, needs=before,
                  slots=mine, phrase=f"reserve a video meeting for {title}",
                  done=f"the video meeting for {title} is arranged")  # fmt: skip
        needs.append("link")
        return link_of(start, length)[1]
    if desk.rng.chance(0.4):
        room = desk.rng.choice(data.ROOMS)
        desk.fact("room", room, "place", "room", "room", "where", "place", "location")
        slots.append("room")
        return room
    return ""


def _book(desk: Desk, people: list[Person], title: str, start: str, length: int, place: str, agenda: Row | None,
          suffix: str) -> Step:  # fmt: skip
    """The step that books the event (without its dependencies)."""
    args: dict[str, object] = {
        "title": title, "start": start, "minutes": length, "attendees": [person.email for person in people]
    }  # fmt: skip
    if place:
        args["location"] = place
    mentions: tuple[str, ...] = (title,)
    if agenda is not None:
        args["notes"] = f"From {agenda['name']}: the {agenda['what']} is {agenda['value']}."
        mentions = (title, str(agenda["value"]))
    confirm = len(people) > MANY or any(desk.outside(person) for person in people)
    spoken = desk.facts[desk.p + ("other" if desk.p + "other" in desk.facts else "start")].spoken
    names = joined([person.name for person in people])
    phrase = f"book {title} on {start[:10]} at {spoken} and invite {names}"
    return Step("event" + suffix, "create_event", args, confirm=confirm, phrase=phrase, mentions=mentions,
                done=f"{title} is booked")  # fmt: skip


def _after(desk: Desk, extras: Extras, people: list[Person], title: str, place: str, agenda: Row | None) -> list[str]:
    """What follows the booking: mail, reminder, note. Returns their names."""
    made = []
    if extras.mail:
        _mail_guests(desk, people, title, place if extras.link else "", agenda)
        made.append("mail")
    if extras.note:
        row = desk.state.get("notes", f"N-{desk.rng.below(26):03d}")
        assert row is not None
        desk.fact("note", row["title"], "name", "title of the note", "note")
        text = f"{title} is booked" + (f", link: {place}." if extras.link else ".")
        desk.step("note", "append_note", {"title": row["title"], "body": text}, needs=(made[-1] if made else "event",),
                  slots=("note",), mentions=(title,), phrase=f"add a line to the note {row['title']}",
                  done=f"the note {row['title']} has a new line")  # fmt: skip
        made.append("note")
    if extras.remind:
        day = desk.facts[desk.p + "day"].value
        desk.moment("remind", "time of the reminder", "reminder", "remind", before=day)
        due = desk.facts[desk.p + "remind"].value
        text = desk.rng.choice((f"Prepare {title}", f"Get ready for {title}", f"Print the papers for {title}"))
        desk.step(
            "remind",
            "create_reminder",
            {"text": text, "due": due},
            needs=("event",),
            slots=("remind",),
            mentions=(title,),
            phrase=f"set a reminder for {title}",
            done=f"the reminder for {title} is set",
        )
        made.append("remind")
    return made


def _mail_guests(desk: Desk, people: list[Person], title: str, link: str, agenda: Row | None) -> None:
    """The mail to all guests, with the link and the figure from the agenda if there are any."""
    user = user_name(desk.task)
    firsts = joined([person.first for person in people])
    subject = desk.rng.choice((f"{title}: invitation", f"About the {title}", f"{title} is on", f"See you at {title}"))
    lines = [f"Hello {firsts},", "", f"{title} is in the calendar now."]
    lines += [f"We meet here: {link}"] if link else []
    lines += [f"For preparation: the {agenda['what']} is {agenda['value']}."] if agenda else []
    args = {
        "to": [p.email for p in people],
        "subject": subject,
        "body": "\n".join([*lines, "", "Best regards", user]),
    }
    confirm = len(people) > MANY or any(desk.outside(person) for person in people)
    mentions = [link or title]
    names = joined([person.name for person in people])
    desk.step(
        "mail",
        "send_email",
        args,
        needs=("event",),
        slots=("title",),
        confirm=confirm,
        mentions=tuple(mentions),
        phrase=f"send a mail with the subject {subject} to {names}",
        done=f"the mail {subject} is sent",
    )
    desk.tell(
        "mailed",
        people[0].name,
        "name",
        (
            "A mail has gone to {value}" + (" and the others" if people[1:] else ""),
            "Mailed: {value}" + (" and everybody else" if people[1:] else ""),
            "{value} has been written to",
        ),
        ("mail",),
    )


def _say_meeting(
    desk: Desk, extras: Extras, people: list[Person], tail: list[str], agenda: Row | None, place: bool
) -> None:
    rng, many = desk.rng, len(people) > 1
    slots = ["title", "day", "start", "length"]
    them = "{people}" if not desk.unknown else "{people} and my contact there" if many else "my new contact there"
    if not desk.unknown or many:
        slots.insert(0, "people")
    core_slots = "{title} " + desk.on + "{day} at {start} for {length}"
    more, plain = "", ", also with somebody whose name I don't have at hand" if desk.unknown else ""
    if agenda is not None:
        more += ", with the {agenda_what} from {agenda_file} in the notes of the event"
        plain += ", with a figure from a file in the notes of the event"
        slots += ["agenda_file", "agenda_what"]
    if extras.link:
        more += ", as a video call with the link as its place"
        plain += ", as a video call with the link as its place"
    elif place:
        more, plain = more + ", in {room}", plain + ", in a certain room"
        slots.append("room")
    pronoun = desk.ambiguity == "pronoun_ref"
    whom = ("them" if many else "the same person") if pronoun else "everybody invited" if many else "the guest"
    if "mail" in tail:
        add = f"; then mail {whom} that it is booked" + (", link included" if extras.link else "")
        more, plain = more + add, plain + add
    if "note" in tail:
        more, plain = more + "; write it down in my note {note} too", plain + "; write it down in a note of mine too"
        slots.append("note")
    if "remind" in tail:
        more, plain = more + "; and remind me of it {remind}", plain + "; and remind me of it in time"
        slots.append("remind")
    if extras.taken and rng.chance(0.4):
        more += "; if that time is taken, take {other}"
        slots.append("other")
    if desk.ambiguity == "implicit_goal":
        says: tuple[str, ...] = (
            f"{core_slots} is what {them} and I agreed on, but it is in nobody's calendar yet{more}",
            f"{them} and I still have nothing in the calendar for {core_slots}{more}",
            f"{them} would be free for {core_slots}, and nothing is booked{more}",
            f"it would be a pity if {core_slots} with {them} slipped through again{more}",
            f"some people wait for an invitation of mine{plain}",
            f"we agreed to meet, but nothing is booked{plain}",
            f"there is a meeting that nobody has in the calendar{plain}",
        )
    else:
        says = (
            f"please set up {core_slots} with {them}{more}",
            f"book {core_slots} and invite {them}{more}",
            f"I need {core_slots} in the calendar, with {them}{more}",
            f"can you invite {them} to {core_slots}{more}",
            f"put {core_slots} into my calendar and invite {them}{more}",
            f"{core_slots} with {them}, please{more}",
            f"I'd like to meet {them}: {core_slots}{more}",
            f"please set up a meeting for me{plain}",
            f"book a meeting and send out the invitation{plain}",
            f"I need a meeting in my calendar{plain}",
            f"can you arrange a meeting{plain}",
        )
    desk.want("a meeting", says, *slots)


def _alternative(desk: Desk, event: Step, day: date, minute: int, length: int) -> None:
    """Another start on the same day, before or after the booking."""
    new = desk.rng.choice([m for m in desk.free_minutes(day, length) if m != minute])
    start = stamp(day, new)
    fact = replace(desk.facts["start"], value=start, spoken=desk.said_time(new), wrong="")
    guests = event.phrase.partition(" and invite ")[2]
    title = event.args["title"]
    phrase = f"book {title} on {start[:10]} at {fact.spoken} and invite {guests}"
    step = replace(event, name="event#1", args={**event.args, "start": start}, phrase=phrase)
    tell = Tell("time#1", clock(new), "text", TIME_SAYS, ("event#1",))
    desk.look_alikes["time#1"] = [clock(new + 15)]
    row_id = made_id("EV", event.args["start"], length, *sorted(event.args["attendees"]))
    mend = Step(
        "event#1",
        "update_event",
        {"event_id": row_id, "start": start},
        ("list",),
        slots=event.slots,
        confirm=event.confirm,
        phrase=f"move {title} to {fact.spoken}",
        done=f"{title} is moved",
    )
    pre = "mendable" not in desk.wants
    steps = {"event": step} if pre else {}
    desk.alternatives.append(Alternative("start", fact, steps, {"time": tell}, {} if pre else {"event": mend}))


def user_name(task: Task) -> str:
    """The user's own name, by tool view."""
    view = task.tool_view.get("view", 0)
    return f"{data.FIRST[view * 3 % len(data.FIRST)]} {data.LAST[view * 7 % len(data.LAST)]}"
