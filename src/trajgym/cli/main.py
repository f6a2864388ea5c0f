"""From arguments to an exit code: the one place where errors become words."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from trajgym.cli import look, steps
from trajgym.cli.coverage import coverage
from trajgym.cli.doctor import doctor
from trajgym.cli.output import print_json, say
from trajgym.cli.personas import personas
from trajgym.errors import DiskTrouble, TrajgymError
from trajgym.progress import Interrupted

app = typer.Typer(
    name="trajgym",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
_COMMANDS: dict[Callable[..., None], str] = {
    steps.generate: "Roll a teacher through tasks.",
    steps.filter_: "Prove, score and deduplicate what was generated.",
    steps.export: "Write what was kept as files that trainers read.",
    steps.run: "Generate, filter and export, as a TOML file says.",
    personas: "Let a model propose people for the users to be.",
    look.worlds: "List the worlds.",
    look.show: "Show one trajectory as a person reads it.",
    look.stats: "Count a run: funnel, outcomes, behaviour, tokens.",
    coverage: "Measure a run: behaviour covered, losses, diversity, realism.",
    doctor: "Check the installation, a run, an endpoint.",
}
for _command, _summary in _COMMANDS.items():
    app.command(name=_command.__name__.rstrip("_"), short_help=_summary)(_command)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"trajgym {version('trajgym')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """\b
    Examples:
      trajgym generate --worlds retail_desk,tool_picker -n 500 --seed 7 --run runs/a
      trajgym filter runs/a
      trajgym export runs/a --format openai_sft,trl_dpo --out data/a

    Make training data for tool-using agents.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """What the command ``trajgym`` calls. Leaves with the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    code = run(given)
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # ``trajgym show ... | head``: nobody reads any more, and that is no fault
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Do what `arguments` say; returns the exit code, see `trajgym.errors`."""
    as_json = "--json" in arguments
    try:
        result: Any = app(arguments, standalone_mode=False, prog_name="trajgym")
    except TrajgymError as error:
        return _fail(as_json, error.kind, error.message, error.hint, error.exit_code)
    except (Interrupted, KeyboardInterrupt) as stop:
        return 128 + (stop.signum if isinstance(stop, Interrupted) else 2)
    except (BrokenPipeError, SystemExit):  # rich and typer leave when nobody reads stdout any more
        return 0
    except OSError as error:
        path = f"{error.filename} " if error.filename else ""
        trouble = DiskTrouble(f"{path}cannot be read or written: {(error.strerror or str(error)).lower()}.")
        return _fail(as_json, trouble.kind, trouble.message, trouble.hint, trouble.exit_code)
    except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, a person gets words and a code
        if hasattr(error, "format_message"):  # a usage error; typer has moved its class about between versions
            return _usage(as_json, error)
        return _bug(as_json, error)
    return result if isinstance(result, int) else 0


def _usage(as_json: bool, error: Any) -> int:
    message = str(error.format_message())
    if message.startswith("Usage: "):  # nothing was asked for: typer's message is the help
        print(message, file=sys.stderr)
        return 2
    command = error.ctx.command_path if getattr(error, "ctx", None) else "trajgym"
    return _fail(as_json, "usage", message, f"See: {command} --help", 2)


def _fail(as_json: bool, kind: str, message: str, hint: str, code: int) -> int:
    if as_json:
        print_json({"error": {"kind": kind, "message": message, "hint": hint}})
    else:
        say(f"error: {message}" + (f"\n{hint}" if hint else ""))
    return code


def _bug(as_json: bool, error: Exception) -> int:
    frames = [
        f for f in traceback.extract_tb(error.__traceback__) if "trajgym" in f.filename or "gym_envs" in f.filename
    ]
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    message = f"This is a bug in trajgym: {type(error).__name__}: {error}{place}."
    hint = "Please report it with the command you gave. TRAJGYM_DEBUG=1 shows the traceback. Your run is safe."
    if os.environ.get("TRAJGYM_DEBUG"):
        traceback.print_exception(error)
    return _fail(as_json, "bug", message, hint, 1)
