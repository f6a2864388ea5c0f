"""What a step came to, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trajgym.budget import amount
from trajgym.cli.output import console, number, share

if TYPE_CHECKING:
    from trajgym.filters import FilterReport
    from trajgym.generators import GenerateReport
    from trajgym.generators.estimate import Estimate
    from trajgym.writers import ExportReport


def estimate_in_words(needed: Estimate) -> str:
    """What a run will need, on one line."""
    if not needed.calls:
        return f"{number(needed.rollouts)} rollouts to be made, and nothing to be paid."
    roles = [
        f"{number(calls)} calls of the {role}'s model ({number(needed.prompt_tokens[role])} prompt and "
        f"{number(needed.completion_tokens[role])} completion tokens)"
        for role, calls in needed.calls.items()
    ]
    price = "" if needed.cost is None else f", {amount(needed.cost)} at these prices"
    words = f"{number(needed.rollouts)} rollouts will need about {' and '.join(roles)}{price}."
    for left, wanted, shown in (
        (needed.cost_left, needed.cost, amount(needed.cost_left or 0)),
        (needed.tokens_left, needed.tokens, f"{number(needed.tokens_left or 0)} tokens"),
    ):
        if left is not None:
            enough = "enough" if not wanted or left >= wanted else f"about {left / wanted:.0%} of it"
            words += f" The limit leaves {shown}: {enough}."
    return words


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
    if report.spent:
        cost = "" if report.spent["cost"] is None else f", {amount(report.spent['cost'])} in money"
        print(f"The run has used {number(report.spent['tokens'])} tokens so far{cost}.")
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
