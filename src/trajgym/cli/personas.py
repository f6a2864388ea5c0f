"""The command that lets a model propose people for the simulated users to be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trajgym.cli.display import Display
from trajgym.cli.output import AsJson, Plain, Quiet, number, print_json, say
from trajgym.errors import TrajgymError


def personas(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file; made when missing.", show_default=False)],
    model: Annotated[str, typer.Option(help="The model's name on the server.", show_default=False)],
    n: Annotated[int, typer.Option("-n", help="How many people the file shall hold.")] = 100,
    base_url: Annotated[
        str | None, typer.Option("--base-url", help="Where it is served. [default: OPENAI_BASE_URL, else OpenAI]")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    plain: Plain = False,
) -> None:
    """\b
    Examples:
      trajgym personas people.jsonl --model my-model --base-url http://localhost:8000/v1
      OPENAI_API_KEY=... trajgym personas people.jsonl --model gpt-5-mini -n 200
      trajgym generate --worlds retail_desk -n 500 --personas people.jsonl --run runs/a

    Let a model propose people until FILE holds enough of them, no two alike.

    It goes on where it was stopped. The key is read from OPENAI_API_KEY and written nowhere.
    """
    from trajgym.generators.people import expand

    if n < 1:
        raise TrajgymError(f"-n is {n}; it must be 1 or more.")
    with Display("personas", quiet=quiet, plain=plain) as display:
        report = expand(file, n, model, base_url, display)
    if as_json:
        print_json(report.to_json())
        return
    refused = ", ".join(f"{number(count)} x {why}" for why, count in report.refused.items())
    print(
        f"{file} holds {number(report.already + report.added)} people, {number(report.added)} of them new."
        + (f" Not taken: {refused}." if refused else "")
    )
    if report.already + report.added < n:
        say(f"The model brings nobody new any more; {number(n)} were asked for.")
