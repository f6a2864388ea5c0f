"""The command that looks for what is wrong: in the installation, in a run folder, at a teacher's endpoint."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from trajgym.cli.output import AsJson, console, print_json, visible
from trajgym.errors import TrajgymError

_PACKAGES = ("gymnasium", "openai", "datasets", "pydantic", "numpy", "orjson", "jsonschema-rs", "typer", "rich")


class Finding(NamedTuple):
    subject: str
    fine: bool
    words: str


def doctor(
    run: Annotated[Path | None, typer.Argument(metavar="[RUN]", help="A run folder.", show_default=False)] = None,
    teacher: Annotated[str | None, typer.Option(help="openai: ask an OpenAI-compatible server for its models.")] = None,
    model: Annotated[str | None, typer.Option(help="A model that the server should have.")] = None,
    base_url: Annotated[
        str | None, typer.Option("--base-url", help="Where it is served. [default: OPENAI_BASE_URL, else OpenAI]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """\b
    Examples:
      trajgym doctor
      trajgym doctor runs/a
      trajgym doctor --teacher openai --base-url http://localhost:8000/v1 --model my-model

    Check the installation, a run folder, and a teacher's endpoint.
    """
    if teacher not in (None, "openai", "scripted"):
        raise TrajgymError(f"There is no teacher {teacher!r}.", "Teachers: scripted, openai.")
    findings: list[Finding] = []
    trouble: TrajgymError | None = None
    checks = [_installation()]
    if run is not None:
        checks.append(_run(run))
    if teacher == "openai":
        checks.append(_endpoint(base_url, model))
    for check in checks:
        try:
            findings += check
        except TrajgymError as error:
            trouble = trouble or error
            findings.append(Finding(error.kind, False, str(error)))
    if as_json and trouble is None:
        print_json({"findings": [finding._asdict() for finding in findings]})
    elif not as_json:
        _print(findings)
    if trouble is not None:
        raise trouble


def _print(findings: list[Finding]) -> None:
    out = console()
    for finding in findings:
        mark, style = ("ok  ", "green") if finding.fine else ("BAD ", "bold red")
        out.print(f"{mark}{finding.subject}: {visible(finding.words)}", style=style, soft_wrap=True)


def _installation() -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    yield Finding("python", True, sys.version.split()[0])
    missing = []
    for name in ("trajgym", *_PACKAGES):
        try:
            yield Finding(name, True, version(name))
        except PackageNotFoundError:
            missing.append(name)
            yield Finding(name, False, "not installed")
    if missing:
        raise TrajgymError(f"Not installed: {', '.join(missing)}.", "Install trajgym again: pip install trajgym")


def _run(path: Path) -> Iterator[Finding]:
    from trajgym.api import Run
    from trajgym.errors import DamagedJournal
    from trajgym.journal_file import integrity
    from trajgym.run_folder import JOURNAL, RunFolder

    with RunFolder.open(path, readonly=True) as folder:
        yield Finding(
            "run.toml", True, f"{folder.config.generate.n} tasks of {', '.join(folder.config.generate.worlds)}"
        )
        broken = integrity(path / JOURNAL)
        if broken:
            raise DamagedJournal(
                f"The journal {path / JOURNAL} is damaged: {broken[0]}.",
                "Restore it from a copy, or start a new run folder.",
            )
        yield Finding("journal", True, "sound")
        for table, count in folder.journal.counts().items():
            yield Finding(table, True, f"{count:,}")
        numbers = Run(path).stats()
        if numbers.unreadable:
            yield Finding("trajectories", False, f"{numbers.unreadable} cannot be read; the filters drop them")
        yield Finding("filtered", True, "yes" if numbers.filtered else f"not yet: trajgym filter {path}")


def _endpoint(base_url: str | None, model: str | None) -> Iterator[Finding]:
    import openai

    from trajgym.errors import TeacherUnavailable

    where = base_url or os.environ.get("OPENAI_BASE_URL") or "https://api.openai.com/v1"
    if not os.environ.get("OPENAI_API_KEY"):
        raise TeacherUnavailable("OPENAI_API_KEY is not set.", "Set it; for a local server any word will do.")
    try:
        with openai.OpenAI(base_url=base_url, timeout=10, max_retries=0) as client:
            names = [found.id for found in client.models.list()]
    except openai.APIStatusError as error:
        raise TeacherUnavailable(
            f"The server at {where} refuses us: HTTP {error.status_code}.", "Look at the key and at the URL."
        ) from None
    except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
        raise TeacherUnavailable(
            f"There is no OpenAI-compatible server at {where} ({type(error).__name__}).", "Look at the URL."
        ) from None
    if not names:
        raise TeacherUnavailable(f"The server at {where} lists no models.", "Look at the URL, and at the server.")
    yield Finding("teacher", True, f"{where} serves {len(names)} models")
    if model is not None and model not in names:
        from trajgym.config import did_you_mean

        raise TeacherUnavailable(f"The server at {where} has no model {model!r}.", did_you_mean(model, names))
