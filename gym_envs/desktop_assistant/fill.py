"""Tables and rows of a pre-built desktop: people, calendar, mailbox, files, notes and a small map.

The address book is ordered, so that a plan can pick from it without a search: colleagues first, people of other firms
after them, and in both parts the first `TWINS` come in pairs with the same first name.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from trajgym.gym_envs.desktop_assistant import data
from trajgym.gym_envs.desktop_assistant.words import BASE, LENGTHS, SPAN, stamp
from trajgym.seeding import Rng, digest


class Size(NamedTuple):
    colleagues: int
    outsiders: int
    events: int
    """A weekday's events at most."""
    files: int
    mails: int
    notes: int
    places: int


SIZES = (
    Size(12, 8, 1, 6, 8, 4, 8),
    Size(24, 16, 2, 14, 18, 8, 10),
    Size(44, 36, 3, 26, 36, 12, 12),
    Size(76, 60, 4, 44, 60, 18, 16),
    Size(120, 100, 5, 64, 90, 26, 20),
)
TWINS = 4
"""People at the head of each part of the address book who come in pairs of the same first name."""
NO_PHONE = 10
"""Every so many-th person has no phone number in the address book (never one of the twins)."""

_SCHEMA = """
CREATE TABLE contacts (id TEXT PRIMARY KEY, name TEXT COLLATE NOCASE, first TEXT COLLATE NOCASE,
  last TEXT COLLATE NOCASE, email TEXT, phone TEXT, company TEXT COLLATE NOCASE,
  department TEXT COLLATE NOCASE, role TEXT);
CREATE INDEX contacts_name ON contacts (name);
CREATE INDEX contacts_first ON contacts (first);
CREATE INDEX contacts_last ON contacts (last);
CREATE INDEX contacts_company ON contacts (company);
CREATE INDEX contacts_department ON contacts (department);
CREATE INDEX contacts_email ON contacts (email);
CREATE TABLE events (id TEXT PRIMARY KEY, day TEXT, title TEXT, start TEXT, minutes INTEGER, location TEXT,
  attendees TEXT, notes TEXT);
CREATE INDEX events_day ON events (day);
CREATE TABLE mails (id TEXT PRIMARY KEY, day TEXT, sender TEXT COLLATE NOCASE, address TEXT, subject TEXT, body TEXT);
CREATE TABLE outbox (id TEXT PRIMARY KEY, recipients TEXT, cc TEXT, subject TEXT, body TEXT, attachments TEXT,
  reply_to TEXT);
CREATE TABLE texts (id TEXT PRIMARY KEY, recipients TEXT, body TEXT);
CREATE TABLE notes (id TEXT PRIMARY KEY, title TEXT COLLATE NOCASE, folder TEXT, body TEXT, entries INTEGER);
CREATE INDEX notes_title ON notes (title);
CREATE TABLE reminders (id TEXT PRIMARY KEY, text TEXT, due TEXT, list TEXT);
CREATE TABLE files (id TEXT PRIMARY KEY, name TEXT COLLATE NOCASE, path TEXT, owner TEXT, text TEXT);
CREATE INDEX files_name ON files (name);
CREATE INDEX files_path ON files (path);
CREATE TABLE places (id TEXT PRIMARY KEY, name TEXT COLLATE NOCASE);
CREATE INDEX places_name ON places (name);
CREATE TABLE roads (id TEXT PRIMARY KEY, a TEXT, b TEXT, metres INTEGER, tram INTEGER);
CREATE TABLE links (id TEXT PRIMARY KEY, topic TEXT, start TEXT, minutes INTEGER, link TEXT);
CREATE TABLE settings (id TEXT PRIMARY KEY, value TEXT)
"""


def made_id(kind: str, *content: Any) -> str:
    """The id of a row from what it holds: the same content gets the same id in any order of work."""
    return f"{kind}-{int.from_bytes(digest(kind, *content)[:6], 'big') % 10**6:06d}"


def fill(connection: sqlite3.Connection, rng: Rng, level: int) -> None:
    """Make all tables and rows of a pre-built desktop of `level`."""
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    size = SIZES[level]
    people = _people(rng, level, size)
    _put(connection, "contacts", people)
    projects = [f"{p} {m}" for p in data.PROJECTS for m in data.MEETINGS]
    rng.shuffle(projects)
    _put(connection, "events", _events(rng, size, people, projects))
    _put(connection, "mails", _mails(rng, size, people))
    _put(connection, "files", _files(rng, size, people))
    _put(connection, "notes", _notes(rng, size))
    places = rng.sample([f"{street} {spot}" for street in data.STREETS for spot in data.SPOTS], size.places)
    _put(connection, "places", [(f"P-{i:02d}", name) for i, name in enumerate(places)])
    _put(connection, "roads", _roads(rng, size.places))
    settings = {"volume": "40", "brightness": "70", "dark_mode": "off", "do_not_disturb": "off", "wallpaper": "dunes"}
    _put(connection, "settings", list(settings.items()))


def _put(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def _people(rng: Rng, level: int, size: Size) -> list[tuple[Any, ...]]:
    firsts, lasts = rng.sample(data.FIRST, len(data.FIRST)), rng.sample(data.LAST, len(data.LAST))
    firms = rng.sample([f"{a} {b}" for a in data.FIRMS for b in data.TRADES], size.outsiders)
    rows: list[tuple[Any, ...]] = []
    for number in range(size.colleagues + size.outsiders):
        inside = number < size.colleagues
        rank = number if inside else number - size.colleagues
        pair = rank // 2 * 2 if rank < TWINS else rank
        at = pair if inside else pair + size.colleagues
        first = firsts[at % len(firsts)]
        last = lasts[(number + number // len(lasts)) % len(lasts)]
        firm = data.COMPANIES[level] if inside else firms[rank]
        domain = data.DOMAINS[level] if inside else firm.lower().replace(" ", "")
        phone = f"+49151{rng.between(10**6, 10**7 - 1)}"
        if rank >= TWINS and rank % NO_PHONE == NO_PHONE - 1:
            phone = ""
        department = data.DEPARTMENTS[rank % len(data.DEPARTMENTS)] if inside else ""
        role = rng.choice(data.ROLES if inside else data.OUTSIDE_ROLES)
        address = f"{first}.{last}@{domain}.example".lower()
        rows.append((f"C-{number:04d}", f"{first} {last}", first, last, address, phone, firm, department, role))
    return rows


def _events(rng: Rng, size: Size, people: list[tuple[Any, ...]], projects: list[str]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for offset in range(SPAN):
        day = BASE + timedelta(days=offset)
        if day.weekday() > 4:
            continue
        minute = 480 + 30 * rng.below(5)
        for _ in range(rng.between(min(1, size.events - 1), size.events)):
            length = rng.choice(LENGTHS[1:4])
            if minute + length > 1080:
                break
            guests = sorted(people[rng.below(size.colleagues)][4] for _ in range(rng.below(3)))
            title = projects[len(rows) % len(projects)]
            row_id = made_id("EV", "built", len(rows))
            start = stamp(day, minute)
            place = rng.choice(data.ROOMS)
            rows.append((row_id, day.isoformat(), title, start, length, place, ", ".join(dict.fromkeys(guests)), ""))
            minute += -(-length // 30) * 30 + 30 * rng.between(1, 5)
    return rows


def _mails(rng: Rng, size: Size, people: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    subjects = rng.sample([(p, f) for p in data.PROJECTS for f in data.FIGURES], size.mails)
    rows = []
    for number, (project, (figure, sentence)) in enumerate(subjects):
        writer = people[rng.below(len(people))]
        text = [
            sentence.format(p=project, n=rng.between(13, 900)),
            *_fillers(rng, project, 2),
            rng.choice(data.MAIL_ASK),
        ]
        body = f"{rng.choice(data.MAIL_OPEN)} {' '.join(text)} {writer[2]}"
        day = (BASE + timedelta(days=rng.below(12))).isoformat()
        rows.append((f"ML-{1000 + number}", day, writer[1], writer[4], f"{project}: {figure}", body))
    return rows


def _files(rng: Rng, size: Size, people: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    names = rng.sample([(p, k) for p in data.PROJECTS for k in data.PAPERS], size.files)
    rows = []
    for number, (project, kind) in enumerate(names):
        figures = rng.sample(data.FIGURES, 2)
        parts = [sentence.format(p=project, n=rng.between(13, 9800)) for _, sentence in figures]
        parts += _fillers(rng, project, rng.between(3, 5))
        rng.shuffle(parts)
        name = f"{project.lower()}_{kind}.txt"
        owner = "me" if number % 3 else people[rng.below(size.colleagues)][1]
        folder = "/home/documents" if owner == "me" else f"/shared/{owner.split()[-1].lower()}"
        rows.append((f"F-{number:03d}", name, f"{folder}/{name}", owner, " ".join(parts)))
    return rows


def _fillers(rng: Rng, project: str, count: int) -> list[str]:
    return [text.replace("{p}", project) for text in rng.sample(data.FILLERS, count)]


def _notes(rng: Rng, size: Size) -> list[tuple[Any, ...]]:
    titles = rng.sample([f"{p} {k}" for p in data.PROJECTS for k in data.NOTE_KINDS], size.notes)
    return [
        (f"N-{number:03d}", title, rng.choice(data.FOLDERS), "To be filled in.", 1)
        for number, title in enumerate(titles)
    ]


def _roads(rng: Rng, places: int) -> list[tuple[Any, ...]]:
    """A ring, so that every place can be reached, with chords; the tram serves the even places of the ring."""
    pairs = {(i, (i + 1) % places) for i in range(places)}
    for _ in range(places // 2):
        a, b = sorted(rng.sample(range(places), 2))
        if (b, a) not in pairs:
            pairs.add((a, b))
    rows = []
    for a, b in sorted(pairs):
        tram = int(a < places // 2 and b < places // 2)
        rows.append((f"R-{a:02d}-{b:02d}", f"P-{a:02d}", f"P-{b:02d}", 100 * rng.between(4, 40), tram))
    return rows
