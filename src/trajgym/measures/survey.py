"""One walk over a run: behaviour covered, whose fault the losses are, diversity and realism. Memory does not grow with the
rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import orjson

from trajgym.journal import Journal
from trajgym.measures.chatlog import read_log
from trajgym.measures.diversity import Plans, Texts, entropy
from trajgym.measures.realism import Realism
from trajgym.progress import Progress

EXAMPLES = 3
"""Rows named for each reason of a loss."""

_UNREADABLE = "the record cannot be read"
_LIMITS = ("timeout", "rate_limit")
"""Kinds of faults of a teacher's server that are limits set to it, or by it."""


class Behaviour(Protocol):
    """What counts user behaviour; see `trajgym.gym_envs.behaviour.Behaviour`."""

    def plan(self, world: str, task_class: str, profile: dict[str, str]) -> None: ...

    def add(
        self,
        world: str,
        task_class: str,
        profile: dict[str, str],
        reached: Collection[str],
        kept: bool,
        codes: Collection[str],
    ) -> None: ...

    def report(self, filtered: bool = True) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Loss:
    """Rows that were lost for one reason. `rows`: the ids of some."""

    blame: str
    why: str
    count: int
    rows: list[str]


@dataclass(slots=True)
class Survey:
    """What ``trajgym coverage`` shows. `measured`: the rows that `diversity` and `realism` are about, those that the
    filters kept, or all as long as the run is not `filtered`. `coverage`: see `Behaviour.report`."""

    filtered: bool
    planned: int
    generated: int
    kept: int
    measured: int
    coverage: dict[str, Any]
    losses: list[Loss]
    diversity: dict[str, Any]
    realism: dict[str, Any]
    reference: dict[str, Any] | None = None
    """With real logs to compare with: their ``realism``, the ``distances``, and a ``target`` fitted to them."""

    def to_json(self) -> dict[str, Any]:
        """As one object, with what `coverage` holds at the top."""
        found = asdict(self)
        coverage: dict[str, Any] = found.pop("coverage")
        return coverage | found


class Losses:
    """Counts rows that were lost, by whose fault it was and why."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], list[str]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, blame: str, why: str, row: str, count: int = 1) -> None:
        key = blame, why
        self._counts[key] += count
        rows = self._rows.setdefault(key, [])
        if row and len(rows) < EXAMPLES:
            rows.append(row)

    def report(self) -> list[Loss]:
        """Most frequent first."""
        order = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        return [Loss(*key, count, self._rows[key]) for key, count in order]


@dataclass(slots=True)
class Looks:
    """Diversity and realism of the rows that are measured."""

    neutral: Mapping[str, str]
    realism: Realism
    openings: Texts = field(default_factory=lambda: Texts("openings"))
    assistant: Texts = field(default_factory=lambda: Texts("assistant"))
    plans: Plans = field(default_factory=Plans)

    def add(self, line: Mapping[str, Any]) -> None:
        turns = list(talk_of(line))
        profile, reached = line["task"]["profile"], line["reached"]
        self.realism.add(
            turns,
            {name: level for name, level in (self.neutral | profile).items() if name not in profile or name in reached},
        )
        self.openings.add(" ".join(message["content"] for message in line["opening"]))
        self.assistant.add("\n".join(text for role, text in turns if role == "assistant"))
        self.plans.add(
            [
                [call["function"]["name"] for call in turn["message"]["tool_calls"]]
                for turn in line["turns"]
                if turn["message"].get("tool_calls")
            ]
        )

    def report(self, dimensions: Mapping[str, Mapping[str, Mapping[str, int]]], stage: str) -> dict[str, Any]:
        return {
            "entropy": {
                name: entropy(counts[stage] for counts in levels.values())
                for name, levels in dimensions.items()
                if len(levels) > 1
            },
            "openings": self.openings.report(),
            "assistant": self.assistant.report(),
            "plans": self.plans.report(),
        }


def talk_of(line: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The conversation in a trajectory's JSON as (role, text): what users and assistants said, and not what a program
    answers in a user's place where calls stand in the text."""
    programs = {i for i, act in enumerate(line["acts"]) if act == "program"}
    number = 0
    for message in line["opening"]:
        yield "user", message["content"]
        number += 1
    for turn in line["turns"]:
        if turn["message"]["content"]:
            yield "assistant", turn["message"]["content"]
        for message in turn["results"]:
            if message["role"] == "user":
                if number not in programs:
                    yield "user", message["content"]
                number += 1


def survey(
    journal: Journal,
    behaviour: Behaviour,
    *,
    rest: Iterable[Any],
    neutral: Mapping[str, str],
    blame: Callable[[str], str],
    progress: Progress,
) -> tuple[Survey, Realism]:
    """Walk over the run in `journal`. `rest`: the tasks that have no row yet; `neutral`: the neutral level of each
    dimension; `blame`: whose fault it is that a row was dropped for a reason. Also gives what was counted for `realism`."""
    filtered = journal.filtered() is not None
    losses, realism = Losses(), Realism()
    looks = Looks(neutral, realism)
    total = journal.counts()["trajectories"]
    generated = kept_rows = planned = 0
    for _, body, kept, drop, codes in journal.walk(_select(journal, filtered)):
        generated += 1
        progress.update(generated, total)
        kept_rows += kept
        try:
            line = orjson.loads(body)
            task, reached = line["task"], line["reached"]
            place = task["world"], task["task_class"], task["profile"]
            behaviour.plan(*place)
            behaviour.add(*place, reached, bool(kept), codes.split(",") if codes else ())
            if kept or not filtered:
                looks.add(line)
            if not line["outcome"]["reward"]:
                losses.add(line["outcome"]["blame"] or "environment", _reason(line["outcome"]["why"]), line["id"])
            elif drop:
                losses.add(blame(drop), drop, line["id"])
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            losses.add("environment", _UNREADABLE, "")
    for kind, count in journal.query("SELECT kind, count(*) FROM failures GROUP BY kind ORDER BY kind"):
        losses.add("limit" if kind in _LIMITS else "environment", f"given up: {kind}", "", count)
    planned = generated
    for task in rest:
        planned += 1
        behaviour.plan(task.world, task.task_class, task.profile)
    coverage = behaviour.report(filtered)
    found = Survey(
        filtered, planned, generated, kept_rows, kept_rows if filtered else generated, coverage, losses.report(),
        looks.report(coverage["dimensions"], "kept" if filtered else "reached"), realism.report(),
    )  # fmt: skip
    return found, realism


def read_reference(path: str | Path) -> Realism:
    """The conversations of a log (see `read_log`), counted."""
    counted = Realism()
    for turns in read_log(path):
        counted.add(turns)
    return counted


def compared(ours: Realism, logs: Realism, prior: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """`Survey.reference`. `prior`: how often each level of each dimension comes where nothing is known."""
    return {**logs.report(), "distances": ours.distances(logs), "target": ours.propose(logs, prior)}


def _select(journal: Journal, filtered: bool) -> str:
    """Rows with whether they are kept, the reason of the filter that dropped them, and the mistakes of their pairs."""
    kept = journal.kept_condition("trajectory", "b.row") if filtered else "0"
    pair_kept = journal.kept_condition("pair", "p.row") if filtered else "0"
    drop = journal.first_drop("trajectory", "b.row") if filtered else "NULL"
    codes = (
        f"(SELECT group_concat(p.code || CASE WHEN {pair_kept} THEN '+' ELSE '' END) FROM pairs p "
        "WHERE p.row > (b.row << 8) - 1 AND p.row <= (b.row << 8 | 255))"
    )
    return (
        f"SELECT b.row, b.body, coalesce({kept}, 0), {drop}, {codes} FROM bodies b "
        "WHERE b.row > ? AND b.row <= ? ORDER BY b.row LIMIT ?"
    )


def _reason(why: list[str]) -> str:
    """The kind of the last reason, which says whose fault it is: ``agent: left undone: find_customer`` is of the kind
    "left undone"."""
    return why[-1].split(": ")[1] if why and ": " in why[-1] else "no reason is recorded"
