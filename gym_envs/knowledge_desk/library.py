"""The archive of one pre-built world: what is true, which document says so, and which one used to."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from trajgym.errors import TrajgymError
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.knowledge_desk import data
from trajgym.seeding import Rng

SCHEMA = """
CREATE TABLE documents (
  id TEXT PRIMARY KEY, number INTEGER UNIQUE, title TEXT, date TEXT, access TEXT, body TEXT, phone TEXT, note TEXT
);
CREATE TABLE tickets (id TEXT PRIMARY KEY, status TEXT);
CREATE TABLE answers (id TEXT PRIMARY KEY, audience TEXT, citations TEXT, answer TEXT);
CREATE TABLE actions (id TEXT PRIMARY KEY, tool TEXT, subject TEXT);
"""
INDEX = "CREATE VIRTUAL TABLE words USING fts5(title, body, content='')"
"""The index has no copy of the texts: its rowid is a document's number, which stays when a row is put back."""

TODAY = date(2026, 5, 18)
_COUNTS = {
    "product": (10, 14, 20, 30, 40), "company": (6, 8, 10, 14, 18), "person": (8, 10, 14, 20, 28),
    "place": (8, 10, 12, 18, 24), "project": (5, 6, 8, 10, 14), "rule": (4, 5, 7, 9, 12),
}  # fmt: skip
_UNWRITTEN = {"company": 2, "person": 3, "place": 3}
"""Things that documents name and none is about."""
_COUNTY_TOWNS = 3
_SECONDS = (0.0, 0.2, 0.3, 0.45, 0.6)
"""Share of the things that have a second document, which contradicts the first."""
_MEMOS = (2, 5, 10, 18, 30)
_TICKETS = 60


@dataclass(slots=True)
class Stated:
    """`value` as the latest document has it; `doc` is that document, `old` what an earlier one says instead. The value
    of a link is the name of a thing."""

    value: Any
    doc: str
    old: Any = None


@dataclass(slots=True)
class Thing:
    kind: str
    name: str
    token: str
    docs: list[str] = field(default_factory=list)
    stated: dict[str, Stated] = field(default_factory=dict)
    confidential: bool = False
    phone: str = ""


@dataclass(slots=True)
class Library:
    """`written`: things by kind that have a document; `things`: all, by name; `mentions`: name -> documents in which it
    stands without their being about it."""

    written: dict[str, list[Thing]] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    mentions: dict[str, list[str]] = field(default_factory=dict)
    documents: list[tuple[str, int, str, str, str, str, str, str]] = field(default_factory=list)
    tickets: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


def library(state: Backend) -> Library:
    """The archive behind `state`, as it was built."""
    found: Library | None = state.facts.get("library")
    if found is None:
        assert isinstance(state.key, tuple)
        found = state.facts["library"] = make(Rng("world", *state.key), state.key[2])
    return found


def fill(connection: sqlite3.Connection, rng: Rng, level: int) -> None:
    """Write the archive into a new database. Raises TrajgymError when SQLite has no full-text index."""
    made = make(rng, level)
    connection.executescript(SCHEMA)
    try:
        connection.execute(INDEX)
    except sqlite3.DatabaseError as error:
        raise TrajgymError(
            f"The world knowledge_desk needs SQLite with full-text search (FTS5): {error}.",
            "Use a Python whose sqlite3 module was built with FTS5; those of python.org and of most systems are.",
        ) from error
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?)", made.documents)
    connection.execute(
        "INSERT INTO words (rowid, title, body) SELECT number, title, body FROM documents ORDER BY number"
    )
    connection.executemany(
        "INSERT INTO tickets VALUES (?, ?)", [(t, "open") for t in made.tickets] + [(t, "closed") for t in made.closed]
    )


def make(rng: Rng, level: int) -> Library:
    """Everything about one archive; it depends on `rng` and `level` alone."""
    made = Library()
    pools = _things(made, rng, level)
    ids = [f"D-{number}" for number in rng.sample(range(1000, 10000), 400)]
    for kind, things in made.written.items():
        for thing in things:
            _state(thing, pools, rng)
            thing.confidential = kind == "project" and rng.chance(0.45)
            _write(made, thing, kind != "rule" and rng.chance(_SECONDS[level]), pools, ids, rng)
    names = [thing.name for things in made.written.values() for thing in things]
    for _ in range(_MEMOS[level]):
        named = rng.sample(names, 3)
        title = f"{rng.choice(data.MEMO_TITLES)} of {rng.between(2012, 2025)}".replace(
            "{a}", rng.choice(data.MEMO_WORDS)
        )
        body = " ".join(rng.choice(data.MEMOS).replace("{x}", name) for name in named)
        _add(made, ids.pop(), title, _day(rng), "open", body, named)
    numbers = rng.sample(range(1000, 10000), _TICKETS + 10)
    made.tickets = [f"T-{number}" for number in numbers[:_TICKETS]]
    made.closed = [f"T-{number}" for number in numbers[_TICKETS:]]
    return made


def _things(made: Library, rng: Rng, level: int) -> dict[str, list[Thing]]:
    """Name all things; returns those that a link may lead to, the ones without a document last."""
    taken: set[str] = set()
    pools: dict[str, list[Thing]] = {}
    for kind, counts in _COUNTS.items():
        pool: list[Thing] = []
        count = counts[level]
        while len(pool) < count + _UNWRITTEN.get(kind, 0):
            name, token = data.name_of(kind, rng)
            if token.lower() in taken or (kind == "person" and name.split()[0].lower() in taken):
                continue
            taken.add(token.lower())
            pool.append(Thing(kind, name, token))
            if kind == "product":  # a sister of the same family
                number = rng.between(11, 99) * 10
                pool.append(Thing(kind, f"{token} {number + 5}", token))
        pools[kind] = pool
        made.written[kind] = pool[:count]
        made.things.update((thing.name, thing) for thing in pool)
    return pools


def _state(thing: Thing, pools: dict[str, list[Thing]], rng: Rng) -> None:
    """Give `thing` its attributes and links (the documents come later)."""
    kind = data.KINDS[thing.kind]
    for attribute in kind.attributes:
        thing.stated[attribute.key] = Stated(attribute.make(rng), "")
    for link in kind.links:
        target = _target(thing, link.key, link.target, pools, rng)
        if target is not None:
            thing.stated[link.key] = Stated(target.name, "")
    if thing.kind == "person":
        thing.phone = f"0{rng.between(61, 79)}-{rng.between(100000, 999999)}"


def _target(thing: Thing, key: str, kind: str, pools: dict[str, list[Thing]], rng: Rng) -> Thing | None:
    pool = pools[kind]
    if key == "project":  # each is led by one company
        at = pools["company"].index(thing)
        return pool[at] if at < len(pool) else None
    if key == "county":
        return None if pool.index(thing) < _COUNTY_TOWNS else rng.choice(pool[:_COUNTY_TOWNS])
    return rng.choice(pool)


def _write(made: Library, thing: Thing, second: bool, pools: dict[str, list[Thing]], ids: list[str], rng: Rng) -> None:
    """The documents about `thing`: a sheet, and perhaps a second one of another date that contradicts it."""
    kind = data.KINDS[thing.kind]
    sheet, day = ids.pop(), _day(rng)
    thing.docs.append(sheet)
    for stated in thing.stated.values():
        stated.doc = sheet
    said = {key: stated.value for key, stated in thing.stated.items()}
    if second:
        other, later = ids.pop(), rng.chance(0.7)
        other_day = day + timedelta(days=rng.between(20, 300)) * (1 if later else -1)
        thing.docs.append(other)
        said_there: dict[str, Any] = {}
        for key in rng.sample(sorted(said), 1 + rng.below(2)):
            stated = thing.stated[key]
            stated.old = _different(thing, key, stated.value, pools, rng)
            said_there[key] = stated.value if later else stated.old
            if later:
                said[key], stated.doc = stated.old, other
        _add_page(made, thing, other, kind.second, other_day, said_there, rng)
    _add_page(made, thing, sheet, kind.sheet, day, said, rng)


def _different(thing: Thing, key: str, value: Any, pools: dict[str, list[Thing]], rng: Rng) -> Any:
    kind = data.KINDS[thing.kind]
    attribute = next((a for a in kind.attributes if a.key == key), None)
    other = value
    while other == value:
        if attribute is not None:
            other = attribute.make(rng)
        else:
            pool = pools[next(link.target for link in kind.links if link.key == key)]
            other = rng.choice([each for each in pool if each is not thing]).name
    return other


def _add_page(made: Library, thing: Thing, id: str, what: str, day: date, said: dict[str, Any], rng: Rng) -> None:
    kind = data.KINDS[thing.kind]
    forms: dict[str, str] = {a.key: a.sentence for a in kind.attributes} | {k.key: k.sentence for k in kind.links}
    sentences = [forms[key].replace("{v}", str(value)) for key, value in said.items()]
    phone = thing.phone if what == kind.sheet else ""
    rng.shuffle(sentences)
    sentences = [kind.lead.replace("{x}", thing.name), *sentences, *rng.sample(data.FILLER, 2)]
    links = {link.key for link in kind.links}
    named = [str(value) for key, value in said.items() if key in links]
    title = f"{thing.name[:1].upper()}{thing.name[1:]}: {what}"
    access = "confidential" if thing.confidential else "open"
    _add(made, id, title, day, access, " ".join(sentences), named, phone)


def _add(
    made: Library, id: str, title: str, day: date, access: str, body: str, named: list[str], phone: str = ""
) -> None:
    made.documents.append((id, len(made.documents) + 1, title, day.isoformat(), access, body, phone, ""))
    for name in named:
        made.mentions.setdefault(name, []).append(id)


def _day(rng: Rng) -> date:
    return TODAY - timedelta(days=rng.between(330, 1500))
