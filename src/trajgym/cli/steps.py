"""The commands that do the work: generate, filter, export, and run, which does all three."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trajgym.cli import options
from trajgym.cli.display import Display
from trajgym.cli.output import AsJson, Plain, Quiet, print_json, say
from trajgym.cli.reports import estimate_in_words, tell_exported, tell_filtered, tell_generated
from trajgym.errors import TrajgymError
from trajgym.progress import Interrupted

if TYPE_CHECKING:
    from trajgym.api import Run
    from trajgym.generators import GenerateReport
    from trajgym.generators.estimate import Estimate

RunPath = Annotated[Path, typer.Argument(metavar="RUN", help="The run folder.", show_default=False)]


def generate(
    run: options.RunFolderPath,
    worlds: options.Worlds = None,
    mcp: options.Mcp = None,
    tasks: options.TaskFile = None,
    n: options.Count = None,
    seed: options.Seed = None,
    level: options.Level = None,
    target: options.Target = None,
    fill: options.Fill = False,
    pairs_per_task: options.PairsPerTask = None,
    samples: options.Samples = None,
    teacher: options.TeacherKind = None,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    user_model: options.UserModel = None,
    user_base_url: options.UserBaseUrl = None,
    personas: options.People = None,
    temperature: options.Temperature = None,
    max_tokens: options.MaxTokens = None,
    concurrency: options.Concurrency = None,
    deadline: options.Deadline = None,
    prices: options.Prices = None,
    user_prices: options.UserPrices = None,
    max_cost: options.MaxCost = None,
    max_total_tokens: options.MaxTotalTokens = None,
    estimate: options.EstimateOnly = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    plain: Plain = False,
) -> None:
    """\b
    Examples:
      trajgym generate --worlds retail_desk,tool_picker -n 500 --seed 7 --run runs/a
      trajgym generate --run runs/a -n 1000          more tasks of the same kind
      trajgym generate --worlds all -n 1800 --run runs/all
      trajgym generate --mcp "python -m my_server" --tasks tasks.jsonl --run runs/mine
      trajgym generate --run runs/a --fill           tasks for behaviour that is still missing
      OPENAI_API_KEY=... trajgym generate --worlds retail_desk -n 50 --teacher openai --model gpt-5-mini --run runs/b
      trajgym generate --run runs/b -n 500 --prices 0.25,2 --max-cost 5 --estimate

    Roll a teacher through tasks; trajectories and pairs go into the run's journal.

    It goes on where it was stopped. On an existing run, what you leave out stays as it was, and only -n and what it may
    cost can change. A limit on cost or tokens is never gone over: the worst case of a call is set aside before it is sent.
    The key is read from OPENAI_API_KEY and written nowhere.
    """
    from trajgym.api import Run

    given: dict[str, Any] = {
        "worlds": _names(worlds),
        "mcp": mcp,
        "tasks": None if tasks is None else str(tasks),
        "n": n,
        "seed": seed,
        "level": int(level) if level is not None and level.isdigit() else level,
        "target": target,
        "pairs_per_task": pairs_per_task,
        "samples": samples,
        "teacher": teacher,
        "model": model,
        "base_url": base_url,
        "user_model": user_model,
        "user_base_url": user_base_url,
        "personas": None if personas is None else str(personas),
        "temperature": temperature,
        "max_tokens": max_tokens,
        "concurrency": concurrency,
        "deadline_s": deadline,
        "prices": _prices(prices),
        "user_prices": _prices(user_prices),
        "max_cost": max_cost,
        "max_total_tokens": max_total_tokens,
    }
    if estimate:
        needed = Run(run).estimate(**given)
        if as_json:
            print_json(needed.to_json())
        else:
            print(estimate_in_words(needed))
        return
    with _interruptible():
        display, report = _generate(Run(run), given | {"fill": fill}, quiet, plain)
    if as_json:
        print_json(report.to_json())
    else:
        tell_generated(report, display.seconds)
        say(f"Next: trajgym filter {shlex.quote(str(run))}")


def _generate(run: Run, given: dict[str, Any], quiet: bool, plain: bool) -> tuple[Display, GenerateReport]:
    def tell(needed: Estimate) -> None:
        if not quiet:
            say(estimate_in_words(needed))

    with Display("generate", quiet=quiet, plain=plain, drains=True) as display:
        report = run.generate(progress=display, expecting=tell, **given)
    if report.stopped:
        raise Interrupted(display.signum)
    return display, report


def filter_(
    run: RunPath,
    filters: Annotated[
        str | None, typer.Option("--filters", help="Filters, separated by commas. [default: the usual ones]")
    ] = None,
    accept: Annotated[
        str | None,
        typer.Option(
            help="Keep these too: recorded (cannot be replayed), unjudged (the task has no checks). [default: none]"
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    plain: Plain = False,
) -> None:
    """\b
    Examples:
      trajgym filter runs/a
      trajgym filter runs/a --json
      trajgym filter runs/mine --accept recorded,unjudged

    Prove, score and deduplicate what was generated.

    Nothing is deleted: each filter's decisions are stored beside the rows. Only what changed is judged again.
    """
    from trajgym.api import Run

    with _interruptible(), Display("filter", quiet=quiet, plain=plain) as display:
        report = Run(run).filter(_names(filters), accept=_names(accept), progress=display)
    if as_json:
        print_json(report.to_json())
    else:
        tell_filtered(report, display.used)
        say(f"Next: trajgym export {shlex.quote(str(run))}")


def export(
    run: RunPath,
    formats: Annotated[
        str | None, typer.Option("--format", "-f", help="Formats, separated by commas. [default: all four]")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The folder. [default: RUN/export]")] = None,
    splits: Annotated[
        str | None, typer.Option("--splits", help="Shares of train, dev and test. [default: 100,0,0]")
    ] = None,
    hold_out: Annotated[
        list[str] | None,
        typer.Option(
            "--hold-out",
            help="What is in test only: world=W, view=N, names=STYLE, policy=LEVEL.VIEW, profile=DIM:LEVEL; or none.",
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    plain: Plain = False,
) -> None:
    """\b
    Examples:
      trajgym export runs/a --format openai_sft,openai_dpo,trl_sft,trl_dpo --out data/a
      python -c "import datasets; print(datasets.load_dataset('data/a', 'sft'))"
      trajgym export runs/a --splits 90,5,5 --hold-out view=3 --hold-out profile=surface:typos

    Write what was kept as files that trainers read.

    The files are made anew and put in place when they are whole. A task is in one split, always the same.
    """
    from trajgym.api import Run

    with _interruptible(), Display("export", quiet=quiet, plain=plain) as display:
        report = Run(run).export(
            out, _names(formats), splits=_shares(splits), hold_out=_held_out(hold_out), progress=display
        )
    if as_json:
        print_json(report.to_json())
    else:
        tell_exported(report)


def run(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="A TOML file.", show_default=False)],
    as_json: AsJson = False,
    quiet: Quiet = False,
    plain: Plain = False,
) -> None:
    """\b
    Examples:
      trajgym run config.toml
      trajgym run runs/a/run.toml                    a run again, or on from where it stopped

    Generate, filter and export, as a TOML file says.

    \b
    The file:
      run = "runs/a"
      [generate]
      worlds = ["retail_desk", "tool_picker"]
      n = 500
      seed = 7
      [export]
      formats = ["openai_sft", "trl_dpo"]
      out = "data/a"
    """
    from trajgym.api import Run
    from trajgym.config import load

    asked = load(config)
    work = Run(asked.run)
    with _interruptible():
        display, generated = _generate(work, asked.generate.model_dump(), quiet, plain)
        if not as_json:
            tell_generated(generated, display.seconds)
        with Display("filter", quiet=quiet, plain=plain) as display:
            filtered = work.filter(asked.filter.names, progress=display)
        if not as_json:
            tell_filtered(filtered, display.used)
        with Display("export", quiet=quiet, plain=plain) as display:
            wanted = asked.export
            exported = work.export(
                wanted.out or None, wanted.formats, splits=wanted.splits, hold_out=wanted.hold_out, progress=display
            )
    if as_json:
        print_json({"generate": generated.to_json(), "filter": filtered.to_json(), "export": exported.to_json()})
    else:
        tell_exported(exported)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Say how to go on when the step is interrupted."""
    try:
        yield
    except (Interrupted, KeyboardInterrupt):
        say(f"Stopped. Go on with the same command: {shlex.join(['trajgym', *sys.argv[1:]])}")
        raise


def _shares(words: str | None) -> list[int] | None:
    if words is None:
        return None
    shares = [word.strip() for word in words.split(",")]
    if not all(share.isdecimal() for share in shares):
        raise TrajgymError(f"{words!r} are no shares.", "Give those of train, dev and test, such as 90,5,5.")
    return [int(share) for share in shares]


def _prices(words: str | None) -> list[float] | None:
    if words is None:
        return None
    try:
        return [float(word) for word in words.split(",")]
    except ValueError:
        raise TrajgymError(
            f"{words!r} are no prices.",
            "Give those of a million prompt tokens and of a million completion tokens: 0.25,2.",
        ) from None


def _held_out(words: list[str] | None) -> list[str] | None:
    if not words:
        return None
    names = [name for word in words for name in _names(word) or ()]
    return [] if names == ["none"] else names


def _names(words: str | None) -> list[str] | None:
    if words is None:
        return None
    names = [word.strip() for word in words.split(",") if word.strip()]
    if not names:
        raise TrajgymError(f"{words!r} names nothing.", "Give names separated by commas.")
    return names
