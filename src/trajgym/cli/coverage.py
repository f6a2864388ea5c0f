"""The command that measures a run: user behaviour covered and missing, losses, diversity, realism."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trajgym.cli.display import Display
from trajgym.cli.output import AsJson, Plain, Quiet, console, print_json, say, visible
from trajgym.cli.steps import RunPath
from trajgym.errors import TrajgymError


def coverage(
    run: RunPath,
    plot: Annotated[Path | None, typer.Option(help="Write a plot there, as PNG.", show_default=False)] = None,
    reference: Annotated[
        Path | None,
        typer.Option(help="Real chat logs to compare with: OpenAI chat JSONL.", show_default=False),
    ] = None,
    propose: Annotated[
        Path | None,
        typer.Option(help="Write a target distribution fitted to the logs there, as JSON.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    plain: Plain = False,
) -> None:
    """\b
    Examples:
      trajgym coverage runs/a
      trajgym coverage runs/a --json
      trajgym coverage runs/a --plot coverage.png
      trajgym coverage runs/a --reference logs.jsonl --propose target.json

    Measure a run: user behaviour covered and missing, losses and whose fault they are, diversity, realism.

    Pairs and triples of behaviour are counted over the combinations that can occur in the run's worlds. With real chat
    logs, it says how far the run is from them, and which mixture of behaviour would look like them.
    """
    from trajgym.api import Run
    from trajgym.cli.coverage_tables import coverage_tables

    if propose is not None and reference is None:
        raise TrajgymError("--propose fits a distribution to real chat logs.", "Name them: --reference FILE")
    with Display("coverage", quiet=quiet, plain=plain) as display:
        found = Run(run).coverage(reference, progress=display)
    if plot is not None:
        from trajgym.measures.plots import save_plot

        save_plot(found, plot)
        say(f"Plot: {plot}")
    if propose is not None and found.reference is not None:
        import orjson

        from trajgym.files import write_atomically

        write_atomically(propose, orjson.dumps(found.reference["target"], option=orjson.OPT_INDENT_2) + b"\n")
        say(f"Target: {propose}")
    if as_json:
        print_json(found.to_json())
        return
    out = console()
    out.print(visible(str(run)))
    for table in coverage_tables(found):
        out.print()
        out.print(table)
