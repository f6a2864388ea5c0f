"""What ``trajgym coverage`` found, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from trajgym.cli.output import number, visible
from trajgym.cli.tables import counted, table_of
from trajgym.measures.survey import Survey
from trajgym.verdict import MISTAKES

SHOWN = 8
"""Gaps that are shown; ``--json`` names more."""
_LOST = {"planned": "never planned", "reached": "planned, never shown", "kept": "shown, never kept"}
_STAGES = ("planned", "reached", "kept")


def coverage_tables(found: Survey) -> Iterator[Table]:
    coverage = found.coverage
    yield _sizes("User behaviour covered", {size: coverage[size] for size in ("levels", "pairs", "triples")})
    if coverage["quotas"]:
        yield _quotas(coverage["quotas"])
    yield _by_level(coverage["dimensions"], found.diversity["entropy"])
    yield _sizes(
        "By world",
        {f"{name}: {size}": found[size] for name, found in coverage["worlds"].items() for size in ("pairs", "triples")},
    )
    yield _sizes(
        "By task class",
        {
            f"{name}: {size}": found[size]
            for name, found in coverage["task_classes"].items()
            for size in ("levels", "pairs")
        },
    )
    if coverage["mistakes"]:
        yield _mistakes(coverage["mistakes"])
    for size in ("pairs", "triples"):
        yield _gaps(size, coverage["gaps"][size])
    yield _losses(found)
    yield from _diversity(found)
    yield from _realism(found)


def _sizes(title: str, rows: Mapping[str, Mapping[str, int]]) -> Table:
    table = table_of(title, "possible", *_STAGES)
    for name, counts in rows.items():
        table.add_row(visible(name), number(counts["valid"]), *(counted(counts[s], counts["valid"]) for s in _STAGES))
    return table


def _quotas(quotas: Sequence[Mapping[str, Any]]) -> Table:
    table = table_of("Quotas", "at least", *_STAGES)
    for quota in quotas:
        cell = ", ".join(f"{name}={level}" for name, level in quota["levels"].items())
        where = f" in {', '.join(quota['worlds'])}" if quota["worlds"] else ""
        table.add_row(visible(cell + where), number(quota["at_least"]), *(number(quota[stage]) for stage in _STAGES))
    return table


def _by_level(dimensions: Mapping[str, Any], entropies: Mapping[str, float]) -> Table:
    table = table_of("By dimension", "level", *_STAGES, "entropy")
    table.columns[1].justify = "left"
    for name, levels in dimensions.items():
        for place, (level, counts) in enumerate(levels.items()):
            entropy = "" if place or name not in entropies else f"{entropies[name]:.2f}"
            table.add_row("" if place else name, level, *(number(counts[stage]) for stage in _STAGES), entropy)
    return table


def _mistakes(mistakes: Mapping[str, Any]) -> Table:
    table = table_of(
        "By mistake of the rejected side", "pairs", "kept", "levels beside it", "kept", "never beside, for instance"
    )
    table.columns[5].justify = "left"
    for code, found in mistakes.items():
        levels = found["levels"]
        table.add_row(
            f"{code} {MISTAKES.get(code, '')}", number(found["made"]), number(found["kept"]),
            f"{levels['reached']} of {levels['valid']}", number(levels["kept"]), ", ".join(found["never_beside"][:1]),
        )  # fmt: skip
    return table


def _gaps(size: str, gaps: Mapping[str, Any]) -> Table:
    counts = ", ".join(f"{number(count)} {_LOST[stage]}" for stage, count in gaps["lost"].items() if count)
    title = f"Missing {size}: {number(gaps['missing'])}" + (f" ({counts})" if counts else "")
    table = table_of(title, "", "worlds that can hold it")
    for column in table.columns[1:]:
        column.justify = "left"
    for gap in gaps["first"][:SHOWN]:
        worlds = gap["worlds"]
        more = f" and {len(worlds) - 3} more" if len(worlds) > 3 else ""
        table.add_row(" + ".join(gap["levels"]), _LOST[gap["lost"]], ", ".join(worlds[:3]) + more)
    if gaps["missing"] > SHOWN:
        table.add_row(f"... and {number(gaps['missing'] - SHOWN)} more", "", "")
    return table


def _losses(found: Survey) -> Table:
    table = table_of("Lost episodes: whose fault", "why", "rows", "for instance")
    table.columns[1].justify = table.columns[3].justify = "left"
    for loss in found.losses:
        table.add_row(loss.blame, visible(loss.why), number(loss.count), " ".join(loss.rows[:1]))
    if not found.losses:
        table.add_row("none", "", "0", "")
    return table


def _diversity(found: Survey) -> Iterator[Table]:
    table = table_of(
        f"Diversity of {number(found.measured)} trajectories",
        "texts",
        "different",
        "distinct-1",
        "distinct-2",
        "self-BLEU",
        "Vendi",
    )
    for name, title in (("openings", "user openings"), ("assistant", "assistant texts")):
        texts = found.diversity[name]
        table.add_row(
            title, number(texts["texts"]), number(texts["different"]), f"{texts['distinct_1']:.3f}",
            f"{texts['distinct_2']:.3f}", f"{texts['self_bleu']:.3f}", f"{texts['vendi']:.1f}",
        )  # fmt: skip
    yield table
    plans = found.diversity["plans"]
    table = table_of("Diversity of plans", "")
    for title, name in (
        ("different shapes", "shapes"),
        ("tools called", "tool_1grams"),
        ("tool pairs", "tool_2grams"),
        ("tool triples", "tool_3grams"),
    ):
        table.add_row(title, number(plans[name]))
    table.add_row("Vendi", f"{plans['vendi']:.1f}")
    yield table


def _realism(found: Survey) -> Iterator[Table]:
    logs = found.reference
    columns = ("logs", "distance") if logs else ()
    table = table_of("Realism", "", "run", *columns)
    table.columns[1].justify = "left"
    for name, bins in found.realism["features"].items():
        for place, (title, part) in enumerate(bins.items()):
            row = ["" if place else name, title, f"{100 * part:.1f} %"]
            if logs:
                row += [
                    f"{100 * logs['features'][name][title]:.1f} %",
                    "" if place else f"{logs['distances'][name]:.3f}",
                ]
            table.add_row(*row)
    yield table
    if logs:
        table = table_of("Target fitted to the logs", "level", "share")
        table.columns[1].justify = "left"
        for name, levels in logs["target"].items():
            for place, (level, percent) in enumerate(levels.items()):
                table.add_row("" if place else name, level, f"{percent:.1f} %")
        yield table
