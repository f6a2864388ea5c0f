"""Some rows of a run with their pairs, and what is decided on each of them alone.

A pair falls with its trajectory, else the filters of scope pair judge it. One kind of pair can outlive its trajectory: a
correction, whose chosen side was played to the end apart from it. A row that holds one and is dropped for what its teacher
did (`Filter.spares`) is *spared*: it is lost, and still shown to the other filters of scope row, since its correction needs a
record that is sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from trajgym.errors import DamagedJournal
from trajgym.filters.contract import Decision, PairRow, Row, is_correction
from trajgym.filters.registry import AnyFilter
from trajgym.journal import Decided, Journal, Scope
from trajgym.trajectory import Pair

_Drop = tuple[str, str]
"""The filter that dropped a row, and its reason."""


class Chunk:
    """`rows`, rising by number. `judge` takes over what the journal holds already, and stores the rest."""

    def __init__(
        self, journal: Journal, rows: list[Row], row_filters: Sequence[AnyFilter], pair_filters: Sequence[AnyFilter]
    ) -> None:
        self._journal = journal
        self._row_filters = row_filters
        self._pair_filters = pair_filters
        self._first, self._last = rows[0].number, rows[-1].number
        self._alive = {row.number: row for row in rows}
        self._dropped: dict[int, _Drop] = {}
        """What dropped each row that is lost: with it fall its pairs, but for corrections."""
        self._ended: dict[int, _Drop] = {}
        """What took each row out of sight: the same, unless it was spared; with it fall its corrections."""
        self._known = self._stored("trajectory", self._first - 1, self._last)
        self._new: dict[tuple[Scope, str], list[Decided]] = {}

    def judge(self) -> list[Row]:
        """Let all filters decide; the rows that all filters of scope row keep."""
        self._drop_unreadable()
        for item in self._row_filters:
            self._apply(item)
        self._judge_pairs()
        for scope in ("pair", "trajectory"):  # in this order: a decided row has decided pairs
            for (of, name), decided in self._new.items():
                if of == scope:
                    self._journal.decide(name, of, decided)
        return [row for number, row in self._alive.items() if number not in self._dropped]

    def _decide(self, scope: Scope, name: str, decided: Decided) -> None:
        self._new.setdefault((scope, name), []).append(decided)

    # ---- rows

    def _drop_unreadable(self) -> None:
        """Rows that are damaged fall to the first filter, which cannot even look at them."""
        if not self._row_filters:
            return
        name = self._row_filters[0].name
        for number, row in list(self._alive.items()):
            try:
                readable = (number, name) in self._known or row.trajectory is not None
            except DamagedJournal:
                readable = False
            if not readable:
                self._decide("trajectory", name, Decided(number, False, f"{name}:unreadable"))
                self._drop(number, (name, f"{name}:unreadable"), spare=False)

    def _apply(self, item: AnyFilter) -> None:
        known, name = self._known, item.name
        new = [row for number, row in self._alive.items() if (number, name) not in known]
        for row, decision in zip(new, decisions(item, new), strict=True):
            decided = decided_on(row.number, decision)
            self._decide("trajectory", name, decided)
            known[row.number, name] = decided
        for number in [number for number in self._alive if not known[number, name].keep]:
            reason = known[number, name].reason
            self._drop(number, (name, reason), spare=reason.startswith(item.spares))

    def _drop(self, number: int, drop: _Drop, spare: bool) -> None:
        self._dropped.setdefault(number, drop)
        if not (spare and number in self._corrected):
            self._ended[number] = drop
            del self._alive[number]

    @cached_property
    def _corrected(self) -> set[int]:
        """The rows that have a correction."""
        return {number >> 8 for number, body in self._pair_rows() if _correction(body)}

    # ---- pairs

    def _pair_rows(self) -> Any:
        return self._journal.pair_rows((self._first << 8) - 1, self._last << 8 | 255)

    def _judge_pairs(self) -> None:
        known = self._stored("pair", (self._first << 8) - 1, self._last << 8 | 255)
        names = [item.name for item in self._pair_filters]
        alive: list[PairRow] = []
        for number, body in self._pair_rows():
            drop = self._drop_of(number >> 8, body)
            if drop is not None:
                if (number, drop[0]) not in known:
                    self._decide("pair", drop[0], Decided(number, False, drop[1]))
            elif not all((number, name) in known for name in names):
                try:
                    alive.append(PairRow(number, Pair.decode(body), self._alive[number >> 8].trajectory))
                except (ValueError, TypeError):
                    self._decide("pair", names[0], Decided(number, False, f"{names[0]}:unreadable"))
        for item in self._pair_filters:
            new = [pair for pair in alive if (pair.number, item.name) not in known]
            for pair, decision in zip(new, decisions(item, new), strict=True):
                known[pair.number, item.name] = decided = decided_on(pair.number, decision)
                self._decide("pair", item.name, decided)
            alive = [pair for pair in alive if known[pair.number, item.name].keep]

    def _drop_of(self, row: int, body: bytes) -> _Drop | None:
        """With what a pair falls whose trajectory is `row`, if it does."""
        dropped, ended = self._dropped.get(row), self._ended.get(row)
        return ended if dropped == ended or _correction(body) else dropped

    def _stored(self, scope: Scope, after: int, upto: int) -> dict[tuple[int, str], Decided]:
        """The stored decisions on some rows, by row number and filter."""
        sql = (
            "SELECT row, name, keep, reason FROM decisions JOIN filters ON number = filter "
            "WHERE scope = ? AND row > ? AND row <= ? ORDER BY row, number"
        )
        found = self._journal.query(sql, (scope, after, upto))
        return {(row, name): Decided(row, bool(keep), reason) for row, name, keep, reason in found}


def _correction(body: bytes) -> bool:
    try:
        return is_correction(Pair.decode(body))
    except (ValueError, TypeError):
        return False


def decisions(item: AnyFilter, rows: list[Any]) -> list[Decision]:
    """What a filter of scope row or pair says of `rows`. Raises AssertionError when it does not say one thing of each."""
    if not rows:
        return []
    found = list(item.judge(rows))
    if len(found) != len(rows):
        raise miscounted(item, len(found), len(rows))
    return found


def miscounted(item: AnyFilter, decisions: int, rows: int) -> AssertionError:
    return AssertionError(f"the filter {item.name!r} made {decisions} decisions on {rows} rows")


def decided_on(number: int, decision: Decision) -> Decided:
    """`decision` on row `number`, as the journal stores it."""
    return Decided(number, decision.keep, decision.reason, decision.score)
