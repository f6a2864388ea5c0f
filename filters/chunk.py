"""Some rows of a run with their pairs, and what is decided on each of them alone.

A pair falls with its trajectory, else the filters of scope pair judge it. One kind of pair can outlive its trajectory: a
correction, whose chosen side was played to the end apart from it. A row that holds one and is dropped for what its teacher
did (`Filter.spares`) is *spared*: it is lost, and still shown to the other filters of scope row, since its correction needs a
record that is sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

    def _decide(self, scope: Scope, name: str, decided: Iterable[Decided]) -> None:
        self._new.setdefault((scope, name), []).extend(decided)

    # ---- rows

    def _drop_unreadable(self) -> None:
        """Rows that are damaged fall to the first filter, which cannot even look at them."""
        if not self._row_filters:
            return
        name = self._row_filters[0].name
        known = self._known.get(name, {})
        for number, row in list(self._alive.items()):
            try:
                readable = number in known or row.trajectory is not None
            except DamagedJournal:
                readable = False
            if not readable:
                self._decide("trajectory", name, [Decided(number, False, f"{name}:unreadable")])
                self._drop(number, (name, f"{name}:unreadable"), spare=False)

    def _apply(self, item: AnyFilter) -> None:
        known = self._known.get(item.name, {})
        new = [row for number, row in self._alive.items() if number not in known]
        found = {number: known[number] for number in self._alive if number in known}
        made = [decided_on(row.number, said) for row, said in zip(new, decisions(item, new), strict=True)]
        self._decide("trajectory", item.name, made)
        for decided in (*found.values(), *made):
            if not decided.keep:
                spare = decided.reason.startswith(item.spares)
                self._drop(decided.row, (item.name, decided.reason), spare=spare)

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
        judged = [known.get(item.name, {}) for item in self._pair_filters]
        first = self._pair_filters[0].name
        alive: list[PairRow] = []
        for number, body in self._pair_rows():
            drop = self._drop_of(number >> 8, body)
            if drop is not None:
                if number not in known.get(drop[0], ()):
                    self._decide("pair", drop[0], [Decided(number, False, drop[1])])
            elif not all(number in decided for decided in judged):
                try:
                    alive.append(PairRow(number, Pair.decode(body), self._alive[number >> 8].trajectory))
                except (ValueError, TypeError):
                    self._decide("pair", first, [Decided(number, False, f"{first}:unreadable")])
        for item, decided in zip(self._pair_filters, judged, strict=True):
            new = [pair for pair in alive if pair.number not in decided]
            made = [decided_on(pair.number, said) for pair, said in zip(new, decisions(item, new), strict=True)]
            self._decide("pair", item.name, made)
            lost = {d.row for d in made if not d.keep}
            alive = [pair for pair in alive if pair.number not in lost and _keeps(decided, pair.number)]

    def _drop_of(self, row: int, body: bytes) -> _Drop | None:
        """With what a pair falls whose trajectory is `row`, if it does."""
        dropped, ended = self._dropped.get(row), self._ended.get(row)
        return ended if dropped == ended or _correction(body) else dropped

    def _stored(self, scope: Scope, after: int, upto: int) -> dict[str, dict[int, Decided]]:
        """The stored decisions on some rows, by filter and row number."""
        sql = (
            "SELECT row, name, keep, reason FROM decisions JOIN filters ON number = filter "
            "WHERE scope = ? AND row > ? AND row <= ? ORDER BY row, number"
        )
        stored: dict[str, dict[int, Decided]] = {}
        for row, name, keep, reason in self._journal.query(sql, (scope, after, upto)):
            stored.setdefault(name, {})[row] = Decided(row, bool(keep), reason)
        return stored


def _keeps(stored: dict[int, Decided], number: int) -> bool:
    """Whether no stored decision drops the row."""
    decided = stored.get(number)
    return decided is None or decided.keep


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
