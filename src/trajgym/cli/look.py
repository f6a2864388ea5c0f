"""The commands that only look: worlds, show, stats."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from trajgym.cli.output import AsJson, console, print_json, visible
from trajgym.cli.steps import RunPath
from trajgym.errors import TrajgymError


def worlds(as_json: AsJson = False) -> None:
    """\b
    Examples:
      trajgym worlds
      trajgym worlds --json

    List the worlds: what each is made of and which tasks it has.
    """
    from rich.table import Table

    from trajgym.gym_envs import registry

    found = [_world(name, registry.load(name)) for name in registry.names()]
    if as_json:
        print_json({"worlds": found})
        return
    table = Table("world", "version", "backend", "tools", "task classes", "levels")
    for world in found:
        table.add_row(
            world["name"],
            str(world["version"]),
            world["backend"],
            f"{len(world['tools'])}: {', '.join(world['tools'])}",
            ", ".join(world["task_classes"]),
            ", ".join(f"L{level}" for level in world["levels"]),
        )
    console().print(table)


def _world(name: str, world: Any) -> dict[str, Any]:
    from trajgym.task import LEVELS, TASK_CLASSES

    return {
        "name": name,
        "version": world.version,
        "backend": getattr(world, "backend", "SQLite"),
        "tools": [tool.name for tool in world.tools],
        "task_classes": list(getattr(world, "task_classes", TASK_CLASSES)),
        "levels": list(getattr(world, "levels", LEVELS)),
    }


def show(
    run: RunPath,
    which: Annotated[
        str, typer.Argument(metavar="ID|INDEX", help="A trajectory's id, or the number of its task.")
    ] = "0",
    sample: Annotated[int, typer.Option(help="Which rollout of the task, when INDEX is given.")] = 0,
    full: Annotated[bool, typer.Option("--full", help="Show long prompts and tool answers whole.")] = False,
    as_json: AsJson = False,
) -> None:
    """\b
    Examples:
      trajgym show runs/a 12
      trajgym show runs/a 3f1c0a9be2d4471c88aa01bc-0 --full

    Show one trajectory as a person reads it, with the verdicts at the steps.
    """
    from trajgym.cli.render import as_json as to_json
    from trajgym.cli.render import transcript
    from trajgym.journal import row_number
    from trajgym.run_folder import RunFolder
    from trajgym.trajectory import Pair

    with RunFolder.open(run, readonly=True) as folder:
        journal = folder.journal
        by_number = which.isdecimal() and len(which) < 12
        row = row_number(int(which), sample) if by_number else journal.row_of(which)
        trajectory = None if row is None else next(journal.trajectories(row - 1, row), None)
        if row is None or trajectory is None:
            count = journal.counts()["trajectories"]
            raise TrajgymError(
                f"The run {run} has no trajectory {which!r}; it has {count}.", "Give an id, or the number of a task."
            )
        pairs = [Pair.decode(body) for _, body in journal.pair_rows((row << 8) - 1, row << 8 | 255)]
        decisions = journal.decisions("trajectory", row)
    if as_json:
        print_json(to_json(trajectory, pairs, decisions))
    else:
        console().print(transcript(row >> 16, trajectory, pairs, decisions, full=full))


def stats(run: RunPath, as_json: AsJson = False) -> None:
    """\b
    Examples:
      trajgym stats runs/a
      trajgym stats runs/a --json

    Count a run: the funnel, outcomes, user behaviour, mistakes, tokens.
    """
    from trajgym.api import Run
    from trajgym.cli.tables import stats_tables

    numbers = Run(run).stats()
    if as_json:
        print_json(numbers.to_json())
        return
    out = console()
    out.print(visible(str(run)))
    for table in stats_tables(numbers):
        out.print()
        out.print(table)
