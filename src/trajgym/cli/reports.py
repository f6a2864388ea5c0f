"""What a step came to, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trajgym.cli.output import console, number, share

if TYPE_CHECKING:
    from trajgym.filters import FilterReport
    from trajgym.generators import GenerateReport
    from trajgym.writers import ExportReport


def tell_generated(report: GenerateReport, seconds: float) -> None:
    if report.added:
        print(f"Added {number(report.added)} tasks for combinations of behaviour that are missing.")
    if not report.made and not report.failed:
        print(f"Nothing to do: all {number(report.asked)} rollouts are there.")
        return
    before = f", besides {number(report.already)} that were there" if report.already else ""
    print(
        f"Generated {number(report.made)} trajectories{before}; {share(report.rewarded, report.made)} reach the goal. "
        f"{number(report.pairs)} pairs. {report.made / max(seconds, 1e-9):,.0f} trajectories/s."
    )
    for kind, count in sorted(report.failed.items()):
        print(f"Given up: {number(count)} x {kind}; the same command tries them again.")


def tell_filtered(report: FilterReport, did_work: bool) -> None:
    from trajgym.cli.tables import funnel_table
    from trajgym.stats import Funnel

    if not did_work:
        print("Nothing to do: these filters have judged all there is.")
    trajectories = Funnel(report.examined, report.kept, report.dropped)
    pairs = Funnel(report.pairs_examined, report.pairs_kept, report.pairs_dropped)
    console().print(funnel_table(trajectories, pairs, filtered=True))


def tell_exported(report: ExportReport) -> None:
    if not report.written:
        print(f"Nothing to do: {report.folder} holds this export already.")
    for entry in report.files:
        if not entry.path.endswith((".meta.jsonl", ".md")):
            print(f"{report.folder / entry.path}: {number(entry.rows)} rows, {number(entry.bytes)} bytes")
    for name, (trajectories, pairs) in report.held_out.items():
        print(f"Held out by {name}: {number(trajectories)} trajectories, {number(pairs)} pairs.")
