"""Requests with independent parts: reminders and notes, and the way to a place."""

from __future__ import annotations

from dataclasses import replace

from trajgym.gym_envs.desktop_assistant import data
from trajgym.gym_envs.desktop_assistant.desk import READ, Desk, joined
from trajgym.gym_envs.desktop_assistant.desk_tools import LISTS, route
from trajgym.gym_envs.desktop_assistant.fill import SIZES

_MODES = {"walk": "on foot", "drive": "by car", "transit": "by public transport"}


def errands(desk: Desk) -> None:
    """One to five reminders, each on its own."""
    count = 1 if desk.p else desk.level + 1
    rng = desk.rng
    chores = rng.sample(data.CHORES, count)
    parts: list[str] = []
    slots: list[str] = []
    where = rng.choice(LISTS[1:]) if rng.chance(0.3) else ""
    for number, chore in enumerate(chores):
        n = "" if count == 1 else f" of the {('first', 'second', 'third', 'fourth', 'fifth')[number]} reminder"
        keys = ("reminder", "remind", "what for") if count == 1 else (n.strip().removeprefix("of the "),)
        desk.fact(f"what{number}", chore, "text", f"text{n}" if n else "text of the reminder", "text", *keys)
        times = ("due", "when", "time", "day", "date") if count == 1 else ("due", "when", "time")
        desk.moment(f"due{number}", f"time{n}" if n else "time of the reminder", *times, *keys[:-1])
        due = desk.facts[f"{desk.p}due{number}"].value
        mine = [f"what{number}", f"due{number}"]
        args = {"text": chore[0].upper() + chore[1:], "due": due}
        if where:
            args["list"] = where
        desk.step(f"remind{number}", "create_reminder", args, slots=(*mine, *(("list",) if where else ())),
                  mentions=tuple(chore.split()[-1:]), phrase=f"remind you to {chore}",
                  done=f"the reminder to {chore} is set")  # fmt: skip
        desk.tell(f"time{number}", due[11:], "text", (f"The reminder to {chore} rings at {{value}}",
                  f"At {{value}} you will be reminded to {chore}", f"Reminder to {chore}: {{value}}"),
                  (f"remind{number}",), f"{due[11:13]}:45")  # fmt: skip
        if desk.ambiguity == "implicit_goal":
            parts.append(f"to {{what{number}}}, {desk.on}{{due{number}}}")
        else:
            parts.append(f"to {{what{number}}} {desk.on}{{due{number}}}")
        slots += mine
    tail, plain = "", ""
    if where:
        desk.fact("list", where, "choice", "list", "list")
        slots.append("list")
        tail, plain = ", on my list {list}", ", on a certain list"
    what = joined(parts)
    if desk.ambiguity == "implicit_goal":
        says: tuple[str, ...] = (
            f"I must not forget {what}{tail}",
            f"I always forget {what}{tail}",
            f"I have {what}, and I will not think of it{tail}",
            f"it would be bad if I forgot {what}{tail}",
            f"I really have {what} and my head is full{tail}",
            f"I keep forgetting something{plain}",
            f"there is something I must not forget{plain}",
            f"my memory is so bad these days{plain}",
        )
    else:
        says = (
            f"remind me {what}{tail}",
            f"please remind me {what}{tail}",
            f"I want to be reminded {what}{tail}",
            f"set {'a reminder' if count == 1 else 'reminders'} {what}{tail}",
            f"can you remind me {what}{tail}",
            f"make sure I remember {what}{tail}",
            f"I need something to ring in time{plain}",
            f"please set a reminder for me{plain}",
            f"remind me of something{plain}",
        )
    desk.want("a reminder", says, *slots)


def way(desk: Desk) -> None:
    """How long it takes from one place to another; at higher levels by several modes, and somebody is told."""
    level = desk.level if not desk.p else 0
    rng = desk.rng
    places = [row["name"] for row in desk.state.rows("SELECT name FROM places ORDER BY id")]
    ids = {name: f"P-{number:02d}" for number, name in enumerate(places)}
    served = places[: len(places) // 2]  # these have a tram
    origin, *targets = rng.sample(served, 1 + (1, 1, 1, 2, 2)[level])
    modes = [rng.choice(tuple(_MODES))] if level < 2 else rng.sample(tuple(_MODES), 2 if level < 4 else 3)
    desk.fact(
        "origin", origin, "place", "starting point", "starting point", "origin", "start", "where from", "from where"
    )
    desk.fact(
        "target",
        targets,
        "place",
        "destinations" if targets[1:] else "destination",
        "destination",
        "destinations",
        "where to",
        "to where",
        spoken=joined(targets),
    )
    desk.fact(
        "mode",
        [_MODES[mode] for mode in modes],
        "choice",
        "means of travel",
        "means of travel",
        "mode",
        "travel",
        "how do you",
        spoken=" and ".join(_MODES[mode] for mode in modes),
    )
    lookups: list[str] = []
    found: list[int] = []
    for target in targets:
        for mode in modes:
            name = f"way{len(lookups)}"
            result = route(desk.state, ids[origin], ids[target], mode)
            assert result is not None
            desk.step(name, "get_directions", {"origin": origin, "destination": target, "mode": mode},
                      slots=("origin", "target", "mode"))  # fmt: skip
            says: tuple[str, ...] = (f"From {origin} to {target} it takes {{value}} minutes {_MODES[mode]}",
                    f"{target} {_MODES[mode]}: {{value}} minutes from {origin}",
                    f"Getting to {target} {_MODES[mode]} takes {{value}} minutes")  # fmt: skip
            desk.tell(f"minutes{len(lookups)}", result[0], "number", says, (name,), result[0] + 11)
            lookups.append(name)
            found.append(result[0])
    slots, more, plain = ["origin", "target", "mode"], "", ""
    if level:
        more, plain = _pass_on(desk, origin, targets, modes, lookups, found, slots)
    _say_way(desk, more, plain, slots)
    if not level:
        desk.ending = replace(desk.ending, says=READ)


def _say_way(desk: Desk, more: str, plain: str, slots: list[str]) -> None:
    if desk.ambiguity == "implicit_goal":
        says: tuple[str, ...] = (
            f"I have no idea how long I need from {{origin}} to {{target}} {{mode}}{more}",
            f"I'm afraid of being late at {{target}} when I leave {{origin}} {{mode}}{more}",
            f"I'm at {{origin}} and have to be at {{target}} soon, {{mode}}{more}",
            f"{{target}} may be too far from {{origin}} {{mode}}{more}",
            f"I wonder when to leave {{origin}} for {{target}} {{mode}}{more}",
            f"I don't know my way around here{plain}",
            f"I might be late{plain}",
            f"the city is new to me{plain}",
        )
    else:
        says = (f"how many minutes is it from {{origin}} to {{target}} {{mode}}{more}",
                f"look up the way from {{origin}} to {{target}} {{mode}} and tell me the minutes{more}",
                f"how long do I need from {{origin}} to {{target}} {{mode}}{more}",
                f"I go from {{origin}} to {{target}} {{mode}}, how many minutes will that be{more}",
                f"please get me the travel time from {{origin}} to {{target}} {{mode}}{more}",
                f"how long do I need to get somewhere{plain}", f"I need a travel time{plain}",
                f"please look up a way for me{plain}")  # fmt: skip
    desk.want("the way to a place", says, *slots)


def _pass_on(desk: Desk, origin: str, targets: list[str], modes: list[str], lookups: list[str], found: list[int],
             slots: list[str]) -> tuple[str, str]:  # fmt: skip
    """Text the travel time to people; from level 3 on keep it in a note too."""
    people = [desk.person(desk.rng.chance(0.25)) for _ in range((1, 1, 2, 2, 4)[desk.level])]
    names = [person.name for person in people]
    desk.fact(
        "people",
        names,
        "name",
        "names of the people to text" if names[1:] else "name of the person to text",
        "who",
        "whom",
        "people",
        "person",
        spoken=joined(names),
    )
    slots.append("people")
    finds: list[str] = []
    for number, person in enumerate(people):
        finds.append(f"find{number}")
        desk.step(finds[-1], "find_contact", {"name": person.name}, slots=("people",))
    legs = [f"{target} {_MODES[mode]}" for target in targets for mode in modes]
    body = "From " + origin + ": " + ", ".join(f"{leg} {n} minutes" for leg, n in zip(legs, found, strict=True)) + "."
    desk.step(
        "sms",
        "send_sms",
        {"to": [person.phone for person in people], "body": body},
        needs=(*lookups, *finds),
        slots=("people",),
        confirm=len(people) > 3 or any(desk.outside(p) for p in people),
        mentions=tuple(map(str, found)),
        phrase=f"text {joined(names)} how long it takes",
        done="the text is sent",
    )
    desk.tell("texted", names[0], "name", ("{value} has got the text", "A text went to {value}"), ("sms",))
    more, plain = "; then text that to {people}", "; then text it to somebody"
    if desk.level > 2:
        row = desk.state.get("notes", f"N-{desk.rng.below(SIZES[desk.level].notes):03d}")
        assert row is not None
        desk.fact("note", row["title"], "name", "title of the note", "note", "title")
        slots.append("note")
        desk.step("note", "append_note", {"title": row["title"], "body": body}, needs=lookups, slots=("note",),
                  mentions=tuple(map(str, found)), phrase=f"add it to the note {row['title']}",
                  done=f"the note {row['title']} has a new line")  # fmt: skip
        more, plain = more + " and add it to my note {note}", plain + " and add it to a note of mine"
    return more, plain
