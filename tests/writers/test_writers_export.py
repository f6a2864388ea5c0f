"""An export is whole, equal for equal runs, and never at the cost of what is there."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from trajgym.errors import DiskTrouble, NothingKept, RunInUse, TrajgymError
from trajgym.writers import CannotWrite, check_export, export

ALL = ["openai_sft", "openai_dpo", "trl_sft", "trl_dpo"]


def tree(folder: Path) -> dict[str, str]:
    """Every file of a folder by its hash."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_files_manifest_and_report_agree(mixed: Any, tmp_path: Path) -> None:
    report = export(
        mixed(3), ALL, tmp_path / "o", about={"seed": 7, "teacher": "scripted"}, funnel={"made": 12, "kept": 9}
    )
    manifest = orjson.loads((tmp_path / "o/manifest.json").read_bytes())
    assert report.written and (report.trajectories, report.pairs) == (9, 18)
    assert report.rows == {"openai_sft": 12, "openai_dpo": 18, "trl_sft": 15, "trl_dpo": 18}
    assert {entry["path"] for entry in manifest["files"]} | {"manifest.json"} == tree(tmp_path / "o").keys()
    assert manifest["files"] == report.to_json()["files"]
    for entry in manifest["files"]:
        body = (tmp_path / "o" / entry["path"]).read_bytes()
        assert (len(body), hashlib.sha256(body).hexdigest()) == (entry["bytes"], entry["sha256"])
        if "format" in entry:
            assert body.count(b"\n") == entry["rows"] and body.endswith(b"}\n")
            assert not body.startswith(b"\xef\xbb\xbf") and b"\r" not in body
    assert "💳, please.".encode() in (tmp_path / "o/trl_sft/train.jsonl").read_bytes()
    assert check_export(tmp_path / "o") == []


def test_the_card_says_what_is_in_the_folder(mixed: Any, tmp_path: Path) -> None:
    export(mixed(3), ALL, tmp_path / "o", about={"seed": 7}, funnel={"made": 12})
    card = (tmp_path / "o/README.md").read_text()
    assert "- config_name: sft\n  default: true\n  data_files: [{split: train, path: trl_sft/train.jsonl}]" in card
    assert "  features: [{name: messages, list: json}, {name: tools, list: json}]" in card
    assert "| shop | act | 1 | 1 |" in card and "| made | 12 |" in card and "| seed | 7 |" in card
    assert "| picker | M01 | wrong_tool | 6 |" in card
    assert "license: apache-2.0" in card and "no language model took part" in card


def test_words_of_a_model_are_labelled(made: Any, tmp_path: Path) -> None:
    row = made.shop(1)
    row.teacher = {"name": "gpt", "kind": "model"}
    export(made.Kept([row]), ["trl_sft"], tmp_path / "o")
    card = (tmp_path / "o/README.md").read_text()
    assert "license:" not in card and "whose terms apply" in card


def test_line_n_of_the_sidecar_describes_row_n(mixed: Any, tmp_path: Path) -> None:
    kept = mixed(3)
    export(kept, ALL, tmp_path / "o")
    by_id = {row.id: row for row in kept.trajectories}
    pairs = {pair.id: pair for pair, _ in kept.pairs}
    for path in sorted((tmp_path / "o").glob("*/*.meta.jsonl")):
        rows = Path(str(path).replace(".meta.", ".")).read_bytes().splitlines()
        for row, line in zip(rows, path.read_bytes().splitlines(), strict=True):
            meta = orjson.loads(line)
            origin = by_id[meta["trajectory"]]
            learned = [origin.turns[turn].message for turn in meta["turns"]]
            if "pair" in meta:
                assert meta["code"] == "M01" and meta["mistake"] == "wrong_tool" and meta["chosen_from"] == "oracle"
                learned = [pairs[meta["pair"]].chosen]
            words = [orjson.dumps(m["content"]) for m in learned if m["content"]]
            assert all(said in row for said in words)
            assert meta["task"] == origin.task.recipe() and meta["task_id"] == origin.task.id
            assert meta["reward"] == 1 and meta["gates"]["goal"] and meta["proof"] == "replayable"
            assert meta["teacher"] == {"name": "scripted", "kind": "scripted"}


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
import conftest
from trajgym.writers import export
makers = (conftest.shop_trajectory, conftest.json_trajectory, conftest.handoff_trajectory)
rows = [maker(index) for index in range(40) for maker in makers]
kept = conftest.Kept(rows, [(conftest.shop_pair(row, turn), row) for row in rows for turn in (0, 1)])
if len(sys.argv) > 3:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
from trajgym.errors import TrajgymError
try:
    export(kept, ["openai_sft", "openai_dpo", "trl_sft", "trl_dpo"], sys.argv[2])
except TrajgymError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def run(out: Path, *more: str, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    here = str(Path(__file__).parent)
    env = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, here, str(out), *more], env=env, capture_output=True, text=True, check=False
    )


def test_equal_runs_give_equal_bytes_in_any_process(mixed: Any, tmp_path: Path) -> None:
    export(mixed(40), ALL, tmp_path / "here")
    assert run(tmp_path / "there", hash_seed="123").returncode == 0
    assert tree(tmp_path / "here") == tree(tmp_path / "there")


def test_the_same_again_touches_nothing_and_a_change_is_written(mixed: Any, tmp_path: Path) -> None:
    out = tmp_path / "o"
    export(mixed(3), ALL, out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    assert not export(mixed(3), ALL, out).written
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    data = out / "trl_sft/train.jsonl"
    data.write_bytes(data.read_bytes()[:-10])
    assert export(mixed(3), ALL, out).written and check_export(out) == []
    assert export(mixed(4), ALL, out).written and check_export(out) == []


def test_fewer_formats_leave_no_stale_file(mixed: Any, tmp_path: Path) -> None:
    export(mixed(3), ALL, tmp_path / "o")
    export(mixed(3), ["trl_dpo"], tmp_path / "o")
    export(mixed(3), ["trl_dpo"], tmp_path / "fresh")
    assert tree(tmp_path / "o") == tree(tmp_path / "fresh")
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == ["README.md", "manifest.json", "trl_dpo"]


@pytest.mark.parametrize("name", ["notes.txt", "trl_sft/train.jsonl", "README.md", "manifest.json", "deep/er/x"])
def test_files_of_others_are_never_touched(mixed: Any, tmp_path: Path, name: str) -> None:
    out = tmp_path / "o"
    if name == "deep/er/x":
        export(mixed(1), ALL, out)
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).write_text("{}")
    before = tree(out)
    with pytest.raises(TrajgymError, match=f"not an export's: {name}"):
        export(mixed(3), ALL, out)
    assert tree(out) == before


def test_a_file_where_the_folder_should_be(mixed: Any, tmp_path: Path) -> None:
    (tmp_path / "o").write_text("mine")
    for out in (tmp_path / "o", tmp_path / "o" / "deeper"):
        with pytest.raises(DiskTrouble):
            export(mixed(1), ALL, out)
    assert (tmp_path / "o").read_text() == "mine"


def test_a_full_disk_costs_nothing(mixed: Any, tmp_path: Path) -> None:
    out = tmp_path / "o"
    export(mixed(2), ALL, out)
    before = tree(out)
    full = run(out, "20000")
    assert full.returncode == 7 and "cannot be written" in full.stdout, full.stderr
    assert tree(out) == before
    new = run(tmp_path / "new", "20000")
    assert new.returncode == 7 and not (tmp_path / "new").exists()
    assert run(out).returncode == 0 and check_export(out) == []


def test_a_publication_cut_short_is_put_right(mixed: Any, tmp_path: Path) -> None:
    """What a crash between two renames leaves: some new files, one of them under no manifest, and the list of names."""
    out, new = tmp_path / "o", tmp_path / "new"
    export(mixed(2), ["trl_sft", "trl_dpo"], out)
    export(mixed(3), ALL, new)
    names = sorted(tree(out).keys() | tree(new).keys())
    (out / ".publishing.json").write_bytes(orjson.dumps(names))
    (out / ".partial").mkdir()
    (out / ".partial/left").write_text("over")
    for name in ("trl_sft/train.jsonl", "openai_sft/train.jsonl"):
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_bytes((new / name).read_bytes())
    assert check_export(out), "a half-published folder is not taken for a good one"
    assert export(mixed(4), ALL, out).written
    export(mixed(4), ALL, tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")
    assert not (out / ".publishing.json").exists() and not (out / ".partial").exists()


def test_two_exports_at_once_into_one_folder(mixed: Any, tmp_path: Path) -> None:
    out = tmp_path / "o"
    export(mixed(1), ALL, out)
    before = tree(out)
    handle = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(RunInUse):
            export(mixed(2), ALL, out)
    finally:
        os.close(handle)
    assert tree(out) == before


def test_nothing_kept_is_an_error_that_says_what_for(made: Any, mixed: Any, tmp_path: Path) -> None:
    out = tmp_path / "o"
    export(mixed(1), ALL, out)
    before = tree(out)
    with pytest.raises(NothingKept, match="as openai_sft, trl_sft: no trajectories were kept"):
        export(made.Kept(), ALL, out)
    with pytest.raises(NothingKept, match="as trl_dpo: no pairs were kept"):
        export(made.Kept([made.shop(1)]), ["trl_sft", "trl_dpo"], out)
    row = made.shop(1)
    for turn in row.turns:
        turn.weight = 0
    with pytest.raises(NothingKept, match="none has a message to learn"):
        export(made.Kept([row]), ["trl_sft"], tmp_path / "p")
    assert tree(out) == before and not (tmp_path / "p").exists()


def test_formats_are_named_right(made: Any, tmp_path: Path) -> None:
    kept = made.Kept([made.shop(1)])
    with pytest.raises(TrajgymError, match=r"no format 'alpaca'.*trl_sft"):
        export(kept, ["trl_sft", "alpaca"], tmp_path / "o")
    with pytest.raises(TrajgymError, match="No format"):
        export(kept, [], tmp_path / "o")
    assert not (tmp_path / "o").exists()
    assert export(kept, ["trl_sft", "trl_sft"], tmp_path / "o").rows == {"trl_sft": 1}


def test_what_no_format_can_hold_is_refused_by_name(made: Any, tmp_path: Path) -> None:
    row = made.shop(1)
    row.turns[1].message["content"] = "half a pair: \ud83d"
    with pytest.raises(CannotWrite, match=f"{row.id} cannot be written as openai_sft.*surrogates"):
        export(made.Kept([row]), ALL, tmp_path / "o")
    row = made.shop(1)
    row.turns[0].message["tool_calls"][0]["function"]["arguments"] = '{"x": NaN}'
    with pytest.raises(CannotWrite, match="find_order has arguments that are not a JSON object"):
        export(made.Kept([row]), ["trl_sft"], tmp_path / "o")
    assert not (tmp_path / "o").exists()


def test_progress_is_told_and_rows_are_streamed(made: Any, tmp_path: Path) -> None:
    alive: list[int] = []

    class Streaming(made.Kept):  # type: ignore[misc]
        def kept(self) -> Iterator[Any]:
            for index in range(450):
                alive.append(index)
                yield made.shop(index)

    class Watch:
        def __init__(self) -> None:
            self.seen: list[tuple[int, int, int]] = []

        def update(self, done: int, total: int, **facts: float | str) -> None:
            self.seen.append((done, total, len(alive)))

    watch = Watch()
    export(Streaming(), ["openai_sft"], tmp_path / "o", progress=watch, total=450)
    assert watch.seen == [(200, 450, 200), (400, 450, 400), (450, 450, 450)]
