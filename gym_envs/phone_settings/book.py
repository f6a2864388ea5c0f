"""What is stored on a phone: how it gets there, and what planning reads of it."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import NamedTuple

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.phone_settings import data
from trajgym.gym_envs.phone_settings.tools import LABELS, SCHEMA
from trajgym.seeding import Rng

PEOPLE = (14, 20, 28, 38, 50)
TWINS = (4, 4, 6, 8, 10)
"""Of these, the first so many share first names, two by two."""
EMERGENCY = 3
"""The last so many of those with a relationship of their own are emergency contacts."""
REMINDERS = (6, 10, 14, 20, 30)
MINUTE = 5


class Person(NamedTuple):
    id: str
    name: str
    phone: str
    relationship: str
    emergency: str

    @property
    def first(self) -> str:
        return self.name.split(" ", 1)[0]

    @property
    def pronoun(self) -> str:
        return "her" if self.first in _WOMEN else "him"


_WOMEN = frozenset(data.FEMALE)


class Note(NamedTuple):
    """A message that says a number: the code, the room or whatever its topic is."""

    id: str
    person: Person
    topic: str
    number: int


class Book(NamedTuple):
    """A phone as it was built. `on`: which settings are on; `managed`: which are locked."""

    today: date
    battery: int
    district: str
    on: dict[str, bool]
    managed: frozenset[str]
    twins: list[Person]
    close: list[Person]
    loose: list[Person]
    regular: list[Person]
    """Those two: whom requests are about."""
    emergency: list[Person]
    services: list[Person]
    notes: list[Note]
    reminders: list[Row]
    days: frozenset[str]
    """Days that have a reminder."""
    places: dict[str, list[Row]]


def book_of(state: Backend) -> Book:
    """The book of a phone, read once."""
    found: Book | None = state.facts.get("book")
    if found is None:
        found = state.facts["book"] = _read(state)
    return found


def _read(state: Backend) -> Book:
    people = [Person(**row) for row in state.rows("SELECT * FROM contacts ORDER BY id")]
    phone = state.rows("SELECT * FROM phone")[0]
    settings = state.rows("SELECT * FROM settings ORDER BY id")
    count = TWINS[sum(size < len(people) - len(data.SERVICES) for size in PEOPLE)]
    named = {person.name: person for person in people}
    notes = []
    for row in state.rows("SELECT id, person, body FROM messages ORDER BY id"):
        topic, pattern = next(t for t in data.TOPICS if row["body"].startswith(t[1].split("{n}")[0]))
        start, _, end = pattern.partition("{n}")
        notes.append(
            Note(row["id"], named[row["person"]], topic, int(row["body"][len(start) : len(row["body"]) - len(end)]))
        )
    district = phone["district"]
    places: dict[str, list[Row]] = {}
    for row in state.rows("SELECT id, name, category, closes FROM places WHERE district = ? ORDER BY km, id", district):
        places.setdefault(row["category"], []).append(row)
    rest = [p for p in people[count:] if p.relationship != "service"]
    close = [p for p in rest if p.relationship not in data.LOOSE and p.emergency == "no"]
    loose = [p for p in rest if p.relationship in data.LOOSE]
    reminders = state.rows("SELECT * FROM reminders ORDER BY id")
    return Book(
        today=date.fromisoformat(phone["clock"][:10]),
        battery=phone["battery"],
        district=district,
        on={row["id"]: row["state"] == "on" for row in settings},
        managed=frozenset(row["id"] for row in settings if row["managed"] == "yes"),
        twins=people[:count],
        close=close,
        loose=loose,
        regular=[*close, *loose],
        emergency=[p for p in rest if p.emergency == "yes"],
        services=[p for p in people if p.relationship == "service"],
        notes=notes,
        reminders=reminders,
        days=frozenset(row["at"][:10] for row in reminders),
        places=places,
    )


def fill(connection: sqlite3.Connection, rng: Rng, level: int) -> None:
    connection.executescript(SCHEMA)
    connection.execute("BEGIN")
    today = date(2026, 1, 5) + timedelta(days=rng.below(600))
    clock = f"{today}T{rng.between(7, 11):02d}:{MINUTE * rng.below(12):02d}"
    district = rng.choice(data.DISTRICTS)
    connection.execute("INSERT INTO phone VALUES ('phone', ?, ?, ?)", (clock, rng.between(13, 89), district))
    connection.executemany("INSERT INTO settings VALUES (?, ?, ?)", _settings(rng, level))
    people = _people(rng, level)
    connection.executemany("INSERT INTO contacts VALUES (?, ?, ?, ?, ?)", people)
    connection.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)", _messages(rng, level, people, today))
    reminders: dict[str, str] = {}
    while len(reminders) < REMINDERS[level]:
        text, thing = data.deed(rng)
        reminders.setdefault(thing, text)
    days = rng.sample(range(1, 60), len(reminders))
    connection.executemany(
        "INSERT INTO reminders VALUES (?, ?, ?)",
        [
            (f"R-{n:04d}", text, f"{today + timedelta(days=day)}T{rng.between(8, 20):02d}:{MINUTE * rng.below(12):02d}")
            for n, (text, day) in enumerate(zip(reminders.values(), days, strict=True), 101)
        ],
    )
    places = [
        place
        for where in [district, *rng.sample([d for d in data.DISTRICTS if d != district], level)]
        for place in _places(rng, where)
    ]
    connection.executemany(
        "INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, '')", [(f"P-{n:04d}", *p) for n, p in enumerate(places, 101)]
    )


def _settings(rng: Rng, level: int) -> list[tuple[str, str, str]]:
    """The higher the level, the more stands between the user and the network."""
    low = level > 1 and rng.chance((0, 0, 0.7, 0.8, 0.95)[level])
    air = level > 2 and rng.chance((0, 0, 0, 0.6, 0.9)[level])
    off = (0.0, 0.6, 0.8, 0.9, 1.0)[level]
    cellular = not (low or air) and not rng.chance(off)
    on = {
        "low_battery_mode": low, "airplane_mode": air, "cellular": cellular, "wifi": not low and not rng.chance(off),
        "location": not low and not rng.chance(off), "hotspot": cellular and rng.chance(0.4),
        "bluetooth": rng.chance(0.5), "do_not_disturb": rng.chance(0.5),
    }  # fmt: skip
    managed = set(rng.sample(("bluetooth", "do_not_disturb", "hotspot"), 1))
    if level and rng.chance(0.3):
        managed.add("location")
        on["location"] = False
    return [(name, "on" if on[name] else "off", "yes" if name in managed else "no") for name in LABELS]


def _people(rng: Rng, level: int) -> list[tuple[str, str, str, str, str]]:
    total, twins = PEOPLE[level], TWINS[level]
    firsts = rng.sample([*data.FEMALE, *data.MALE], total - twins // 2)
    firsts = [firsts[i // 2] for i in range(twins)] + firsts[twins // 2 :]
    lasts = rng.sample(data.LAST, total)
    close = rng.sample(data.CLOSE, min(len(data.CLOSE), (total - twins) * 2 // 3))
    first_loose = twins + len(close)
    code = data.HOME_CODES[level]
    numbers: list[str] = []
    while len(numbers) < total:
        number = code + data.number_behind(rng)
        if number not in numbers:
            numbers.append(number)
    people = []
    for n, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        relationship = close[n - twins] if twins <= n < first_loose else rng.choice(data.LOOSE)
        emergency = "yes" if first_loose - EMERGENCY <= n < first_loose else "no"
        people.append((f"C-{n:04d}", f"{first} {last}", numbers[n], relationship, emergency))
    for n, name in enumerate(data.SERVICES):
        people.append((f"C-{total + n:04d}", name, f"{code}900555{1000 * n + rng.below(1000):04d}", "service", "no"))
    return people


def _messages(rng: Rng, level: int, people: list[tuple[str, str, str, str, str]], today: date) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for person in people[TWINS[level] : PEOPLE[level]]:
        start = rng.below(len(data.TOPICS))
        for topic in (*data.TOPICS, *data.TOPICS)[start : start + rng.between(1, 2)]:
            day = today - timedelta(days=rng.between(1, 90))
            body = topic[1].replace("{n}", str(rng.between(130, 9899)))
            at = f"{day}T{rng.between(7, 22):02d}:{rng.below(60):02d}"
            found.append((f"M-{len(found) + 101:04d}", "in", person[1], person[2], body, at))
    return found


def _places(rng: Rng, district: str) -> list[tuple[str, str, str, float, str]]:
    """One to three places of each kind."""
    found = []
    for category in data.CATEGORIES:
        tenths = 0
        for _ in range(rng.between(1, 3)):
            tenths += rng.between(2, 19)
            name = f"{rng.choice(data.STYLES)} {rng.choice(data.EMBLEMS)} {category.title()}"
            found.append((name, category, district, tenths / 10, f"{rng.between(17, 22)}:{15 * rng.below(4):02d}"))
    return found
