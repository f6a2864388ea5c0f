"""Running filters over a run: each decision is stored, none is made twice, and memory does not grow with the rows.

Rows are read once, in task order, a chunk at a time. The filters of scope row judge those that no stored decision covers;
what they keep goes on, decoded, through the filters of scope set. Those are keyed by their input: when it is what it was,
nothing is computed. Pairs are judged along with their rows: see `trajgym.filters.chunk`.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from trajgym.errors import TrajgymError
from trajgym.filters import registry
from trajgym.filters.chunk import Chunk, decided_on, miscounted
from trajgym.filters.contract import Row
from trajgym.filters.registry import AnyFilter
from trajgym.filters.report import FilterReport, report
from trajgym.journal import Decided
from trajgym.progress import Progress, Silent
from trajgym.run_folder import RunFolder

CHUNK = 256
"""Trajectories that are decoded at the same time."""


def run_filters(
    run: RunFolder,
    names: Sequence[str | AnyFilter] | None = None,
    progress: Progress | None = None,
    accept: Collection[str] = (),
) -> FilterReport:
    """Judge all trajectories and pairs of `run` with the filters in `names` (names, or filters made with parameters; the
    default ones when none are given), and store what they decided. `accept`: see `trajgym.filters.registry.select`.

    Goes on where an earlier call stopped, and computes nothing when nothing has changed.

    Raises:
        TrajgymError: there is nothing to filter yet, or a name is unknown.
        NothingKept: every trajectory and pair was dropped; the decisions are stored all the same.
        DamagedJournal, DiskTrouble: as the journal raises them.
    """
    filters = registry.select(names, accept)
    if not run.journal.counts()["trajectories"]:
        raise TrajgymError(
            f"The run {run.path} holds no trajectories yet.",
            f"First give the command: trajgym generate --worlds WORLD -n 100 --run {run.path}",
        )
    work = _Work(run, filters, progress or Silent())
    if not work.is_done():
        work.do()
    found = report(run.journal)
    found.require_kept()
    return found


class _Work:
    """One filter run."""

    def __init__(self, run: RunFolder, filters: Sequence[AnyFilter], progress: Progress) -> None:
        self._journal = run.journal
        self._progress = progress
        self._names = [item.name for item in filters]
        self._row = [item for item in filters if item.scope == "row"]
        self._set = [item for item in filters if item.scope == "set"]
        self._pair = [item for item in filters if item.scope == "pair"]
        self._total = run.journal.counts()["trajectories"]
        self._input = hashlib.sha256()
        for item in filters:
            item.scratch = run.path

    def _states(self) -> dict[str, str]:
        """What the journal must say of each filter's decisions for them to be good. Those of a filter of sets depend on
        the filters of sets before it too, and (see `_with_input`) on the rows that went in."""
        states = {item.name: item.identity() for item in (*self._row, *self._pair)}
        chain = hashlib.sha256()
        for item in self._set:
            chain.update(item.identity().encode())
            states[item.name] = chain.hexdigest()[:16]
        return states

    def _with_input(self, state: str) -> str:
        return f"{state}:{self._input.hexdigest()[:32]}"

    def is_done(self) -> bool:
        """Whether the journal holds just this work, and no row has come since."""
        last = self._journal.filtered()
        stored = (self._journal.filter_state(name).split(":")[0] for name in self._names)
        states = self._states()
        return last is not None and last.names == self._names and list(stored) == [states[n] for n in self._names]

    def do(self) -> None:
        journal, states = self._journal, self._states()
        alone = [item.name for item in (*self._row, *self._pair)]
        journal.start_filtering([name for name in alone if journal.filter_state(name) != states[name]])
        for name in alone:  # said beforehand: a decision found in the journal is one of this filter, as it is now
            journal.set_filter_state(name, states[name])
        if not self._sets_unchanged(states):
            self._run_sets(states)
        journal.finish_filtering(self._names)

    def _sets_unchanged(self, states: dict[str, str]) -> bool:
        """Make the decisions on single rows; whether the filters of sets have judged just what is left."""
        stored = [self._journal.filter_state(item.name) for item in self._set]
        if self._set and not any(stored):
            return False  # they never ran: they take the rows as they come, decoded
        self._exhaust(self._survivors())
        return stored == [self._with_input(states[item.name]) for item in self._set]

    def _run_sets(self, states: dict[str, str]) -> None:
        journal = self._journal
        journal.start_filtering([item.name for item in self._set])
        rows = self._survivors()
        for item in self._set:
            rows = self._stage(item, rows)
        self._exhaust(rows)
        journal.commit()
        for item in self._set:
            journal.set_filter_state(item.name, self._with_input(states[item.name]))

    def _exhaust(self, rows: Iterable[Row]) -> None:
        kept = sum(1 for _ in rows)
        self._progress.update(self._total, self._total, kept=kept)

    # ---- rows one by one

    def _survivors(self) -> Iterator[Row]:
        """The rows that all filters of scope row keep, in order; decides on those that are undecided."""
        self._input = hashlib.sha256()
        done = 0
        source = self._journal.rows()
        while chunk := [Row(self._journal, number, body) for number, body in islice(source, CHUNK)]:
            kept = Chunk(self._journal, chunk, self._row, self._pair).judge()
            self._input.update(array("q", [row.number for row in kept]).tobytes())
            yield from kept
            done += len(chunk)
            self._progress.update(done, self._total)

    # ---- all rows at once

    def _stage(self, item: AnyFilter, rows: Iterator[Row]) -> Iterator[Row]:
        """What `item`, a filter of sets, keeps of `rows`. A row that it decides on at once goes on as it is, decoded;
        one that had to wait is read again by whoever wants to look into it."""
        numbers = array("q")
        latest: list[Row] = []

        def tap() -> Iterator[Row]:
            for row in rows:
                numbers.append(row.number)
                latest[:] = [row]
                yield row

        decided: list[Decided] = []
        count = 0
        for decision in item.judge(tap()):
            if count == len(numbers):
                raise miscounted(item, count + 1, len(numbers))
            number = numbers[count]
            count += 1
            decided.append(decided_on(number, decision))
            if len(decided) == CHUNK:
                self._store_set(item, decided)
                decided = []
            if decision.keep:
                yield latest[0] if latest[0].number == number else Row(self._journal, number)
        if count != len(numbers) or next(rows, None) is not None:
            raise miscounted(item, count, len(numbers))
        self._store_set(item, decided)

    def _store_set(self, item: AnyFilter, decided: list[Decided]) -> None:
        """Store the decisions, rising row numbers, and those on the pairs of the rows dropped."""
        reasons = {decision.row: decision.reason for decision in decided if not decision.keep}
        if reasons:
            numbers = self._journal.pair_rows((min(reasons) << 8) - 1, max(reasons) << 8 | 255)
            pairs = [Decided(n, False, reasons[n >> 8]) for n, _ in numbers if n >> 8 in reasons]
            self._journal.decide(item.name, "pair", pairs)
        self._journal.decide(item.name, "trajectory", decided)
