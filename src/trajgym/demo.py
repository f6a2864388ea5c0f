"""The demo: the three commands over every world, with the scripted teacher, and what came out of them.

    python -m trajgym.demo [FOLDER]

It gives the commands that a user would give, and shows each. Run again, it goes on where it was stopped, or only reports.
"""

from __future__ import annotations

import re
import shlex
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import NamedTuple

import trajgym
from trajgym.chat import Message, dumps
from trajgym.cli.main import run as run_command
from trajgym.cli.output import console, number
from trajgym.cli.tables import outcome_tables
from trajgym.config import FORMATS
from trajgym.errors import TrajgymError
from trajgym.run_folder import RunFolder
from trajgym.trajectory import Trajectory, context

FOLDER = ".demo"
TASKS = 1500
SEED = 7

_PIECE = re.compile(r"[^\W\d_]{1,8}|\d{1,3}|[^\w\s]{1,3}|_")
"""A word, or eight letters of a long one; up to three digits; up to three marks: near what common tokenizers make one token."""


class Tokens(NamedTuple):
    """About how many tokens trajectories have: all that the agent saw and said, and what it said."""

    all: int
    learned: int


def main(arguments: Sequence[str] | None = None) -> None:
    """What ``make demo`` calls. Leaves with the exit code of the command that failed, or 0."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if len(given) > 1 or any(word.startswith("-") for word in given):
        print((__doc__ or "").strip(), file=sys.stderr)
        sys.exit(0 if set(given) & {"-h", "--help"} else 2)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # words on stderr and tables on stdout keep their order in a log
    sys.exit(demo(Path(given[0] if given else FOLDER)))


def demo(folder: Path, tasks: int = TASKS) -> int:
    """Generate `tasks` tasks, filter, export and report; returns the exit code, see `trajgym.errors`."""
    run, data = folder / "run", folder / "data"
    worlds = ",".join(trajgym.world_folders())
    before = _generated(run)
    began = time.monotonic()
    for command in (
        ["generate", "--worlds", worlds, "-n", str(tasks), "--seed", str(SEED), "--run", str(run)],
        ["filter", str(run)],
        ["export", str(run), "--format", ",".join(FORMATS), "--out", str(data)],
    ):
        sys.argv[1:] = command  # an interrupted command says how to go on with it
        print(f"\n$ trajgym {shlex.join(command)}")
        code = run_command(command)
        if code:
            return code
    seconds = time.monotonic() - began
    _report(run, data, _generated(run) - before, seconds)
    return 0


def _generated(run: Path) -> int:
    """How many trajectories the run has; 0 when it cannot be read, which the commands will say better."""
    with suppress(TrajgymError, OSError), RunFolder.open(run, readonly=True) as folder:
        return folder.journal.counts()["trajectories"]
    return 0


def _report(run: Path, data: Path, made: int, seconds: float) -> None:
    stats = trajgym.Run(run).stats()
    out = console()
    for table in outcome_tables(stats):
        out.print()
        out.print(table)
    tokens = count_tokens(trajgym.Run(run).trajectories(kept=True))
    kept, pairs = stats.trajectories.kept, stats.pairs.kept
    print(f"\nKept: {number(kept)} trajectories and {number(pairs)} preference pairs.")
    print(
        f"Tokens: about {tokens.all / 1e6:.1f} million in the kept trajectories, {tokens.learned / 1e6:.2f} million of them "
        "the agent's own words and calls (estimated from the text, without a tokenizer)."
    )
    if made:
        print(
            f"Time: {seconds:.1f} s for {number(made)} new trajectories, from task to file: {made / seconds:,.0f} a second."
        )
    print(f"Files: {data} (README.md there says what is in them)")
    first = shlex.quote(str(run))
    print("\nNext:")
    print(f"  {_command('trajgym')} show {first} 2")
    print(f"  {_command('python')} -c \"import datasets; print(datasets.load_dataset('{data}', 'sft'))\"")
    print(f"  {_command('trajgym')} generate --help")


def _command(name: str) -> str:
    """How to call `name` of the environment this runs in from here, whether it is activated or not."""
    place = Path(sys.executable).parent / name
    with suppress(ValueError):
        return shlex.quote(str(place.relative_to(Path.cwd()))) if place.exists() else name
    return name


def count_tokens(trajectories: Iterable[Trajectory]) -> Tokens:
    """An estimate from the text alone; each trajectory counts its system prompt and tools once."""
    frames: dict[str, int] = {}
    total = learned = 0
    for trajectory in trajectories:
        for key, frame in trajectory.frames().items():
            if key not in frames:
                frames[key] = _tokens(frame.system) + _tokens(dumps(frame.tools))
            total += frames[key]
        messages, _ = context(trajectory, len(trajectory.turns))
        total += sum(_message_tokens(message) for message in messages[1:])
        learned += sum(_message_tokens(turn.message) for turn in trajectory.turns if turn.weight)
    return Tokens(total, learned)


def _message_tokens(message: Message) -> int:
    calls = (call["function"] for call in message.get("tool_calls", ()))
    return _tokens(message["content"] or "") + sum(_tokens(call["name"]) + _tokens(call["arguments"]) for call in calls)


def _tokens(text: str) -> int:
    return len(_PIECE.findall(text))


if __name__ == "__main__":
    main()
