"""From kept trajectories and pairs to a folder that trainers read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol, Self

import orjson

from trajgym.errors import NothingKept, TrajgymError
from trajgym.files import disk_errors
from trajgym.progress import Progress, Silent
from trajgym.splits import SPLITS, Splitting
from trajgym.trajectory import Pair, Trajectory
from trajgym.writers.card import Census, Sheet, card
from trajgym.writers.example import CannotWrite, Example, branch, stretches
from trajgym.writers.folder import KIND, FileEntry, LineFile, Staging
from trajgym.writers.registry import Format, Part, get_format
from trajgym.writers.sidecar import meta_name, pair_meta, trajectory_meta

_ALL_TO_TRAIN = Splitting()
_STEP = 200
"""Progress is told once in so many trajectories or pairs."""


class Source(Protocol):
    """Where kept rows come from; the journal of a run is one. All iterators are in the order of the tasks."""

    def kept(self) -> Iterator[Trajectory]: ...

    def kept_pairs(self) -> Iterator[tuple[Pair, Trajectory]]: ...

    def kept_with_pairs(self) -> Iterator[tuple[Trajectory, bool, list[Pair]]]:
        """Every trajectory that is kept itself (then the flag is True) or has kept pairs, with these."""
        ...


@dataclass(slots=True)
class ExportReport:
    """What an export wrote. `rows` by format; `splits` has the trajectories and pairs of each split, `held_out` those that
    each hold-out covers; `written` is False when the folder held this very export already."""

    folder: Path
    written: bool
    trajectories: int
    pairs: int
    rows: dict[str, int]
    files: list[FileEntry] = field(default_factory=list)
    splits: dict[str, tuple[int, int]] = field(default_factory=dict)
    held_out: dict[str, tuple[int, int]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "written": self.written,
            "trajectories": self.trajectories,
            "pairs": self.pairs,
            "rows": self.rows,
            "splits": self.splits,
            "held_out": self.held_out,
            "files": [entry.to_json() for entry in self.files],
        }


def export(
    source: Source,
    formats: Iterable[str],
    out: str | Path,
    *,
    splitting: Splitting = _ALL_TO_TRAIN,
    about: Mapping[str, Any] | None = None,
    funnel: Mapping[str, int] | None = None,
    progress: Progress | None = None,
    total: int = 0,
) -> ExportReport:
    """Writes what `source` kept into the folder `out`, in each of `formats`, with sidecars, card and manifest.

    `splitting` says what goes into train, dev and test: each has its own files. All rows and pairs of a task go together.
    `about` (how it was made) and `funnel` (trajectories left after each step) go into the card; keep times and paths out
    of them, or equal runs no longer give equal bytes. `total` is how many trajectories and pairs `progress` shall expect;
    0 when nobody knows. Raises NothingKept when one of the formats would have no row, or a split nothing to write;
    TrajgymError for an unknown format or a folder with files of others; DiskTrouble; RunInUse. An earlier export in `out`
    stays as it is until the new one is complete.
    """
    chosen = [get_format(name) for name in dict.fromkeys(formats)]
    if not chosen:
        raise TrajgymError("No format to export to.", "Name at least one, for example trl_sft.")
    with Staging(Path(out)) as staging, disk_errors(staging.out):
        job = _Job(staging.root, chosen, splitting, progress or Silent(), total)
        with job:
            job.write_all(source)
            sheets, entries = job.close()
        readme = LineFile(staging.root, "README.md")
        readme.add(card(sheets, job.census, about or {}, funnel or {}).encode())
        entries.append(readme.close())
        manifest = _manifest(chosen, job.census, entries, about or {})
        written = staging.publish(entries, manifest)
    census = job.census
    return ExportReport(
        staging.out, written, census.trajectories, census.pairs, job.rows(), entries, census.splits, census.held_out
    )


def _manifest(chosen: list[Format], census: Census, entries: list[FileEntry], about: Mapping[str, Any]) -> bytes:
    manifest = {
        "kind": KIND,
        "schema": 1,
        "made_with": f"trajgym {version('trajgym')}",
        "formats": [form.name for form in chosen],
        "trajectories": census.trajectories,
        "pairs": census.pairs,
        "about": dict(about),
        "files": [entry.to_json() for entry in entries],
    }
    return orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _rows(source: Source, sft: bool, dpo: bool) -> Iterator[tuple[Trajectory, bool, Iterable[Pair]]]:
    """What the formats asked for need of `source`, each trajectory decoded once."""
    if sft and dpo:
        yield from source.kept_with_pairs()
    elif sft:
        for trajectory in source.kept():
            yield trajectory, True, ()
    else:
        for pair, trajectory in source.kept_pairs():
            yield trajectory, False, (pair,)


class _Sink:
    """A data file and its sidecar."""

    def __init__(self, root: Path, form: Format, part: Part, split: str) -> None:
        file = part.file_of(split)
        self.path = f"{form.name}/{file}"
        self.data = LineFile(root, self.path, {"format": form.name, "config": part.config, "split": split})
        self.meta = LineFile(root, f"{form.name}/{meta_name(file)}", {"describes": self.path})


class _Job:
    """One pass over the kept trajectories and their pairs, into all files at once; nothing is held in memory."""

    def __init__(self, root: Path, chosen: list[Format], splitting: Splitting, progress: Progress, total: int) -> None:
        splits = splitting.wanted if splitting.splits else ()
        self.census = Census(
            splits=dict.fromkeys(splits, (0, 0)),
            held_out={str(hold_out): (0, 0) for hold_out in splitting.hold_outs},
        )
        self._root, self._chosen, self._progress, self._total = root, chosen, progress, total
        self._splitting = splitting
        self._sinks: dict[tuple[str, str, str], _Sink] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def write_all(self, source: Source) -> None:
        sft = [form for form in self._chosen if form.kind == "sft"]
        dpo = [form for form in self._chosen if form.kind == "dpo"]
        for trajectory, kept, pairs in _rows(source, bool(sft), bool(dpo)):
            meta = trajectory_meta(trajectory)
            split = "train"
            if self._splitting.splits:
                split, meta["held_out"] = self._splitting.place(trajectory.task)
            if kept:
                self._write_trajectory(trajectory, meta, sft, split)
            for pair in pairs:
                self._write_pair(pair, trajectory, meta, dpo, split)
        if sft:
            self._require(sft, "trajectories", self.census.trajectories)
            self._require_splits("trajectories", 0)
        if dpo:
            self._require(dpo, "pairs", self.census.pairs)
            self._require_splits("pairs", 1)

    def _tell(self) -> None:
        census = self.census
        done = census.trajectories + census.pairs
        self._progress.update(done, max(done, self._total), trajectories=census.trajectories, pairs=census.pairs)

    def _require(self, formats: list[Format], what: str, count: int) -> None:
        """Promise: an empty result is an error with reasons."""
        self._tell()
        names = ", ".join(form.name for form in formats)
        if not count:
            raise NothingKept(
                f"There is nothing to write as {names}: no {what} were kept.",
                "See what the filters dropped and why, generate more tasks, or leave these formats out.",
            )
        if not any(form.name == name for form in formats for name, _, _ in self._sinks):
            raise NothingKept(
                f"There is nothing to write as {names}: of {count} kept {what} none has a message to learn.",
                "All their assistant messages have weight 0.",
            )

    def _require_splits(self, what: str, side: int) -> None:
        for split, counts in self.census.splits.items():
            if not counts[side]:
                raise NothingKept(
                    f"There is nothing to write for {split}: none of the kept {what} falls there.",
                    "Generate more tasks, give that split a greater share, or hold out something else.",
                )

    def _write_trajectory(
        self, trajectory: Trajectory, meta: dict[str, Any], formats: list[Format], split: str
    ) -> None:
        self.census.count_trajectory(trajectory)
        self.census.count_split(split, meta.get("held_out", ()), 1, 0)
        if self.census.trajectories % _STEP == 0:
            self._tell()
        for example in stretches(trajectory):
            self._write(example, meta, formats, split, trajectory.id)

    def _write_pair(
        self, pair: Pair, trajectory: Trajectory, meta: dict[str, Any], formats: list[Format], split: str
    ) -> None:
        self.census.count_pair(pair, trajectory)
        self.census.count_split(split, meta.get("held_out", ()), 0, 1)
        if self.census.pairs % _STEP == 0:
            self._tell()
        self._write(branch(pair, trajectory), pair_meta(pair, meta), formats, split, pair.id)

    def _write(self, example: Example, meta: dict[str, Any], formats: list[Format], split: str, name: str) -> None:
        sidecar: dict[tuple[int, ...], bytes] = {}
        for form in formats:
            try:
                for part, row, turns in form.write(example):
                    line = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
                    about = sidecar.get(turns)
                    if about is None:
                        about = sidecar[turns] = orjson.dumps(
                            {**meta, "agent": example.frame.agent, "turns": turns}, option=orjson.OPT_APPEND_NEWLINE
                        )
                    sink = self._sinks.get((form.name, part, split)) or self._new_sink(form, part, split)
                    sink.data.add(line)
                    sink.meta.add(about)
            except CannotWrite as error:
                raise CannotWrite(f"{name} cannot be written as {form.name}: {error.message}", error.hint) from None
            except TypeError as error:  # orjson's JSONEncodeError is one
                raise CannotWrite(
                    f"{name} cannot be written as {form.name}: {error}.",
                    "Text with lone surrogates and values that JSON has no form for are refused.",
                ) from None

    def _new_sink(self, form: Format, suffix: str, split: str) -> _Sink:
        part = next(part for part in form.parts if part.suffix == suffix)
        sink = self._sinks[form.name, suffix, split] = _Sink(self._root, form, part, split)
        self._open.callback(sink.data.abandon)
        self._open.callback(sink.meta.abandon)
        return sink

    def close(self) -> tuple[list[Sheet], list[FileEntry]]:
        """Flushes all files; the sheets for the card and the entries for the manifest, in the order of the formats."""
        sheets: list[Sheet] = []
        entries: list[FileEntry] = []
        for form in self._chosen:
            for part in form.parts:
                for split in SPLITS:
                    if sink := self._sinks.get((form.name, part.suffix, split)):
                        sheets.append(Sheet(part, split, sink.path, sink.data.rows))
                        entries += (sink.data.close(), sink.meta.close())
        return sheets, entries

    def rows(self) -> dict[str, int]:
        counted = {form.name: 0 for form in self._chosen}
        for (name, _, _), sink in self._sinks.items():
            counted[name] += sink.data.rows
        return counted
