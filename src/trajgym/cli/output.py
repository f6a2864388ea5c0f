"""Saying things: data to stdout, words to stderr."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

if TYPE_CHECKING:
    from rich.console import Console

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]
Plain = Annotated[bool, typer.Option("--plain", help="Show progress as plain lines, also on a terminal.")]

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def say(words: str) -> None:
    """A message for a person, on stderr."""
    print(visible(words), file=sys.stderr, flush=True)


def print_json(data: Any) -> None:
    """`data` as one JSON document on stdout."""
    sys.stdout.write(orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode() + "\n")


def visible(text: str) -> str:
    """`text` with control, zero-width and direction characters spelled out, so that it cannot play tricks on a terminal."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def console() -> Console:
    """Where tables and transcripts go: stdout, at a fixed width when that is no terminal."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    return Console(width=None if terminal else 120, highlight=False, markup=False, emoji=False)


def number(value: float) -> str:
    return f"{value:,}"


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"
