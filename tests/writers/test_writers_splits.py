"""Splits of an export: each task in one file, what is held out in test only, and `datasets` opens all of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from trajgym.errors import NothingKept
from trajgym.splits import SPLITS, HoldOut, Splitting, split_of
from trajgym.writers import check_export, export

ALL = ["openai_sft", "openai_dpo", "trl_sft", "trl_dpo"]
EVEN = Splitting((50, 25, 25))


def rows_of(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """Split and sidecar line of every row of an export."""
    found = []
    for path in sorted(folder.glob("*/*.meta.jsonl")):
        found += [(path.name.split(".")[0], orjson.loads(line)) for line in path.read_bytes().splitlines()]
    return found


def kept(made: Any, count: int) -> Any:
    rows = [made.shop(index, tool_view={"view": index % 12, "mode": "native"}) for index in range(count)]
    return made.Kept(rows, [(made.pair(row, turn), row) for row in rows for turn in (0, 1)])


def test_all_rows_and_pairs_of_a_task_are_in_its_split(made: Any, tmp_path: Path) -> None:
    report = export(kept(made, 60), ALL, tmp_path / "o", splitting=EVEN)
    places: dict[int, set[str]] = {}
    for split, meta in rows_of(tmp_path / "o"):
        places.setdefault(meta["task"]["index"], set()).add(split)
        assert meta["held_out"] == []
    assert places == {index: {split_of(made.task(index), EVEN.shares)} for index in range(60)}
    assert check_export(tmp_path / "o") == []
    counted = Counter(split for (split,) in places.values())
    assert report.splits == {split: (counted[split], 2 * counted[split]) for split in SPLITS}
    assert sum(trajectories for trajectories, _ in report.splits.values()) == report.trajectories == 60
    assert sum(pairs for _, pairs in report.splits.values()) == report.pairs == 120
    card = (tmp_path / "o/README.md").read_text()
    assert all(f"| {split} | {counted[split]} | {2 * counted[split]} |" in card for split in SPLITS)


def test_a_task_stays_where_it_is_when_more_are_made(made: Any, tmp_path: Path) -> None:
    export(kept(made, 30), ["trl_sft"], tmp_path / "few", splitting=EVEN)
    export(kept(made, 90), ["trl_sft"], tmp_path / "many", splitting=EVEN)
    for split in SPLITS:
        few = (tmp_path / f"few/trl_sft/{split}.jsonl").read_bytes()
        assert few and (tmp_path / f"many/trl_sft/{split}.jsonl").read_bytes().startswith(few)


def test_what_is_held_out_is_in_test_only(made: Any, mixed: Any, tmp_path: Path) -> None:
    rows = kept(made, 48).trajectories + mixed(4).trajectories
    hold_outs = (HoldOut("view", "3"), HoldOut("world", "relay"))
    report = export(made.Kept(rows), ["trl_sft"], tmp_path / "o", splitting=Splitting((90, 5, 5), hold_outs))
    for split, meta in rows_of(tmp_path / "o"):
        inside = meta["task"]["world"] == "relay" or meta["task"]["tool_view"].get("view") == 3
        assert (meta["held_out"] != []) == inside
        assert not inside or split == "test"
    assert report.held_out == {"view=3": (4, 0), "world=relay": (4, 0)}
    assert "| world=relay | 4 | 0 |" in (tmp_path / "o/README.md").read_text()
    assert check_export(tmp_path / "o") == []


def test_only_what_is_held_out_is_split_off_when_no_shares_are_asked_for(made: Any, tmp_path: Path) -> None:
    report = export(
        kept(made, 24), ["trl_sft", "trl_dpo"], tmp_path / "o", splitting=Splitting(hold_outs=(HoldOut("view", "3"),))
    )
    assert report.splits == {"train": (22, 44), "test": (2, 4)}
    assert not (tmp_path / "o/trl_sft/dev.jsonl").exists()


def test_a_split_with_nothing_in_it_is_an_error(made: Any, tmp_path: Path) -> None:
    with pytest.raises(NothingKept, match=r"nothing to write for (dev|test): none of the kept trajectories"):
        export(kept(made, 1), ["trl_sft"], tmp_path / "o", splitting=EVEN)
    with pytest.raises(NothingKept, match="nothing to write for train"):
        everything = Splitting(hold_outs=(HoldOut("world", "shop"),))
        export(kept(made, 9), ["trl_sft"], tmp_path / "o", splitting=everything)
    rows = kept(made, 60)
    rows.pairs = [(pair, row) for pair, row in rows.pairs if split_of(row.task, EVEN.shares) != "test"]
    with pytest.raises(NothingKept, match="nothing to write for test: none of the kept pairs"):
        export(rows, ["trl_sft", "trl_dpo"], tmp_path / "o", splitting=EVEN)
    assert not (tmp_path / "o").exists()


def test_without_splits_the_files_are_those_of_train(made: Any, tmp_path: Path) -> None:
    report = export(kept(made, 9), ALL, tmp_path / "o")
    assert {split for split, _ in rows_of(tmp_path / "o")} == {"train"}
    assert report.splits == report.held_out == {}
    assert "held_out" not in rows_of(tmp_path / "o")[0][1]


READ = """
import json, sys
from datasets import load_dataset
for config in ("sft", "dpo", "openai_sft"):
    found = load_dataset(sys.argv[1], config)
    print(json.dumps([config, {split: list(found[split]) for split in found}]))
"""


def test_datasets_opens_each_split_by_its_name(mixed: Any, tmp_path: Path) -> None:
    export(mixed(30), ALL, tmp_path / "o", splitting=EVEN)
    env = {"HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path / "o")],
        env={**env, "PATH": os.defpath},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    folders = {"sft": "trl_sft", "dpo": "trl_dpo", "openai_sft": "openai_sft"}
    for config, found in map(orjson.loads, done.stdout.splitlines()):
        assert sorted(found) == sorted(SPLITS)
        for split, rows in found.items():
            lines = (tmp_path / "o" / folders[config] / f"{split}.jsonl").read_bytes().splitlines()
            assert rows == [orjson.loads(line) for line in lines] != [], (config, split)
