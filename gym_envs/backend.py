"""The state of a world: a SQLite database in memory, leased from a pool of pre-built ones.

Building a world from SQL costs as much as a whole episode, so each pre-built world is filled once and then lent to one
episode after another. Tools write through `insert`, `update` and `delete`, which log the rows they touch as they were
before and after; trials are undone by that log, and digest, snapshot and comparison look at it alone.

Every table has a text primary key called ``id``.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import orjson

from trajgym.chat import canonical
from trajgym.gym_envs.database import Answers, Database, Row, RowKey

Change = tuple[Row | None, Row | None]
"""A row before and after; None where it did not, or does not, exist."""

_IDLE_LIMIT = 1024
"""Idle databases kept at most, over all worlds (about 100 kB each)."""


_QUERY_STEPS = 500
"""Times 10,000 steps of SQLite's machine: what a foreign SELECT may take (some 50 ms)."""

_LONGEST = 100_000
"""Bytes of a value in a foreign SELECT."""


def _reading_only(action: int, *_: Any) -> int:
    allowed = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _writing(table: str, action: int, name: str | None) -> int:
    """Reading, and rows of `table`."""
    rows = (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE)
    if action in rows:
        return sqlite3.SQLITE_OK if name == table else sqlite3.SQLITE_DENY
    return _reading_only(action)


class Backend:
    """One episode's database. Close it, and what it wrote is undone."""

    __slots__ = ("_database", "_log", "_planted", "_pool", "base", "clock", "facts", "key")

    def __init__(self, database: Database, base: str, pool: Pool) -> None:
        self._database = database
        self._pool = pool
        self._log: dict[RowKey, Change] = {}
        self._planted: list[tuple[str, str, str]] = []
        self.key = key = database.key
        self.base = base
        """Digest of the world as it was built."""
        self.clock = 0
        """Tool calls made so far: the only time there is."""
        self.facts = pool.facts(key)
        """What planning has worked out about the world as it was built; shared by all episodes that start from it."""

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """The rows of a SELECT; give it an ORDER BY."""
        return self._database.rows(sql, values)

    def get(self, table: str, id: str) -> Row | None:
        return self._database.get((table, id))

    def query(self, sql: str, most: int) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Columns and the first `most` rows of a SELECT that somebody else wrote. It can read and nothing else, and it is
        stopped when it goes on for too long.

        Raises sqlite3.Error when SQLite refuses it.
        """
        connection, steps = self._database.connection, iter(range(_QUERY_STEPS))
        connection.set_authorizer(_reading_only)
        usual = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        connection.set_progress_handler(lambda: next(steps, None) is None, 10_000)
        try:
            cursor = connection.execute(sql)
            return [column[0] for column in cursor.description or ()], cursor.fetchmany(most)
        finally:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, usual)
            connection.set_progress_handler(None, 0)
            connection.set_authorizer(None)

    def write(self, sql: str, table: str, most: int) -> int:
        """Run a statement that somebody else wrote, if it changes `table` only and `most` rows at most; how many it changed,
        and when that is more than `most`, nothing is. The changes go into the log like all others.

        Raises sqlite3.Error when SQLite refuses it.
        """
        connection, all_rows = self._database.connection, f"SELECT * FROM {table} ORDER BY id"
        before = {row["id"]: row for row in self._database.select(all_rows)}
        connection.execute("SAVEPOINT foreign_write")
        connection.set_authorizer(lambda action, *names: _writing(table, action, names[0]))
        try:
            connection.execute(sql)
            connection.set_authorizer(None)
            after = {row["id"]: row for row in self._database.select(all_rows)}
        finally:
            connection.set_authorizer(None)
            connection.execute("ROLLBACK TO foreign_write")
            connection.execute("RELEASE foreign_write")
        changed = [id for id in sorted(before.keys() | after.keys(), key=str) if before.get(id) != after.get(id)]
        if len(changed) <= most:
            for id in changed:
                if id in after:
                    self.insert(table, after[id])
                else:
                    self.delete(table, id)
        return len(changed)

    def insert(self, table: str, row: Row) -> None:
        """A new row, all columns given; its ``id`` should follow from its content, so that the order of work does not show
        in it. A row with that id is replaced."""
        key = (table, row["id"])
        self._write(key, self._database.get(key), dict(row))

    def update(self, table: str, id: str, **changes: Any) -> None:
        key = (table, id)
        before = self._database.get(key)
        if before is not None:
            assert changes.keys() <= before.keys(), (table, changes)
            self._write(key, before, {**before, **changes})

    def delete(self, table: str, id: str) -> None:
        key = (table, id)
        self._write(key, self._database.get(key), None)

    def _write(self, key: RowKey, before: Row | None, after: Row | None) -> None:
        """Let a row become `after`, and log it."""
        known = self._log.get(key)
        self._log[key] = (known[0] if known else before, after)
        self._database.put(key, after)

    def plant(self, table: str, id: str, column: str, text: str) -> None:
        """Make `text` part of the world this episode starts from (it does not count as written). Before any write."""
        before = self.get(table, id)
        assert before is not None, (table, id)
        self._planted.append((table, id, column))
        self._database.put((table, id), {**before, column: text})

    @property
    def written(self) -> bool:
        """True when any row was written since the start, even if it was written back."""
        return bool(self._log)

    def changes(self) -> dict[RowKey, Change]:
        """Rows that differ from the world as it was built."""
        return {key: change for key, change in self._log.items() if change[0] != change[1]}

    def digest(self) -> str:
        """SHA-256 of the world's own digest and the rows that differ from it: equal states, equal digests."""
        rows = [[*key, after] for key, (_, after) in sorted(self.changes().items(), key=lambda item: item[0])]
        return hashlib.sha256(self.base.encode() + canonical(rows)).hexdigest()

    def fork(self) -> Callable[[], None]:
        """Begin a trial on this very database; the function returned undoes it."""
        log, clock = self._log, self.clock
        self._log = {}

        def undo() -> None:
            self._undo()
            self._log, self.clock = log, clock

        return undo

    def _undo(self) -> None:
        """Put every row of the log back as it was."""
        for key, (before, _) in self._log.items():
            self._database.put(key, before)
        self._log = {}

    def snapshot(self) -> bytes:
        """The rows written so far, as bytes; small however large the world is."""
        return orjson.dumps([self.clock, [[*key, *change] for key, change in self._log.items()]])

    def restore(self, snapshot: bytes) -> None:
        """Make this database (of the same pre-built world, with the same planted texts) equal to the one that `snapshot`
        was taken of."""
        self._undo()
        self.clock, rows = orjson.loads(snapshot)
        for table, id, before, after in rows:
            self._database.put((table, id), after)
            self._log[table, id] = (before, after)

    def close(self) -> None:
        """Undo everything and give the database back to the pool. Closing twice is harmless."""
        if self._database is not None:
            database, self._database = self._database, None  # type: ignore[assignment]
            database.reset()
            self._pool.give_back(database)


class Pool:
    """Idle databases by key. Two episodes never share one: when none of a key is idle, another is built."""

    def __init__(self) -> None:
        self._idle: OrderedDict[Hashable, list[Database]] = OrderedDict()
        self._bases: dict[Hashable, str] = {}
        self._facts: dict[Hashable, dict[str, Any]] = {}
        self._answers = Answers()
        self._count = 0

    def facts(self, key: Hashable) -> dict[str, Any]:
        """A notebook about the pre-built world `key`."""
        return self._facts.setdefault(key, {})

    def lease(
        self, key: Hashable, fill: Callable[[sqlite3.Connection], None], kind: type[Backend] = Backend
    ) -> Backend:
        """A database as `fill` makes it (tables and rows); `fill` must depend on `key` alone. `kind`: what wraps it."""
        idle = self._idle.get(key)
        if idle:
            self._count -= 1
            database = idle.pop()
        else:
            connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            fill(connection)
            if connection.in_transaction:
                connection.execute("COMMIT")
            if key not in self._bases:
                self._bases[key] = _content_digest(connection)
            database = Database(connection, key, self._answers)
        return kind(database, self._bases[key], self)

    def give_back(self, database: Database) -> None:
        self._idle.setdefault(database.key, []).append(database)
        self._idle.move_to_end(database.key)
        self._count += 1
        while self._count > _IDLE_LIMIT:
            oldest, databases = next(iter(self._idle.items()))
            if databases:
                databases.pop().connection.close()
                self._count -= 1
            if not databases:
                del self._idle[oldest]


POOL = Pool()
"""The process's pool. A SQLite connection is used by one thread at a time: one event loop, one pool."""


def _content_digest(connection: sqlite3.Connection) -> str:
    """SHA-256 of all rows of all tables, ordered by table and id: equal content, whatever the file's bytes are.

    A full-text index and its shadow tables (named after it) are left out: they hold nothing of their own."""
    content = hashlib.sha256()
    tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    indexes = [name for name, sql in tables if sql.startswith("CREATE VIRTUAL TABLE")]
    for table, _ in tables:
        if any(table == name or table.startswith(f"{name}_") for name in indexes):
            continue
        content.update(table.encode())
        for row in connection.execute(f"SELECT * FROM {table} ORDER BY id"):
            content.update(orjson.dumps(row))
    return content.hexdigest()
