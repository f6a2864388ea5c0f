"""The state of a world: a SQLite database in memory, leased from a pool of pre-built ones.

Building a world from SQL costs as much as a whole episode, so each pre-built world is filled once and then lent to one
episode after another. Tools write through `insert`, `update` and `delete`, which keep the rows they touch as they were
before; from that log an episode's writes are undone when it closes, and digest, snapshot and comparison look at it alone.
(A savepoint would do too, at three statements for each episode and each trial.)

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

Row = dict[str, Any]
RowKey = tuple[str, str]
"""(table, id)"""
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

    __slots__ = ("_connection", "_log", "_names", "_planted", "_pool", "base", "clock", "facts", "key")

    def __init__(self, connection: sqlite3.Connection, key: Hashable, base: str, pool: Pool) -> None:
        self._connection = connection
        self._pool = pool
        self._log: dict[RowKey, Change] = {}
        self._planted: list[tuple[str, str, str, Any]] = []
        self.key = key
        self.base = base
        """Digest of the world as it was built."""
        self.clock = 0
        """Tool calls made so far: the only time there is."""
        self._names: dict[str, tuple[str, ...]] = pool.columns(key)
        self.facts = pool.facts(key)
        """What planning has worked out about the world as it was built; shared by all episodes that start from it."""

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """The rows of a SELECT; give it an ORDER BY."""
        cursor = self._connection.execute(sql, values)
        names = self._names.get(sql) or self._learn(sql, cursor)
        return [dict(zip(names, row)) for row in cursor]  # noqa: B905  (they are equally long; checking costs)

    def get(self, table: str, id: str) -> Row | None:
        cursor = self._connection.execute(f"SELECT * FROM {table} WHERE id = ?", (id,))
        row = cursor.fetchone()
        if row is None:
            return None
        names = self._names.get(table) or self._learn(table, cursor)
        return dict(zip(names, row))  # noqa: B905

    def query(self, sql: str, most: int) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Columns and the first `most` rows of a SELECT that somebody else wrote. It can read and nothing else, and it is
        stopped when it goes on for too long.

        Raises sqlite3.Error when SQLite refuses it.
        """
        connection, steps = self._connection, iter(range(_QUERY_STEPS))
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
        connection = self._connection
        before = {row["id"]: row for row in self.rows(f"SELECT * FROM {table} ORDER BY id")}
        connection.execute("SAVEPOINT foreign_write")
        connection.set_authorizer(lambda action, *names: _writing(table, action, names[0]))
        try:
            connection.execute(sql)
            connection.set_authorizer(None)
            after = {row["id"]: row for row in self.rows(f"SELECT * FROM {table} ORDER BY id")}
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

    def _learn(self, name: str, cursor: sqlite3.Cursor) -> tuple[str, ...]:
        """The columns of a table or a SELECT: the same in every episode that starts from this world."""
        names = self._names[name] = tuple(column[0] for column in cursor.description)
        return names

    def insert(self, table: str, row: Row) -> None:
        """A new row, all columns given; its ``id`` should follow from its content, so that the order of work does not show
        in it. A row with that id is replaced."""
        self._note((table, row["id"]), dict(row))
        self._put(table, row["id"], row)

    def update(self, table: str, id: str, **changes: Any) -> None:
        row = self.get(table, id)
        if row is None:
            return
        key = (table, id)
        known = self._log.get(key)
        self._log[key] = (known[0] if known else row, {**row, **changes})
        self._set(table, id, changes)

    def _set(self, table: str, id: str, values: Row) -> None:
        """Overwrite some columns of a row."""
        if values:
            assignments = " = ?, ".join(values)
            self._connection.execute(f"UPDATE {table} SET {assignments} = ? WHERE id = ?", (*values.values(), id))

    def delete(self, table: str, id: str) -> None:
        self._note((table, id), None)
        self._connection.execute(f"DELETE FROM {table} WHERE id = ?", (id,))

    def _note(self, key: RowKey, after: Row | None) -> None:
        """Log that a row is about to become `after`."""
        known = self._log.get(key)
        self._log[key] = (known[0] if known else self.get(*key), after)

    def plant(self, table: str, id: str, column: str, text: str) -> None:
        """Make `text` part of the world this episode starts from (it does not count as written). Before any write."""
        before = self.get(table, id)
        assert before is not None, (table, id)
        self._planted.append((table, id, column, before[column]))
        self._connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (text, id))

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
        for (table, id), (before, after) in self._log.items():
            if before is None or after is None:
                self._put(table, id, before)
            else:
                self._set(table, id, {name: value for name, value in before.items() if after[name] != value})
        self._log = {}

    def _put(self, table: str, id: str, row: Row | None) -> None:
        if row is None:
            self._connection.execute(f"DELETE FROM {table} WHERE id = ?", (id,))
        else:
            marks = ", ".join("?" * len(row))
            self._connection.execute(
                f"INSERT OR REPLACE INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
            )

    def snapshot(self) -> bytes:
        """The rows written so far, as bytes; small however large the world is."""
        return orjson.dumps([self.clock, [[*key, *change] for key, change in self._log.items()]])

    def restore(self, snapshot: bytes) -> None:
        """Make this database (of the same pre-built world, with the same planted texts) equal to the one that `snapshot`
        was taken of."""
        self._undo()
        self.clock, rows = orjson.loads(snapshot)
        for table, id, before, after in rows:
            self._put(table, id, after)
            self._log[(table, id)] = (before, after)

    def close(self) -> None:
        """Undo everything and give the database back to the pool. Closing twice is harmless."""
        if self._connection is not None:
            self._undo()
            for table, id, column, before in reversed(self._planted):
                self._connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (before, id))
            connection, self._connection = self._connection, None  # type: ignore[assignment]
            self._pool.give_back(self.key, connection)


class Pool:
    """Idle databases by key. Two episodes never share one: when none of a key is idle, another is built."""

    def __init__(self) -> None:
        self._idle: OrderedDict[Hashable, list[sqlite3.Connection]] = OrderedDict()
        self._bases: dict[Hashable, str] = {}
        self._facts: dict[Hashable, dict[str, Any]] = {}
        self._columns: dict[Hashable, dict[str, tuple[str, ...]]] = {}
        self._count = 0

    def facts(self, key: Hashable) -> dict[str, Any]:
        """A notebook about the pre-built world `key`."""
        return self._facts.setdefault(key, {})

    def columns(self, key: Hashable) -> dict[str, tuple[str, ...]]:
        """Column names of the tables and the SELECTs used on the pre-built world `key`."""
        return self._columns.setdefault(key, {})

    def lease(
        self, key: Hashable, fill: Callable[[sqlite3.Connection], None], kind: type[Backend] = Backend
    ) -> Backend:
        """A database as `fill` makes it (tables and rows); `fill` must depend on `key` alone. `kind`: what wraps it."""
        idle = self._idle.get(key)
        if idle:
            self._count -= 1
            connection = idle.pop()
        else:
            connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            fill(connection)
            if connection.in_transaction:
                connection.execute("COMMIT")
            if key not in self._bases:
                self._bases[key] = _content_digest(connection)
        return kind(connection, key, self._bases[key], self)

    def give_back(self, key: Hashable, connection: sqlite3.Connection) -> None:
        self._idle.setdefault(key, []).append(connection)
        self._idle.move_to_end(key)
        self._count += 1
        while self._count > _IDLE_LIMIT:
            oldest, connections = next(iter(self._idle.items()))
            if connections:
                connections.pop().close()
                self._count -= 1
            if not connections:
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
