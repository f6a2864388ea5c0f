"""The journal: everything a run has paid for or worked out, in one SQLite file.

One process owns it (see `trajgym.run_folder`) and one connection writes it, in group commits: a row is safe once `commit`
has returned or `committed` has resolved, and only then may it be acted upon. Reading uses a connection of its own, in
short queries, so that it neither waits for a commit nor holds one up.

A trajectory's *row number* is ``task_index * 65536 + sample``, where task_index is the task's number in the run, and a
pair's is ``row number of its trajectory * 256 + ord``: row order is (task_index, sample, ord) order, whatever order things
were made in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Self

import orjson

from trajgym.budget import NOTHING, Spent
from trajgym.errors import DamagedJournal, TrajgymError
from trajgym.journal_entries import Decided, Filtered, Rows, Scope
from trajgym.journal_file import LAST, open_file, paged, sqlite_errors
from trajgym.journal_writer import Record, Writer, encode_record, row_number
from trajgym.task import Task
from trajgym.trajectory import Frame, Pair, Trajectory

__all__ = ["Decided", "Filtered", "Journal", "Record", "Rows", "Scope", "encode_record", "row_number"]

COMMIT_ROWS = 256
"""Trajectories (or 32 times as many decisions) that gather before the journal commits of its own accord."""

_FRAMES_KNOWN = 10_000
_DOCTOR = "Look at it with: trajgym doctor RUN; restore it from a copy, or start a new run folder."
_KEPT = (
    "(SELECT min(keep) FROM decisions d WHERE d.scope = '{scope}' AND d.row = {row} AND d.filter IN ({filters})) = 1"
)


_NO_PAIRS: tuple[int, Iterator[tuple[int, bytes]]] = (LAST, iter(()))


def _trajectory_of(pair: tuple[int, bytes]) -> int:
    """The row number of a pair's trajectory."""
    return pair[0] >> 8


def _pairs(rows: Iterable[tuple[int, bytes]]) -> list[Pair]:
    return [Pair.decode(body) for _, body in rows]


class Journal:
    """Open one with `open`; use it as a context manager, or `close` it. For one thread, or one event loop."""

    def __init__(self, path: Path, reader: sqlite3.Connection, writer: Writer | None) -> None:
        self.path = path
        self._reader = reader
        self._writer_or_none = writer
        self._known_frames: set[str] = set()
        self._filter_numbers: dict[str, int] = {}
        self.frame = lru_cache(maxsize=1024)(self._load_frame)

    @classmethod
    def open(cls, path: str | Path, *, create: bool, readonly: bool = False) -> Journal:
        """Open the journal at `path`; `create` makes a missing one.

        Raises:
            DamagedJournal: it is no SQLite file, is truncated, or is not a journal.
            TrajgymError: it is missing, or of another version.
            DiskTrouble: it cannot be opened or made.
        """
        path = Path(path)
        writer = None if readonly else Writer(open_file(path, create=create, readonly=False), path)
        try:
            reader = open_file(path, create=False, readonly=True)
        except BaseException:
            if writer:
                writer.close()
            raise
        return cls(path, reader, writer)

    def close(self) -> None:
        """Commit what is pending and close the file."""
        self._reader.close()
        if self._writer_or_none:
            self._writer_or_none.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- writing

    @property
    def _writer(self) -> Writer:
        if self._writer_or_none is None:
            raise ValueError(f"{self.path} is open for reading only")
        return self._writer_or_none

    def add(self, trajectory: Trajectory, pairs: Iterable[Pair] = (), number: int | None = None) -> None:
        """Store a finished trajectory with its pairs; safe after the next commit. Each (task, sample) may come once.

        `number` is the task's number in the run, which deals several worlds in turn; default: its index in its world.
        """
        known = self._known_frames
        if len(known) > _FRAMES_KNOWN:
            known.clear()
        try:
            self.add_record(
                encode_record(trajectory, pairs, known, trajectory.task.index if number is None else number)
            )
        except BaseException:
            known.clear()  # a frame may be known that was never stored
            raise

    def add_record(self, record: Record) -> None:
        """`add` what `encode_record` made elsewhere."""
        writer = self._writer
        writer.pending.records.append(record)
        if len(writer.pending.records) >= COMMIT_ROWS and not writer.shared:
            writer.commit()

    def add_failure(self, task_index: int, sample: int, kind: str, message: str) -> None:
        """Note that a rollout was given up; forgotten when the rollout is stored after all."""
        self._writer.pending.failures.append((row_number(task_index, sample), kind, message))

    def store_call(
        self, key: str, request_sha: str, reply: bytes, prompt_tokens: int = 0, completion_tokens: int = 0
    ) -> None:
        """Store a model's reply under its ledger key; a key may come once."""
        self._writer.pending.calls[key] = (request_sha, reply, prompt_tokens, completion_tokens)

    def ask_stored(self, key: str) -> tuple[str, bytes] | None:
        """The (request_sha, reply) stored under `key`."""
        call = self._writer_or_none.call(key) if self._writer_or_none else None
        if call:
            return call[:2]
        with sqlite_errors(self.path):
            rows = self._reader.execute("SELECT request_sha, reply FROM calls WHERE key = ? ORDER BY key", (key,))
            row: tuple[str, bytes] | None = rows.fetchone()
        return row

    def commit(self) -> None:
        """Write everything added so far to the disk; when this returns, it is there.

        Raises:
            DiskTrouble: it could not be written. Nothing committed is lost, and the rows stay pending.
        """
        self._writer.commit()

    async def committed(self) -> None:
        """Wait until everything added so far is on the disk, sharing one commit with whoever waits at the same time.

        The commit runs in a thread: the loop goes on meanwhile. Raises as `commit` does.
        """
        await self._writer.committed()

    def add_extra_tasks(self, tasks: Iterable[Task]) -> None:
        """Note tasks that the run is to do beside its stream, after those noted before; safe when this returns."""
        recipes = [task.recipe() for task in (*self.extra_tasks(), *tasks)]
        self._note("extra_tasks", recipes)

    def note_spent(self, spent: Spent) -> None:
        """Note the most that the run may have spent; safe when this returns."""
        self._note("spent", list(spent))

    def _note(self, key: str, value: Any) -> None:
        """Let `value` stand under `key` in the table of notes; safe when this returns."""
        self._writer.change([("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, orjson.dumps(value).decode()))])

    # ---- reading

    def spent(self) -> Spent:
        """What was noted last."""
        found = self._noted("spent")
        return Spent(*found) if found else NOTHING

    def usage(self, role: str) -> tuple[int, int]:
        """Prompt and completion tokens of all stored calls of `role` (see `trajgym.ledger.call_key`)."""
        found = self.query(
            "SELECT COALESCE(SUM(prompt_tokens), 0), COALESCE(SUM(completion_tokens), 0) FROM calls WHERE key LIKE ?",
            (f"%/{role}/%",),
        )
        return found[0][0], found[0][1]

    def extra_tasks(self) -> list[Task]:
        """The tasks beside the stream (see `trajgym.gym_envs.filling`), in order."""
        return [Task.from_recipe(recipe) for recipe in self._noted("extra_tasks") or ()]

    def _noted(self, key: str) -> Any:
        """What `_note` was given last; None when it was given nothing."""
        found = self.query("SELECT value FROM meta WHERE key = ? ORDER BY key", (key,))
        return orjson.loads(found[0][0]) if found else None

    def _settle(self) -> None:
        if self._writer_or_none:
            self._writer_or_none.commit()

    def query(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a SELECT over the tables in `journal_file.TABLES`, for counts and statistics."""
        self._settle()
        with sqlite_errors(self.path):
            return self._reader.execute(sql, values).fetchall()

    def walk(self, sql: str, after: int = -1, upto: int = LAST) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT that gives a row number first, in order, and takes ``row > ? AND row <= ?`` and a limit."""
        self._settle()
        with sqlite_errors(self.path):
            yield from paged(self._reader, sql, after, upto)

    def _load_frame(self, key: str) -> Frame:
        found = self.query("SELECT body FROM frames WHERE key = ? ORDER BY key", (key,))
        if not found:
            raise DamagedJournal(f"The journal {self.path} lacks frame {key}.", _DOCTOR)
        return Frame.from_body(found[0][0])

    def decode(self, row: int, body: bytes) -> Trajectory:
        """The trajectory in `body`. Raises DamagedJournal when it is not one."""
        try:
            return Trajectory.decode(body, self.frame)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DamagedJournal(f"Row {row} of the journal {self.path} is not a trajectory.", _DOCTOR) from error

    def done(self) -> Rows:
        """Which (task_index, sample) are stored."""
        return self._numbers("SELECT row FROM trajectories ORDER BY row")

    def failed(self) -> Rows:
        """Which (task_index, sample) were given up."""
        return self._numbers("SELECT row FROM failures ORDER BY row")

    def _numbers(self, sql: str) -> Rows:
        self._settle()
        with sqlite_errors(self.path):
            return Rows(row for (row,) in self._reader.execute(sql))

    def rows(self, after: int = -1, upto: int = LAST) -> Iterator[tuple[int, bytes]]:
        """(row number, encoded trajectory) in row order, `after` left out and `upto` included."""
        return self.walk("SELECT row, body FROM bodies WHERE row > ? AND row <= ? ORDER BY row LIMIT ?", after, upto)

    def trajectories(self, after: int = -1, upto: int = LAST) -> Iterator[Trajectory]:
        """All trajectories in (task_index, sample) order."""
        for row, body in self.rows(after, upto):
            yield self.decode(row, body)

    def trajectory(self, row: int) -> Trajectory:
        """The trajectory with the number `row`. Raises DamagedJournal when it is not there, or none."""
        for trajectory in self.trajectories(row - 1, row):
            return trajectory
        raise DamagedJournal(f"The journal {self.path} lacks row {row}.", _DOCTOR)

    def pair_rows(self, after: int = -1, upto: int = LAST) -> Iterator[tuple[int, bytes]]:
        """(row number, encoded pair) in row order; the trajectory's row number is ``row >> 8``."""
        return self.walk("SELECT row, body FROM pairs WHERE row > ? AND row <= ? ORDER BY row LIMIT ?", after, upto)

    def row_of(self, name: str) -> int | None:
        """The row number of the trajectory with the id `name`."""
        found = self.query("SELECT row FROM trajectories WHERE id = ? ORDER BY row", (name,))
        return int(found[0][0]) if found else None

    # ---- what the filters decided

    def start_filtering(self, forget: Iterable[str] = ()) -> None:
        """Begin to change decisions: until `finish_filtering`, nothing counts as kept.

        What the filters named in `forget` decided before is deleted.
        """
        self._writer.change([("DELETE FROM meta WHERE key = 'filtered'", ())])
        for name in forget:
            number = (self._filter_number(name),)
            self._writer.change(
                [
                    ("DELETE FROM decisions WHERE filter = ?", number),
                    ("UPDATE filters SET input_key = '' WHERE number = ?", number),
                ]
            )

    def decide(self, name: str, scope: Scope, decisions: Iterable[Decided]) -> None:
        """Store decisions of filter `name`, in place of any it made on the same rows. Call it with many at once."""
        number = self._filter_number(name)
        pending = self._writer.pending.decisions
        pending += [(scope, row, number, keep, reason, score) for row, keep, reason, score in decisions]
        if len(pending) >= 32 * COMMIT_ROWS:
            self.commit()

    def filter_state(self, name: str) -> str:
        """The key of the input that filter `name` has judged completely; empty when it has not."""
        found = self.query("SELECT input_key FROM filters WHERE name = ? ORDER BY number", (name,))
        return str(found[0][0]) if found else ""

    def set_filter_state(self, name: str, input_key: str) -> None:
        """Note that filter `name` has judged the whole of its input."""
        number = self._filter_number(name)
        self._writer.change([("UPDATE filters SET input_key = ? WHERE number = ?", (input_key, number))])

    def finish_filtering(self, names: list[str]) -> None:
        """From now on, kept is what all of these filters kept."""
        if not names:
            raise ValueError("a filter run needs a filter")
        counts = self.counts()
        self._note("filtered", list(Filtered(names, counts["trajectories"], counts["pairs"])))

    def _filter_number(self, name: str) -> int:
        if name not in self._filter_numbers:
            ask = "SELECT number FROM filters WHERE name = ? ORDER BY number"
            found = self.query(ask, (name,))
            if not found:
                self._writer.change([("INSERT INTO filters (name, input_key) VALUES (?, '')", (name,))])
                found = self.query(ask, (name,))
            self._filter_numbers[name] = int(found[0][0])
        return self._filter_numbers[name]

    def filtered(self) -> Filtered | None:
        """The last complete filter run, unless it was never made or rows have come since."""
        found = self._noted("filtered")
        if found is None:
            return None
        state = Filtered(*found)
        counts = self.counts()
        return state if (state.trajectories, state.pairs) == (counts["trajectories"], counts["pairs"]) else None

    def _judges(self) -> list[int]:
        """The numbers of the filters of the last complete filter run, in their order."""
        state = self.filtered()
        if state is None:
            run = self.path.parent
            if not self.counts()["trajectories"]:
                raise TrajgymError(
                    f"The run {run} holds no trajectories yet.",
                    f"First give the command: trajgym generate --run {run}",
                )
            raise TrajgymError(
                f"The run {run} has rows that no filter has seen.",
                f"First give the command: trajgym filter {run}",
            )
        return [self._filter_number(name) for name in state.names]

    def kept_condition(self, scope: Scope, row: str) -> str:
        """SQL that holds when the trajectory or pair with the number `row` (a column) is kept; see `kept_rows`."""
        return _KEPT.format(scope=scope, row=row, filters=", ".join(map(str, self._judges())))

    def kept_rows(self) -> Iterator[tuple[int, bytes]]:
        """(row number, encoded trajectory) of what every filter of the last complete filter run kept, in row order.

        Raises TrajgymError when there are rows that no filter has seen.
        """
        kept = self.kept_condition("trajectory", "b.row")
        sql = f"SELECT b.row, b.body FROM bodies b WHERE b.row > ? AND b.row <= ? AND {kept} ORDER BY b.row LIMIT ?"
        return self.walk(sql, -1, LAST)

    def kept(self) -> Iterator[Trajectory]:
        """The trajectories of `kept_rows`."""
        for row, body in self.kept_rows():
            yield self.decode(row, body)

    def kept_pairs(self) -> Iterator[tuple[Pair, Trajectory]]:
        """The pairs that every filter kept that judged them, with the trajectories they grew out of, in row order.

        A pair that no filter judged is not kept. Raises as `kept_rows` does.
        """
        for row, group in groupby(self._kept_pair_rows(), key=_trajectory_of):
            trajectory = self.trajectory(row)
            for _, body in group:
                yield Pair.decode(body), trajectory

    def _kept_pair_rows(self) -> Iterator[tuple[int, bytes]]:
        kept = self.kept_condition("pair", "p.row")
        sql = f"SELECT p.row, p.body FROM pairs p WHERE p.row > ? AND p.row <= ? AND {kept} ORDER BY p.row LIMIT ?"
        return self.walk(sql, -1, LAST)

    def kept_with_pairs(self) -> Iterator[tuple[Trajectory, bool, list[Pair]]]:
        """What `kept` and `kept_pairs` give, in one walk that decodes each trajectory once: (trajectory, whether it is kept
        itself, its kept pairs), in row order. Raises as `kept_rows` does."""
        groups = groupby(self._kept_pair_rows(), key=_trajectory_of)
        of, group = next(groups, _NO_PAIRS)
        for row, body in self.kept_rows():
            while of < row:  # pairs that outlive their trajectory
                yield self.trajectory(of), False, _pairs(group)
                of, group = next(groups, _NO_PAIRS)
            if of == row:
                yield self.decode(row, body), True, _pairs(group)
                of, group = next(groups, _NO_PAIRS)
            else:
                yield self.decode(row, body), True, []
        while of < LAST:
            yield self.trajectory(of), False, _pairs(group)
            of, group = next(groups, _NO_PAIRS)

    def first_drop(self, scope: Scope, row: str) -> str:
        """SQL for the reason of the first filter that dropped the row with the number `row` (a column), in the order of the
        last complete filter run; NULL when none did. Raises as `kept_rows` does."""
        order = {number: place for place, number in enumerate(self._judges())}
        case = " ".join(f"WHEN {number} THEN {place}" for number, place in order.items())
        return (
            f"(SELECT reason FROM decisions WHERE scope = '{scope}' AND row = {row} AND keep = 0 "
            f"AND filter IN ({', '.join(map(str, order))}) ORDER BY CASE filter {case} END LIMIT 1)"
        )

    def decisions(self, scope: Scope, row: int) -> list[tuple[str, Decided]]:
        """What each filter said of one row in the last complete filter run, in their order; empty before that."""
        state = self.filtered()
        found = self.query(
            "SELECT f.name, d.row, d.keep, d.reason, d.score FROM decisions d JOIN filters f ON f.number = d.filter "
            "WHERE d.scope = ? AND d.row = ? ORDER BY f.name",
            (scope, row),
        )
        said = {name: Decided(number, bool(keep), reason, score) for name, number, keep, reason, score in found}
        return [(name, said[name]) for name in (state.names if state else []) if name in said]

    def dropped(self, scope: Scope) -> dict[str, int]:
        """How many rows each reason dropped in the last complete filter run, most frequent first.

        A row counts once, for the first filter in their order that dropped it. Raises as `kept_rows` does.
        """
        rows = "(SELECT DISTINCT row FROM decisions WHERE scope = ? AND keep = 0)"
        sql = f"SELECT {self.first_drop(scope, 'd.row')} AS first, count(*) FROM {rows} d WHERE first IS NOT NULL "
        sql += "GROUP BY first ORDER BY count(*) DESC, first"
        return dict(self.query(sql, (scope,)))

    def counts(self) -> dict[str, int]:
        """Rows in the tables trajectories, pairs, failures and calls."""
        tables = ("trajectories", "pairs", "failures", "calls")
        found = self.query("SELECT " + ", ".join(f"(SELECT count(*) FROM {t})" for t in tables) + " ORDER BY 1")
        return dict(zip(tables, found[0], strict=True))
