"""Getting rows into the journal: records, and the group commit that makes them safe.

Rows gather in a batch; a batch goes to the disk as one transaction, because what costs is the flush, not the rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from trajgym.journal_file import sqlite_errors
from trajgym.trajectory import Pair, Trajectory

if TYPE_CHECKING:  # imported where a loop runs: commands that have none start 50 ms sooner
    import asyncio
    from concurrent.futures import Future, ThreadPoolExecutor

COMMIT_WINDOW = 0.004
"""Seconds during which `Writer.committed` gathers rows of other callers into the same commit."""

SAMPLES = 1 << 16
PAIRS = 1 << 8


def row_number(task_index: int, sample: int) -> int:
    """The row number of a trajectory: numbers sort as (task_index, sample) do."""
    if not 0 <= sample < SAMPLES:
        raise ValueError(f"sample {sample} is not in [0, {SAMPLES})")
    return task_index << 16 | sample


class Record(NamedTuple):
    """A trajectory and its pairs, encoded: what a worker process sends to the journal's owner."""

    row: int
    columns: tuple[Any, ...]
    body: bytes
    pairs: list[tuple[int, str, str, bytes]]
    frames: list[tuple[str, bytes]]


def encode_record(trajectory: Trajectory, pairs: Iterable[Pair], known_frames: set[str], number: int) -> Record:
    """Encode for `Journal.add_record`. `number` is the task's number in the run. Frames in `known_frames` are left out;
    those sent are added to it."""
    task, usage = trajectory.task, trajectory.usage
    row = row_number(number, trajectory.sample)
    frames = []
    for turn in trajectory.turns:
        key = turn.frame.key
        if key not in known_frames:
            frames.append((key, turn.frame.body))
            known_frames.add(key)
    columns = (
        row,
        trajectory.id,
        task.world,
        task.task_class,
        task.level,
        trajectory.outcome.reward,
        usage.calls,
        usage.prompt_tokens,
        usage.completion_tokens,
    )
    rows = [(row << 8 | order, pair.id, pair.code, pair.encode()) for order, pair in enumerate(pairs)]
    if len(rows) > PAIRS:
        raise ValueError(f"trajectory {trajectory.id} has {len(rows)} pairs; the journal takes {PAIRS}")
    return Record(row, columns, trajectory.encode(), rows, frames)


@dataclass(slots=True)
class Batch:
    """Rows on their way to the disk."""

    records: list[Record] = field(default_factory=list)
    failures: list[tuple[int, str, str]] = field(default_factory=list)
    calls: dict[str, tuple[str, bytes, int, int]] = field(default_factory=dict)
    decisions: list[tuple[Any, ...]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.records or self.calls or self.decisions or self.failures)

    def write(self, connection: sqlite3.Connection) -> None:
        many = connection.executemany
        records = self.records
        if records:
            many("INSERT OR IGNORE INTO frames VALUES (?, ?)", [frame for r in records for frame in r.frames])
            many("INSERT INTO trajectories VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [r.columns for r in records])
            many("INSERT INTO bodies VALUES (?, ?)", [(r.row, r.body) for r in records])
            many("INSERT INTO pairs VALUES (?, ?, ?, ?)", [pair for r in records for pair in r.pairs])
            many("DELETE FROM failures WHERE row = ?", [(r.row,) for r in records])
        many("INSERT OR REPLACE INTO failures VALUES (?, ?, ?)", self.failures)
        many("INSERT INTO calls VALUES (?, ?, ?, ?, ?)", [(key, *call) for key, call in self.calls.items()])
        many("INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?, ?, ?)", self.decisions)

    def then(self, later: Batch) -> Batch:
        """Both, this one first."""
        return Batch(
            self.records + later.records,
            self.failures + later.failures,
            self.calls | later.calls,
            self.decisions + later.decisions,
        )


class Writer:
    """The one connection that writes; `pending` is the batch that gathers. To be used from one thread (or one loop)."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.pending = Batch()
        self._connection = connection
        self._path = path
        self._in_flight = Batch()
        self._thread: ThreadPoolExecutor | None = None
        self._saving: Future[None] | None = None
        self._committer: asyncio.Task[None] | None = None
        self._waiting: asyncio.Future[None] | None = None

    @property
    def shared(self) -> bool:
        """Whether somebody waits in `committed`, so that a commit is on its way."""
        return self._waiting is not None

    def call(self, key: str) -> tuple[str, bytes, int, int] | None:
        """The model call `key`, when it is not on the disk yet."""
        return self.pending.calls.get(key) or self._in_flight.calls.get(key)

    def commit(self) -> None:
        """Write everything pending to the disk; when this returns, it is there."""
        if self._saving is not None:
            saving = self._saving
            error = saving.exception()  # waits for it
            self._landed(saving)
            if error:
                raise error
        if self.pending:
            batch, self.pending = self.pending, Batch()
            try:
                self._save(batch)
            except BaseException:
                self.pending = batch.then(self.pending)
                raise

    def change(self, statements: Iterable[tuple[str, tuple[Any, ...]]]) -> None:
        """Run statements in one transaction, after what is pending."""
        self.commit()
        with self._transaction():
            for sql, values in statements:
                self._connection.execute(sql, values)

    async def committed(self) -> None:
        """Wait until everything pending now is on the disk, in one commit with whoever waits at the same time.

        The commit runs in a thread, so the loop goes on meanwhile.
        """
        import asyncio

        loop = asyncio.get_running_loop()
        if self._waiting is None or self._waiting.get_loop() is not loop:
            self._waiting = loop.create_future()
        waiting = self._waiting
        if self._committer is None or self._committer.done() or self._committer.get_loop() is not loop:
            self._committer = loop.create_task(self._commit_groups())
        await asyncio.shield(waiting)

    async def _commit_groups(self) -> None:
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "journal")
        while self._waiting is not None:
            await asyncio.sleep(COMMIT_WINDOW)
            waiting, self._waiting = self._waiting, None
            self._saving = saving = self._thread.submit(self._save, self._take())
            await asyncio.wait([asyncio.wrap_future(saving)])
            self._landed(saving)
            error = saving.exception()
            if error:
                waiting.set_exception(error)
                waiting.exception()  # seen, even when every waiter has gone
            else:
                waiting.set_result(None)

    def _landed(self, saving: Future[None]) -> None:
        """After a batch in flight was written; when it was not, its rows are pending again."""
        if self._saving is saving:
            self._saving = None
            if saving.exception():
                self.pending = self._in_flight.then(self.pending)
            self._in_flight = Batch()

    def _take(self) -> Batch:
        self._in_flight, self.pending = self.pending, Batch()
        return self._in_flight

    def _save(self, batch: Batch) -> None:
        with self._transaction():
            batch.write(self._connection)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        connection = self._connection
        with sqlite_errors(self._path):
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Commit what is pending and close the connection."""
        try:
            self.commit()
        finally:
            if self._thread:
                self._thread.shutdown()
            self._connection.close()
