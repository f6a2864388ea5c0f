"""What a filter run came to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from trajgym.errors import NothingKept
from trajgym.journal import Journal, Scope


@dataclass(frozen=True)
class FilterReport:
    """Trajectories and pairs seen and kept, and how many each reason dropped (each row counts for the first filter that
    dropped it). A pair also falls with its trajectory, for the same reason, unless it is a correction; see
    `trajgym.filters.chunk`."""

    examined: int
    kept: int
    dropped: dict[str, int]
    pairs_examined: int
    pairs_kept: int
    pairs_dropped: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def check(self) -> None:
        """Raises AssertionError, a bug, unless what went in is what was kept and what was dropped."""
        for what, seen, kept, dropped in (
            ("trajectories", self.examined, self.kept, self.dropped),
            ("pairs", self.pairs_examined, self.pairs_kept, self.pairs_dropped),
        ):
            if seen != kept + sum(dropped.values()):
                raise AssertionError(f"{seen} {what} in, {kept} kept, dropped: {dropped}")

    def require_kept(self) -> None:
        """Raises NothingKept, with the reasons, when no trajectory is left, and no pair either."""
        if not self.kept and not self.pairs_kept:
            reasons = ", ".join(f"{count} by {reason}" for reason, count in self.dropped.items())
            raise NothingKept(
                f"None of the {self.examined} trajectories was kept: {reasons}.",
                "Look at one with: trajgym show RUN ID",
            )


def report(journal: Journal) -> FilterReport:
    """The report of the last complete filter run. Raises TrajgymError when there is none."""
    counts = journal.counts()
    dropped, pairs_dropped = journal.dropped("trajectory"), journal.dropped("pair")
    found = FilterReport(
        examined=counts["trajectories"],
        kept=_kept(journal, "trajectory"),
        dropped=dropped,
        pairs_examined=counts["pairs"],
        pairs_kept=_kept(journal, "pair"),
        pairs_dropped=pairs_dropped,
    )
    found.check()
    return found


def _kept(journal: Journal, scope: Scope) -> int:
    """Counted from the decisions, not taken as what is left over: so the sum is a check."""
    state = journal.filtered()
    names = state.names if state else []
    sql = (
        "SELECT count(*) FROM (SELECT row FROM decisions JOIN filters ON number = filter "
        f"WHERE scope = ? AND name IN ({', '.join('?' * len(names))}) GROUP BY row HAVING min(keep) = 1)"
    )
    return int(journal.query(sql, (scope, *names))[0][0])
