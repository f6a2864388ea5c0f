"""`trajgym export --splits ... --hold-out ...`, on a run that was really made."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trajgym.api import Run
from trajgym.splits import split_of
from trajgym.trajectory import Trajectory

Command = Callable[..., Any]


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    """A copy of the run, to export from."""
    return Path(shutil.copytree(finished, tmp_path / "a", ignore=shutil.ignore_patterns("export")))


def metas(folder: Path, split: str) -> list[dict[str, Any]]:
    paths = sorted(folder.glob(f"*/{split}*.meta.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


def test_splits_and_hold_outs(trajgym: Command, run: Path) -> None:
    given = (
        "--splits",
        "60,20,20",
        "--hold-out",
        "view=3",
        "--hold-out",
        "profile=surface:typos,profile=surface:sms_lowercase",
    )
    ran = trajgym("export", run, *given, "--json")
    assert ran.code == 0, ran.err
    report = json.loads(ran.out)
    kept = list(Run(run).trajectories(kept=True))
    assert sum(n for n, _ in report["splits"].values()) == report["trajectories"] == len(kept)
    places: dict[str, set[str]] = {}
    prompts: dict[str, set[str]] = {}
    for split in ("train", "dev", "test"):
        for meta in metas(run / "export", split):
            places.setdefault(meta["task_id"], set()).add(split)
            held_out = meta["task"]["tool_view"]["view"] == 3 or held_out_user(meta["task"]["profile"])
            assert bool(meta["held_out"]) == held_out
            assert split == "test" or not held_out
        prompts[split] = {row["messages"][0]["content"] for row in map(json.loads, lines(run, split, "openai_sft"))}
    assert all(len(split) == 1 for split in places.values())
    views = {row.turns[0].frame.system for row in kept if row.task.tool_view["view"] == 3}
    assert views and views <= prompts["test"] and not views & (prompts["train"] | prompts["dev"])
    assert not lines(run, "train") & lines(run, "test"), "a row that was trained on is tested on"


def held_out_user(profile: dict[str, str]) -> bool:
    return profile.get("surface") in ("typos", "sms_lowercase")


def lines(run: Path, split: str, form: str = "*") -> set[str]:
    """The rows of a split."""
    paths = (path for path in (run / "export").glob(f"{form}/{split}*.jsonl") if "meta" not in path.name)
    return {line for path in paths for line in path.read_text("utf-8").split("\n") if line}


def test_what_was_asked_for_stays_until_it_is_asked_otherwise(trajgym: Command, run: Path, tmp_path: Path) -> None:
    assert trajgym("export", run, "--splits", "60,20,20", "--hold-out", "view=3").code == 0
    ran = trajgym("export", run)
    assert "Nothing to do" in ran.out and "Held out by view=3:" in ran.out
    assert (Run(run).config.export.splits, Run(run).config.export.hold_out) == ([60, 20, 20], ["view=3"])
    assert trajgym("export", run, "--splits", "100,0,0", "--hold-out", "none").code == 0
    assert not list((run / "export").glob("*/test*"))


def test_a_file_asks_for_splits(trajgym: Command, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(
        'run = "b"\n[generate]\nworlds = ["tool_picker"]\nn = 40\nseed = 7\n'
        '[export]\nformats = ["trl_sft"]\nsplits = [60, 20, 20]\nhold_out = ["view=3"]\n'
    )
    assert trajgym("run", "c.toml").code == 0
    first = {path.name for path in (tmp_path / "b/export/trl_sft").iterdir()}
    assert {"train.jsonl", "dev.jsonl", "test.jsonl"} <= first
    assert trajgym("run", "b/run.toml").out.count("Nothing to do") == 3


def test_a_grown_run_moves_no_task(tmp_path: Path) -> None:
    run, placed = Run(tmp_path / "a"), []
    for n in (20, 40):
        run.generate(worlds=["tool_picker"], n=n, seed=3)
        placed.append({task_of(row): split_of(row.task) for row in run.trajectories()})
    assert placed[0].items() <= placed[1].items() and len(placed[1]) == 40


def task_of(row: Trajectory) -> str:
    return row.task.id


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--splits", "90,5"), "splits: it must be three shares"),
        (("--splits", "0,0,0"), "it must be three shares"),
        (("--splits", "90,5,x"), "'90,5,x' are no shares"),
        (("--hold-out", "world=tool_piker"), "Did you mean 'tool_picker'?"),
        (("--hold-out", "veiw=3"), "Did you mean 'view'?"),
        (("--hold-out", "profile=surface:clean"), "there is no profile 'surface:clean'"),
        (("--hold-out", "policy=7.1"), "there is no policy '7.1'"),
        (("--hold-out", "world=tool_picker"), "nothing to write for train"),
    ],
)
def test_what_cannot_be_split_so(trajgym: Command, run: Path, given: tuple[str, ...], said: str) -> None:
    before = (run / "run.toml").read_bytes()
    ran = trajgym("export", run, *given)
    assert ran.code in (2, 3)
    assert said in ran.err
    assert not (run / "export").exists()
    assert (run / "run.toml").read_bytes() == before
