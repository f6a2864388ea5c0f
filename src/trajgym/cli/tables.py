"""The numbers of a run, as tables."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from trajgym.cli.output import number, share, visible
from trajgym.stats import Funnel, Stats
from trajgym.verdict import MISTAKES


def stats_tables(stats: Stats) -> Iterator[Table]:
    yield _funnel(stats)
    yield _groups(stats)
    if stats.blame:
        yield _counts("Lost episodes by whose fault it was", "blame", stats.blame)
    if stats.failed:
        yield _counts("Rollouts given up", "reason", stats.failed)
    if stats.codes:
        yield _codes(stats)
    yield _coverage(stats)
    yield _dimensions(stats)
    if stats.tokens["calls"]:
        yield _counts("Paid for", "", {"model calls": stats.tokens["calls"], **_tokens(stats)})


def _tokens(stats: Stats) -> dict[str, int]:
    return {"prompt tokens": stats.tokens["prompt"], "completion tokens": stats.tokens["completion"]}


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right")
    return table


def _funnel(stats: Stats) -> Table:
    table = _table("From generated to kept", "", "trajectories", "pairs")
    both = (stats.trajectories, stats.pairs)
    table.add_row("generated", *(number(f.generated) for f in both))
    for reason in dict.fromkeys([*stats.trajectories.dropped, *stats.pairs.dropped]):
        table.add_row(f"- {visible(reason)}", *(number(f.dropped.get(reason, 0)) for f in both))
    if stats.filtered:
        table.add_row("kept", *(f"{number(f.kept)} ({_share(f)})" for f in both), style="bold")
    else:
        table.add_row("kept", "not filtered yet", "not filtered yet", style="bold")
    return table


def _share(funnel: Funnel) -> str:
    return share(funnel.kept, funnel.generated)


def _groups(stats: Stats) -> Table:
    table = _table("Outcome by world and task class", "world", "task class", "generated", "solved", "kept")
    table.columns[1].justify = "left"
    for group in stats.groups:
        table.add_row(
            group.world,
            group.task_class,
            number(group.generated),
            f"{number(group.solved)} ({share(group.solved, group.generated)})",
            number(group.kept) if stats.filtered else "-",
        )
    return table


def _counts(title: str, column: str, counts: dict[str, int]) -> Table:
    table = _table(title, column, "number")
    for name, count in counts.items():
        table.add_row(visible(name), number(count))
    return table


def _codes(stats: Stats) -> Table:
    table = _table("Pairs by the mistake of the rejected side", "mistake", "made", "kept")
    for code, (made, kept) in stats.codes.items():
        table.add_row(f"{code} {MISTAKES.get(code, '')}", number(made), number(kept) if stats.filtered else "-")
    return table


_STAGES = ("planned", "reached", "kept")


def _coverage(stats: Stats) -> Table:
    table = _table("User behaviour covered", "", "possible", *_STAGES)
    for size in ("levels", "pairs", "triples"):
        counts = stats.coverage[size]
        table.add_row(
            size,
            number(counts["valid"]),
            *(f"{number(counts[s])} ({share(counts[s], counts['valid'])})" for s in _STAGES),
        )
    return table


def _dimensions(stats: Stats) -> Table:
    table = _table("Trajectories by user behaviour", "dimension", "level", *_STAGES)
    table.columns[1].justify = "left"
    for dimension, levels in stats.coverage["dimensions"].items():
        for place, (level, counts) in enumerate(levels.items()):
            table.add_row("" if place else dimension, level, *(number(counts[stage]) for stage in _STAGES))
    return table
