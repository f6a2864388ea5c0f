"""The numbers of a run, all of them counted anew from its journal."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any

import orjson

from trajgym.errors import DamagedJournal
from trajgym.journal import Journal, Scope


@dataclass(slots=True)
class Funnel:
    """``generated == kept + sum(dropped.values())`` once the run is filtered; before that, nothing is kept or dropped."""

    generated: int
    kept: int
    dropped: dict[str, int]


@dataclass(slots=True)
class Group:
    """What became of the trajectories of one world and task class. `solved` have reward 1."""

    world: str
    task_class: str
    generated: int
    solved: int
    kept: int


@dataclass(slots=True)
class Coverage:
    """Of the user behaviours planned: how many showed in a transcript, and in a kept one.

    `levels` counts trajectories by ``dimension=level``: planned, reached, kept. `pairs` counts the different combinations of
    two such, in the same order.
    """

    levels: dict[str, tuple[int, int, int]]
    pairs: tuple[int, int, int]


@dataclass(slots=True)
class Stats:
    filtered: bool
    trajectories: Funnel
    pairs: Funnel
    failed: dict[str, int]
    groups: list[Group]
    blame: dict[str, int]
    coverage: Coverage
    codes: dict[str, tuple[int, int]]
    """Pairs by mistake code: made, kept."""
    tokens: dict[str, int]
    unreadable: int = field(default=0)
    """Trajectories that cannot be read any more; the filters drop them."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def measure(journal: Journal) -> Stats:
    """The numbers of the run. Raises DamagedJournal when they do not add up."""
    filtered = journal.filtered() is not None
    kept = {scope: journal.kept_condition(scope, "t.row") if filtered else "0" for scope in ("trajectory", "pair")}
    blame, coverage, unreadable = _behaviour(journal, kept["trajectory"])
    calls = journal.query("SELECT count(*), total(prompt_tokens), total(completion_tokens) FROM calls ORDER BY 1")[0]
    return Stats(
        filtered=filtered,
        trajectories=_funnel(journal, "trajectory", "trajectories", kept["trajectory"], filtered),
        pairs=_funnel(journal, "pair", "pairs", kept["pair"], filtered),
        failed=dict(journal.query("SELECT kind, count(*) FROM failures GROUP BY kind ORDER BY kind")),
        groups=_groups(journal, kept["trajectory"]),
        blame=blame,
        coverage=coverage,
        codes={
            code: (made, int(stay))
            for code, made, stay in journal.query(
                f"SELECT t.code, count(*), total({kept['pair']}) FROM pairs t GROUP BY t.code ORDER BY t.code"
            )
        },
        tokens={"calls": calls[0], "prompt": int(calls[1]), "completion": int(calls[2])},
        unreadable=unreadable,
    )


def _funnel(journal: Journal, scope: Scope, table: str, kept: str, filtered: bool) -> Funnel:
    ((generated, stay),) = journal.query(f"SELECT count(*), total({kept}) FROM {table} t ORDER BY 1")
    funnel = Funnel(generated, int(stay), journal.dropped(scope) if filtered else {})
    if filtered:
        lost = generated - funnel.kept - sum(funnel.dropped.values())
        if lost:
            raise DamagedJournal(
                f"The journal {journal.path} does not add up: {generated} {table}, {funnel.kept} kept, {lost} unaccounted.",
                f"Look at it with: trajgym doctor {journal.path.parent}",
            )
    return funnel


def _groups(journal: Journal, kept: str) -> list[Group]:
    rows = journal.query(
        f"SELECT world, task_class, count(*), total(reward), total({kept}) FROM trajectories t "
        "GROUP BY world, task_class ORDER BY world, task_class"
    )
    return [Group(world, kind, made, int(solved), int(stay)) for world, kind, made, solved, stay in rows]


def _behaviour(journal: Journal, kept: str) -> tuple[dict[str, int], Coverage, int]:
    stay = {row for (row,) in journal.query(f"SELECT row FROM trajectories t WHERE {kept} ORDER BY row")}
    blame: Counter[str] = Counter()
    levels: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())
    pairs: tuple[set[tuple[str, str]], ...] = (set(), set(), set())
    unreadable = 0
    for row, body in journal.rows():
        try:
            line = orjson.loads(body)
            profile, reached, outcome = line["task"]["profile"], set(line["reached"]), line["outcome"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            unreadable += 1
            continue
        if not outcome["reward"]:
            blame[outcome["blame"] or "nobody"] += 1
        planned = sorted(f"{dim}={level}" for dim, level in profile.items())
        shown = sorted(f"{dim}={level}" for dim, level in profile.items() if dim in reached)
        for place, names in enumerate((planned, shown, shown if row in stay else ())):
            levels[place].update(names)
            pairs[place].update(combinations(names, 2))
    coverage = Coverage(
        {name: (levels[0][name], levels[1][name], levels[2][name]) for name in sorted(levels[0])},
        (len(pairs[0]), len(pairs[1]), len(pairs[2])),
    )
    return dict(sorted(blame.items())), coverage, unreadable
