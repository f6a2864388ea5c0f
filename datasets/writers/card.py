"""The dataset card: a README whose header tells `datasets` which file is which and what its columns hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from trajgym.trajectory import Pair, Trajectory
from trajgym.verdict import MISTAKES
from trajgym.writers.registry import Part

_SIDECARS = (
    "Line n of a `.meta.jsonl` file describes row n of the data file that is called like it: ids, the "
    "task's recipe, reward, gates, proof, and for a pair the mistake that the rejected side makes. `manifest.json` "
    "holds the SHA-256, rows and bytes of every file."
)


@dataclass(slots=True)
class Census:
    """What went into an export, counted on the way."""

    trajectories: int = 0
    pairs: int = 0
    by_task: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    by_mistake: Counter[tuple[str, str]] = field(default_factory=Counter)
    teachers: Counter[tuple[str, str]] = field(default_factory=Counter)
    proofs: Counter[str] = field(default_factory=Counter)
    splits: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Trajectories and pairs of each split; empty when all are in train."""
    held_out: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Trajectories and pairs that each hold-out covers."""

    def count_split(self, split: str, held_out: Iterable[str], trajectories: int, pairs: int) -> None:
        for counts, names in ((self.splits, (split,)), (self.held_out, held_out)):
            for name in names:
                if name in counts:
                    counts[name] = counts[name][0] + trajectories, counts[name][1] + pairs

    def count_trajectory(self, trajectory: Trajectory) -> None:
        task = trajectory.task
        self.trajectories += 1
        self.by_task[task.world, task.task_class, task.level] += 1
        self._count_source(trajectory)

    def count_pair(self, pair: Pair, trajectory: Trajectory) -> None:
        self.pairs += 1
        self.by_mistake[trajectory.task.world, pair.code] += 1
        self._count_source(trajectory)

    def _count_source(self, trajectory: Trajectory) -> None:
        self.teachers[trajectory.teacher["name"], trajectory.teacher["kind"]] += 1
        self.proofs[trajectory.proof] += 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A data file as the card shows it."""

    part: Part
    split: str
    path: str
    rows: int


def card(sheets: list[Sheet], census: Census, about: Mapping[str, Any], funnel: Mapping[str, int]) -> str:
    """The README of an export. It holds no time and no host: equal exports have equal cards."""
    scripted = all(kind == "scripted" for _, kind in census.teachers)
    blocks = [
        _header(sheets, scripted),
        "# Tool-use trajectories made with trajgym",
        _summary(census, scripted),
        "## Files",
        _table(
            ("config", "split", "file", "rows", "what it is"),
            ((s.part.config, s.split, f"`{s.path}`", s.rows, s.part.about) for s in sheets),
        ),
        _SIDECARS,
        _loading(sheets),
        *_splits(census),
        *_counts(census, funnel),
        *_making(about),
    ]
    return "\n\n".join(blocks) + "\n"


def _header(sheets: list[Sheet], scripted: bool) -> str:
    """YAML that `datasets` reads. With the column types given, no file is too long or too mixed to open."""
    default = next((s for s in sheets if s.part.config == "sft"), sheets[0])
    lines = ["---"]
    if scripted:
        lines.append("license: apache-2.0")
    lines += ["task_categories: [text-generation]", "tags: [agent, tool-use, function-calling, synthetic]", "configs:"]
    parts = {sheet.part.config: sheet.part for sheet in sheets}
    for config in parts:
        lines.append(f"- config_name: {config}")
        if config == default.part.config:
            lines.append("  default: true")
        files = ", ".join(f"{{split: {s.split}, path: {s.path}}}" for s in sheets if s.part.config == config)
        lines.append(f"  data_files: [{files}]")
    lines.append("dataset_info:")
    for config, part in parts.items():
        columns = ", ".join(f"{{name: {name}, {column.feature}}}" for name, column in part.columns.items())
        lines += [f"- config_name: {config}", f"  features: [{columns}]"]
    return "\n".join([*lines, "---"])


def _summary(census: Census, scripted: bool) -> str:
    made = (
        "All words were written by rules and templates (scripted teacher); no language model took part."
        if scripted
        else "Some or all of the assistant's words were written by language models, whose terms apply."
    )
    return (
        f"{census.trajectories} trajectories and {census.pairs} preference pairs. Every tool result came from a tool that "
        f"really ran. {made}"
    )


def _loading(sheets: list[Sheet]) -> str:
    configs = {s.part.config for s in sheets}
    first = "sft" if "sft" in configs else sheets[0].part.config
    text = f'```python\nfrom datasets import load_dataset  # 4.7 or newer\n\nrows = load_dataset("path/to/this/folder", "{first}")'
    text += "\n```"
    if configs & {"sft", "sft_masked"}:
        text += (
            "\n\nTrain the SFT rows with TRL under `SFTConfig(assistant_only_loss=True, max_length=None)`: then exactly the "
            "assistant's words count (its default `max_length` of 1024 tokens would cut long trajectories)."
        )
    return text


def _splits(census: Census) -> Iterable[str]:
    if census.splits:
        yield "## Splits"
        yield (
            "All rows and pairs of a task are in one split, which follows from the task alone: with these shares it is the "
            "same in every run that has the task. What is held out is in test only."
        )
        yield _table(("split", "trajectories", "pairs"), ((name, *n) for name, n in census.splits.items()))
    if census.held_out:
        yield _table(("held out", "trajectories", "pairs"), ((name, *n) for name, n in census.held_out.items()))


def _counts(census: Census, funnel: Mapping[str, int]) -> Iterable[str]:
    if funnel:
        yield "## From generated to kept"
        yield _table(("step", "trajectories"), funnel.items())
    if census.by_task:
        yield "## Trajectories by world, task class and level"
        yield _table(
            ("world", "task class", "level", "trajectories"),
            ((*key, count) for key, count in sorted(census.by_task.items())),
        )
    if census.by_mistake:
        yield "## Pairs by world and mistake of the rejected side"
        yield _table(
            ("world", "code", "mistake", "pairs"),
            ((world, code, MISTAKES.get(code, ""), n) for (world, code), n in sorted(census.by_mistake.items())),
        )


def _making(about: Mapping[str, Any]) -> Iterable[str]:
    if about:
        yield "## How it was made"
        yield _table(
            ("setting", "value"),
            (
                (name, value if isinstance(value, str) else orjson.dumps(value).decode())
                for name, value in about.items()
            ),
        )


def _table(head: tuple[str, ...], rows: Iterable[Iterable[object]]) -> str:
    lines = [head, tuple("---" for _ in head), *(tuple(row) for row in rows)]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
