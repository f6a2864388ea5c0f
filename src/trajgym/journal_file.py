"""The file under the journal: its tables, how it is opened, and what SQLite's errors mean to a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from trajgym.errors import DamagedJournal, DiskTrouble, RunInUse, TrajgymError

APPLICATION = 0x74726A67  # "trjg", in the header of every journal
VERSION = 1
PAGE_ROWS = 64
"""Rows fetched at once by `paged`: enough to hide the cost of a statement, few enough to stay small in memory."""

LAST = 2**63 - 1

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE frames (key TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE trajectories (
    row INTEGER PRIMARY KEY,
    task_index INTEGER GENERATED ALWAYS AS (row >> 16) VIRTUAL,
    sample INTEGER GENERATED ALWAYS AS (row & 65535) VIRTUAL,
    id TEXT NOT NULL,
    world TEXT NOT NULL,
    task_class TEXT NOT NULL,
    level INTEGER NOT NULL,
    reward INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL
);
CREATE TABLE bodies (row INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE pairs (
    row INTEGER PRIMARY KEY,
    trajectory INTEGER GENERATED ALWAYS AS (row >> 8) VIRTUAL,
    ord INTEGER GENERATED ALWAYS AS (row & 255) VIRTUAL,
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE TABLE failures (row INTEGER PRIMARY KEY, kind TEXT NOT NULL, message TEXT NOT NULL);
CREATE TABLE calls (
    key TEXT PRIMARY KEY,
    request_sha TEXT NOT NULL,
    reply BLOB NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL
);
CREATE TABLE filters (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, input_key TEXT NOT NULL);
CREATE TABLE decisions (
    scope TEXT NOT NULL,
    row INTEGER NOT NULL,
    filter INTEGER NOT NULL,
    keep INTEGER NOT NULL,
    reason TEXT NOT NULL,
    score REAL,
    PRIMARY KEY (scope, row, filter)
) WITHOUT ROWID;
"""
# Bodies stand apart from what is counted and listed, so that a resume and the statistics never page through them.

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_DAMAGED_EXTENDED = {sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DISK = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_NOLFS,
}


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file `path` into ours; errors in our own statements stay what they are."""
    try:
        yield
    except sqlite3.Error as error:
        ours = _translate(error, path)
        if ours is None:
            raise
        raise ours from error


def _translate(error: sqlite3.Error, path: Path) -> TrajgymError | None:
    extended = getattr(error, "sqlite_errorcode", None)
    if extended is None:
        return None
    code = extended & 0xFF
    if code in _DAMAGED or extended in _DAMAGED_EXTENDED:
        return DamagedJournal(
            f"The journal {path} is damaged ({error}).",
            f"Look at it with: trajgym doctor {path.parent}; restore it from a copy, or start a new run folder.",
        )
    if code in _BUSY:
        return RunInUse(f"The journal {path} is locked by another process.", "Wait until it has ended.")
    if code == sqlite3.SQLITE_FULL:
        return DiskTrouble(f"The disk that holds {path} is full.", _GO_ON)
    if code in _DISK:
        return DiskTrouble(f"The journal {path} cannot be read or written ({error}).", _GO_ON)
    return None


_GO_ON = "Free some space or mend the permissions, then give the same command again: what was committed is kept."


def open_file(path: Path, *, create: bool, readonly: bool) -> sqlite3.Connection:
    """A connection to the journal at `path`, in autocommit mode, checked to be a journal of this version.

    Raises:
        DamagedJournal: it is no SQLite file, is truncated, or is not a journal.
        TrajgymError: it is missing, or of another version.
        DiskTrouble: it cannot be opened or made.
    """
    if path.is_dir():
        raise DiskTrouble(f"{path} is a folder where the journal should be.", "Choose another run folder.")
    if path.exists():
        _check_header(path)
    elif not create:
        raise TrajgymError(f"There is no journal at {path}.", "Make one with: trajgym generate --run FOLDER")
    mode = "ro" if readonly else "rwc" if create else "rw"
    with sqlite_errors(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=1.5,
        )
        try:
            _prepare(connection, path, readonly)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, readonly: bool) -> None:
    connection.execute("PRAGMA cache_size = -8000")  # 8 MB, however large the journal grows
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables or readonly:
        _check(connection, path)
    if readonly:
        return
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # an acknowledged row survives a power cut
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    connection.execute("PRAGMA journal_size_limit = 67108864")
    if not tables:
        connection.executescript(
            f"BEGIN IMMEDIATE; {TABLES} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
        )


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Nothing is written before this: a file of somebody else stays as it is."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise DamagedJournal(f"{path} is not a journal of trajgym.", "Choose another run folder.")
    if version != VERSION:
        raise TrajgymError(
            f"The journal {path} is of version {version}; this trajgym reads version {VERSION}.",
            "Use the trajgym that made it, or start a new run folder.",
        )


def _check_header(path: Path) -> None:
    """SQLite takes a file of a few bytes for an empty database, and would write over it."""
    try:
        with open(path, "rb") as file:
            start = file.read(16)
    except OSError as error:
        raise DiskTrouble(f"The journal {path} cannot be read: {error.strerror}.", _GO_ON) from error
    if start and start != b"SQLite format 3\0":
        raise DamagedJournal(
            f"The journal {path} is damaged (file is not a database).",
            f"Look at it with: trajgym doctor {path.parent}; restore it from a copy, or start a new run folder.",
        )


def integrity(path: Path) -> list[str]:
    """What SQLite finds wrong in the whole file; empty when it is sound. Reads every page."""
    with sqlite_errors(path):
        connection = open_file(path, create=False, readonly=True)
        try:
            found = [str(line) for (line,) in connection.execute("PRAGMA integrity_check(20)")]
        finally:
            connection.close()
    return [] if found == ["ok"] else found


def paged(connection: sqlite3.Connection, sql: str, after: int, upto: int) -> Iterator[tuple[Any, ...]]:
    """The rows of `sql`, which selects a row number first and has the placeholders (after, upto, limit).

    Each page is its own short query, so that no cursor stays open while somebody writes.
    """
    while True:
        page = connection.execute(sql, (after, upto, PAGE_ROWS)).fetchall()
        yield from page
        if len(page) < PAGE_ROWS:
            return
        after = page[-1][0]
