"""The numbers of a run, as tables."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.table import Table

from trajgym.cli.output import number, share, visible
from trajgym.stats import Funnel, Stats
from trajgym.verdict import MISTAKES


def stats_tables(stats: Stats) -> Iterator[Table]:
    yield funnel_table(stats.trajectories, stats.pairs, stats.filtered)
    yield from outcome_tables(stats)
    if stats.groups:
        yield _dimensions(stats)
    if stats.tokens["calls"]:
        yield _counts("Paid for", {"model calls": stats.tokens["calls"], **_tokens(stats)})


def outcome_tables(stats: Stats) -> Iterator[Table]:
    """What became of the trajectories and pairs, and the user behaviour they cover."""
    if stats.groups:
        yield _groups(stats)
    if stats.blame:
        yield _counts("Lost episodes by whose fault it was", stats.blame)
    if stats.failed:
        yield _counts("Rollouts given up by reason", stats.failed)
    if stats.codes:
        yield _codes(stats)
    if stats.groups:
        yield _coverage(stats)


def _tokens(stats: Stats) -> dict[str, int]:
    return {"prompt tokens": stats.tokens["prompt"], "completion tokens": stats.tokens["completion"]}


def table_of(title: str, *columns: str) -> Table:
    """A plain table; numbers stand to the right."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for place, column in enumerate((title, *columns)):
        table.add_column(column, justify="right" if place else "left")
    return table


def funnel_table(trajectories: Funnel, pairs: Funnel, filtered: bool) -> Table:
    table = table_of("From generated to kept", "trajectories", "pairs")
    both = (trajectories, pairs)
    table.add_row("generated", *(number(f.generated) for f in both))
    for reason in dict.fromkeys([*trajectories.dropped, *pairs.dropped]):
        table.add_row(f"- {visible(reason)}", *(number(f.dropped.get(reason, 0)) for f in both))
    if filtered:
        table.add_row("kept", *(f"{number(f.kept)} ({share(f.kept, f.generated)})" for f in both), style="bold")
    else:
        table.add_row("kept", *["not filtered yet"] * 2, style="bold")
    return table


def _groups(stats: Stats) -> Table:
    table = table_of("Outcome by world", "task class", "generated", "solved", "kept")
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


def _counts(title: str, counts: dict[str, int]) -> Table:
    table = table_of(title, "")
    for name, count in counts.items():
        table.add_row(visible(name), number(count))
    return table


def _codes(stats: Stats) -> Table:
    table = table_of("Pairs by the mistake of the rejected side", "made", "kept")
    for code, (made, kept) in stats.codes.items():
        table.add_row(f"{code} {MISTAKES.get(code, '')}", number(made), number(kept) if stats.filtered else "-")
    return table


def counted(part: int, whole: int) -> str:
    """A number with its share of the whole."""
    return f"{number(part)} ({share(part, whole)})"


_STAGES = ("planned", "reached", "kept")


def _coverage(stats: Stats) -> Table:
    table = table_of("User behaviour covered", "possible", *_STAGES)
    for size in ("levels", "pairs", "triples"):
        counts = stats.coverage[size]
        table.add_row(
            size,
            number(counts["valid"]),
            *(counted(counts[s], counts["valid"]) for s in _STAGES),
        )
    return table


def _dimensions(stats: Stats) -> Table:
    table = table_of("User behaviour", "level", *_STAGES)
    table.columns[1].justify = "left"
    for dimension, levels in stats.coverage["dimensions"].items():
        for place, (level, counts) in enumerate(levels.items()):
            table.add_row("" if place else dimension, level, *(number(counts[stage]) for stage in _STAGES))
    return table
