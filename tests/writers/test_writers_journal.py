"""A run's journal is a source of an export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trajgym.journal import Decided, Journal, row_number
from trajgym.writers import all_formats, check_export, export


def test_an_export_from_a_journal_equals_one_from_memory(mixed: Any, made: Any, tmp_path: Path) -> None:
    rows = [made.shop(0), made.in_json(1), made.handoff(2), made.shop(3)]
    pairs = [(made.pair(row, turn), row) for row in rows for turn in (0, 1)]
    with Journal.open(tmp_path / "journal.sqlite", create=True) as journal:
        for row in reversed(rows):  # finished in another order than asked for
            journal.add(row, [pair for pair, origin in pairs if origin is row])
        journal.commit()
        journal.start_filtering()
        for scope in ("trajectory", "pair"):
            numbers = [n for n, _ in (journal.rows() if scope == "trajectory" else journal.pair_rows())]
            dropped = row_number(3, 0) if scope == "trajectory" else -1
            journal.decide("any", scope, [Decided(n, n != dropped, "" if n != dropped else "no") for n in numbers])
        journal.finish_filtering(["any"])
        export(journal, all_formats(), tmp_path / "stored")
    export(made.Kept(rows[:3], pairs), all_formats(), tmp_path / "memory")
    assert check_export(tmp_path / "stored") == []
    for path in sorted((tmp_path / "memory").rglob("*.*")):
        if path.is_file():
            assert (tmp_path / "stored" / path.relative_to(tmp_path / "memory")).read_bytes() == path.read_bytes()
