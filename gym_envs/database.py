"""A pre-built SQLite database in memory, and the rows that differ from what it was built as.

Rows that are changed stand beside the database until a SELECT needs them inside it: a trial is mostly undone before that.
What is read of a database as it was built is kept for all that are built alike. So an episode asks SQLite what only
SQLite can answer, and nothing twice.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

Row = dict[str, Any]
RowKey = tuple[str, str]
"""(table, id)"""

_KEPT = 50_000
"""Rows of answers kept at most, over all databases (some 50 MB)."""


class Answers:
    """What was read of databases as they were built, by question; those that were not asked for longest go first."""

    def __init__(self) -> None:
        self._rows: OrderedDict[Hashable, list[Row]] = OrderedDict()
        self._names: dict[tuple[Hashable, str], tuple[str, ...]] = {}
        self._count = 0

    def get(self, question: Hashable) -> list[Row] | None:
        """The rows that answer a question; not to be changed. None when it was not asked."""
        rows = self._rows.get(question)
        if rows is not None:
            self._rows.move_to_end(question)
        return rows

    def keep(self, question: Hashable, rows: list[Row]) -> None:
        self._rows[question] = rows
        self._count += 1 + len(rows)
        while self._count > _KEPT:
            self._count -= 1 + len(self._rows.popitem(last=False)[1])

    def names(self, key: Hashable, sql: str, cursor: sqlite3.Cursor) -> tuple[str, ...]:
        """The columns of a SELECT in the databases that are built as `key` says."""
        names = self._names.get((key, sql))
        if names is None:
            names = self._names[key, sql] = tuple(column[0] for column in cursor.description)
        return names


class Database:
    """A database that was built as `key` says; all with one key are alike. Every table has a text primary key ``id``."""

    __slots__ = ("_answers", "_behind", "_built", "_connection", "_inside", "_now", "key")

    def __init__(self, connection: sqlite3.Connection, key: Hashable, answers: Answers) -> None:
        self.key = key
        self._connection = connection
        self._answers = answers
        self._built: dict[RowKey, Row | None] = {}
        """Rows that were put since the last reset, as they were built."""
        self._now: dict[RowKey, Row | None] = {}
        """Those of them that differ from that."""
        self._inside: dict[RowKey, Row | None] = {}
        """Those that SQLite was told of, as it has them."""
        self._behind = False
        """May what SQLite has be another row than `_now` says?"""

    @property
    def connection(self) -> sqlite3.Connection:
        """SQLite's own view, with every row as it is now."""
        if self._behind:
            self._catch_up()
        return self._connection

    def rows(self, sql: str, values: tuple[Any, ...]) -> list[Row]:
        """The rows of a SELECT."""
        if self._now:
            return self.select(sql, values)
        question = (self.key, sql, values)
        rows = self._answers.get(question)
        if rows is None:
            rows = self.select(sql, values)
            self._answers.keep(question, rows)
        return [row.copy() for row in rows]

    def select(self, sql: str, values: tuple[Any, ...] = ()) -> list[Row]:
        """The rows of a SELECT, from SQLite."""
        return self._read(self.connection, sql, values)

    def _read(self, connection: sqlite3.Connection, sql: str, values: tuple[Any, ...]) -> list[Row]:
        cursor = connection.execute(sql, values)
        names = self._answers.names(self.key, sql, cursor)
        return [dict(zip(names, row)) for row in cursor]  # noqa: B905  (they are equally long; checking costs)

    def get(self, key: RowKey) -> Row | None:
        """A copy of a row; None where there is none."""
        row = self._now[key] if key in self._now else self._as_built(key)
        return None if row is None else row.copy()

    def put(self, key: RowKey, row: Row | None) -> None:
        """Let `row`, which has all columns and is not changed afterwards, stand at `key`; None: nothing."""
        if key not in self._built:
            self._built[key] = self._as_built(key)
        if row == self._built[key]:
            self._now.pop(key, None)
        else:
            self._now[key] = row
        self._behind = True

    def reset(self) -> None:
        """Be as it was built."""
        self._now.clear()
        if self._inside:  # else SQLite has heard of nothing
            self._catch_up()
        self._built.clear()
        self._inside.clear()
        self._behind = False

    def _as_built(self, key: RowKey) -> Row | None:
        if key in self._built:
            return self._built[key]
        question = (self.key, *key)
        rows = self._answers.get(question)
        if rows is None:
            table, id = key  # SQLite has the row as it was built: nothing was put there
            rows = self._read(self._connection, f"SELECT * FROM {table} WHERE id = ?", (id,))
            self._answers.keep(question, rows)
        return rows[0] if rows else None

    def _catch_up(self) -> None:
        """Tell SQLite of every row that it has otherwise; first of those that are gone, whose place others may take."""
        changed: list[tuple[RowKey, Row | None, Row]] = []
        for key, built in self._built.items():
            now, inside = self._now.get(key, built), self._inside.get(key, built)
            if now == inside:
                continue
            self._inside[key] = now
            if now is None:
                self._connection.execute(f"DELETE FROM {key[0]} WHERE id = ?", (key[1],))
            else:
                changed.append((key, inside, now))
        for key, inside, now in changed:
            self._tell(key, inside, now)
        self._behind = False

    def _tell(self, key: RowKey, inside: Row | None, now: Row) -> None:
        table, id = key
        if inside is None:
            marks = ", ".join("?" * len(now))
            sql = f"INSERT INTO {table} ({', '.join(now)}) VALUES ({marks})"
            self._connection.execute(sql, tuple(now.values()))
        else:
            differ = {name: value for name, value in now.items() if inside[name] != value}
            sql = f"UPDATE {table} SET {' = ?, '.join(differ)} = ? WHERE id = ?"
            self._connection.execute(sql, (*differ.values(), id))
