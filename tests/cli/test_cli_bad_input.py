"""Whatever is asked wrongly: one sentence with cause and cure, the right exit code, no traceback, nothing touched."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trajgym.errors import TrajgymError
from trajgym.run_folder import RunFolder

Command = Callable[..., Any]

GENERATE = ("generate", "--worlds", "tool_picker", "-n", "5", "--run", "a")

CASES: dict[str, tuple[tuple[str, ...], int, str, str]] = {
    "unknown world": (("generate", "--worlds", "tool_piker", "-n", "5", "--run", "a"), 2, "no world", "'tool_picker'"),
    "zero tasks": (("generate", "--worlds", "tool_picker", "-n", "0", "--run", "a"), 2, "n: ", ""),
    "no worlds": (("generate", "--worlds", " , ", "-n", "5", "--run", "a"), 2, "names nothing", "commas"),
    "no n": (("generate", "--worlds", "tool_picker", "--run", "a"), 2, "'n' is missing", ""),
    "no run": (("generate", "--worlds", "tool_picker", "-n", "5"), 2, "--run", "--help"),
    "not a number": (("generate", "--worlds", "tool_picker", "-n", "many", "--run", "a"), 2, "valid integer", "--help"),
    "unknown level": ((*GENERATE, "--level", "9"), 2, "level: ", ""),
    "unknown teacher": ((*GENERATE, "--teacher", "opnai"), 2, "teacher: ", ""),
    "no model": ((*GENERATE, "--teacher", "openai"), 2, "needs a model", ""),
    "no URL": ((*GENERATE, "--teacher", "openai", "--model", "m", "--base-url", "localhost:1"), 2, "http", ""),
    "no key": ((*GENERATE, "--teacher", "openai", "--model", "m"), 4, "OPENAI_API_KEY", ""),
    "limit on nothing": ((*GENERATE, "--max-cost", "3"), 2, "nothing is paid", ""),
    "no prices": ((*GENERATE, "--teacher", "openai", "--model", "m", "--max-cost", "3"), 2, "--prices", ""),
    "odd prices": ((*GENERATE, "--teacher", "openai", "--model", "m", "--prices", "1;2"), 2, "no prices", "0.25,2"),
    "a file": (("generate", "--worlds", "tool_picker", "-n", "5", "--run", "file"), 7, "is a file", "another"),
    "a folder of others": (
        ("generate", "--worlds", "tool_picker", "-n", "5", "--run", "full"),
        2,
        "not a run",
        "empty",
    ),
    "unwritable": (
        ("generate", "--worlds", "tool_picker", "-n", "5", "--run", "/proc/x/a"),
        7,
        "cannot be written",
        "",
    ),
    "filter too early": (("filter", "a"), 2, "no run at a", "trajgym generate"),
    "export too early": (("export", "a"), 2, "no run at a", "trajgym generate"),
    "show too early": (("show", "a"), 2, "no run at a", "trajgym generate"),
    "stats too early": (("stats", "a"), 2, "no run at a", "trajgym generate"),
    "doctor too early": (("doctor", "a"), 2, "no run at a", "trajgym generate"),
    "no configuration": (("run", "c.toml"), 2, "no configuration file", ""),
    "bad configuration": (("run", "bad.toml"), 2, "bad.toml:3: ", "'worlds'"),
    "unknown command": (("genrate",), 2, "genrate", "generate"),
    "unknown option": ((*GENERATE, "--sede", "3"), 2, "--sede", "--help"),
    "doctor, no key": (("doctor", "--teacher", "openai"), 4, "OPENAI_API_KEY", ""),
    "doctor, other teacher": (("doctor", "--teacher", "x"), 2, "no teacher", "scripted"),
}


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, bytes]:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    (tmp_path / "bad.toml").write_text('run = "a"\n[generate]\nwrlds = ["tool_picker"]\nn = 5\n')
    return contents(tmp_path)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("case", CASES)
def test_bad_input(trajgym: Command, surroundings: dict[str, bytes], tmp_path: Path, case: str) -> None:
    arguments, code, cause, cure = CASES[case]
    ran = trajgym(*arguments)
    assert ran.code == code, ran.err
    lines = ran.err.strip().split("\n")
    assert lines[0].startswith("error: ")
    assert cause in lines[0]
    assert cure in ran.err
    assert len(lines) <= 3
    assert "Traceback" not in ran.out + ran.err
    after = contents(tmp_path)
    assert {name: after[name] for name in surroundings} == surroundings


@pytest.mark.parametrize("case", CASES)
def test_bad_input_as_json(trajgym: Command, surroundings: dict[str, bytes], case: str) -> None:
    arguments, code, cause, _ = CASES[case]
    ran = trajgym(*arguments, "--json")
    assert ran.code == code
    answer = json.loads(ran.out)
    assert set(answer) == {"error"}
    assert set(answer["error"]) == {"kind", "message", "hint"}
    assert cause in answer["error"]["message"]
    assert answer["error"]["kind"] == {2: "usage", 4: "teacher", 7: "disk"}[code]


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    shutil.copytree(finished, tmp_path / "a")
    return tmp_path / "a"


def test_steps_out_of_order_say_which_comes_first(trajgym: Command, copy: Path) -> None:
    assert trajgym("generate", "--run", "a", "-n", "61").code == 0
    ran = trajgym("export", "a")
    assert ran.code == 2
    assert "trajgym filter a" in ran.err


def test_a_changed_argument(trajgym: Command, copy: Path) -> None:
    before = contents(copy)
    for arguments, said in ((("--seed", "8"), "seed = 7, not 8"), (("-n", "6"), "shrink"), (("--level", "2"), "level")):
        ran = trajgym("generate", "--run", "a", *arguments)
        assert ran.code == 2
        assert said in ran.err
    passing = (
        "lock",
        "journal.sqlite-wal",
        "journal.sqlite-shm",
    )  # readers of the run that was copied leave the last two
    after = contents(copy)
    assert {k: v for k, v in after.items() if k not in passing} == {k: v for k, v in before.items() if k not in passing}


def test_a_run_in_use(trajgym: Command, copy: Path) -> None:
    with RunFolder.open(copy):
        for step in ("filter", "export"):
            ran = trajgym(step, "a")
            assert ran.code == 6
            assert "in use by process" in ran.err
        assert trajgym("stats", "a").code == 0


def test_a_damaged_journal(trajgym: Command, copy: Path) -> None:
    journal = copy / "journal.sqlite"
    journal.write_bytes(journal.read_bytes()[:20_000])
    for command in (
        ("filter", "a"),
        ("export", "a"),
        ("stats", "a"),
        ("show", "a"),
        ("doctor", "a"),
        ("generate", "--run", "a"),
    ):
        ran = trajgym(*command)
        assert ran.code == 8, (command, ran.err)
        assert "damaged" in ran.err
    assert journal.stat().st_size == 20_000


def test_a_run_of_another_version(trajgym: Command, copy: Path) -> None:
    direct = sqlite3.connect(copy / "journal.sqlite")
    direct.execute("PRAGMA user_version = 9")
    direct.close()
    ran = trajgym("filter", "a")
    assert ran.code == 2
    assert "version 9" in ran.err


def test_everything_filtered_away(trajgym: Command, copy: Path) -> None:
    direct = sqlite3.connect(copy / "journal.sqlite")
    direct.execute("UPDATE bodies SET body = replace(body, '\"reward\":1', '\"reward\":0')")
    direct.execute("DELETE FROM decisions")
    direct.execute("DELETE FROM meta")
    direct.commit()
    direct.close()
    before = contents(copy / "export")
    ran = trajgym("filter", "a")
    assert ran.code == 3
    assert "None of the 60 trajectories was kept" in ran.err
    ran = trajgym("export", "a")
    assert ran.code == 3
    assert contents(copy / "export") == before


def test_no_such_trajectory(trajgym: Command, copy: Path) -> None:
    for which in ("60", "nothing-0"):
        ran = trajgym("show", "a", which)
        assert ran.code == 2
        assert "it has 60" in ran.err


def test_a_bug_is_called_a_bug(trajgym: Command, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RunFolder, "open", lambda *a, **k: 1 / 0)
    ran = trajgym("stats", "a")
    assert ran.code == 1
    assert "bug" in ran.err
    assert "ZeroDivisionError" in ran.err
    assert len(ran.err.strip().split("\n")) == 2
    assert issubclass(TrajgymError, Exception)
