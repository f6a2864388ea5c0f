"""The numbers of a run, all of them counted anew from its journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import orjson

from trajgym.errors import DamagedJournal
from trajgym.journal import Journal, Rows, Scope


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


class Coverage(Protocol):
    """What counts user behaviour; see `trajgym.gym_envs.coverage.Coverage`."""

    def plan(self, profile: dict[str, str]) -> None: ...

    def add(self, profile: dict[str, str], reached: Collection[str], kept: bool = False) -> None: ...

    def report(self) -> dict[str, Any]: ...


@dataclass(slots=True)
class Stats:
    filtered: bool
    trajectories: Funnel
    pairs: Funnel
    failed: dict[str, int]
    groups: list[Group]
    blame: dict[str, int]
    coverage: dict[str, Any]
    """See `trajgym.gym_envs.coverage.Coverage.report`."""
    codes: dict[str, tuple[int, int]]
    """Pairs by mistake code: made, kept."""
    tokens: dict[str, int]
    unreadable: int = field(default=0)
    """Trajectories that cannot be read any more; the filters drop them."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def measure(journal: Journal, coverage: Coverage) -> Stats:
    """The numbers of the run. Raises DamagedJournal when they do not add up."""
    filtered = journal.filtered() is not None
    kept = {scope: journal.kept_condition(scope, "t.row") if filtered else "0" for scope in ("trajectory", "pair")}
    blame, unreadable = _behaviour(journal, kept["trajectory"], coverage)
    calls = journal.query("SELECT count(*), total(prompt_tokens), total(completion_tokens) FROM calls ORDER BY 1")[0]
    return Stats(
        filtered=filtered,
        trajectories=_funnel(journal, "trajectory", "trajectories", kept["trajectory"], filtered),
        pairs=_funnel(journal, "pair", "pairs", kept["pair"], filtered),
        failed=dict(journal.query("SELECT kind, count(*) FROM failures GROUP BY kind ORDER BY kind")),
        groups=_groups(journal, kept["trajectory"]),
        blame=blame,
        coverage=coverage.report(),
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


def _behaviour(journal: Journal, kept: str, coverage: Coverage) -> tuple[dict[str, int], int]:
    """Whose fault the lost episodes are, and how many rows cannot be read; `coverage` counts the others."""
    stay = Rows(row for (row,) in journal.query(f"SELECT row FROM trajectories t WHERE {kept} ORDER BY row"))
    blame: Counter[str] = Counter()
    unreadable = 0
    for row, body in journal.rows():
        try:
            line = orjson.loads(body)
            profile, reached, outcome = line["task"]["profile"], line["reached"], line["outcome"]
            if not outcome["reward"]:
                blame[outcome["blame"] or "nobody"] += 1
            coverage.plan(profile)
            coverage.add(profile, reached)
            if (row >> 16, row & 65535) in stay:
                coverage.add(profile, reached, kept=True)
        except (orjson.JSONDecodeError, KeyError, TypeError):
            unreadable += 1
    return dict(sorted(blame.items())), unreadable
