"""What `make demo` does: a fresh user's first command, in a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import trajgym
from trajgym.chat import assistant
from trajgym.demo import Tokens, count_tokens
from trajgym.writers import check_export


def demo(
    folder: Path, environment: dict[str, str], *arguments: str, code: Sequence[str] = ("-m", "trajgym.demo")
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *code, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip


def small(tasks: int) -> tuple[str, str]:
    """The demo with fewer tasks."""
    return (
        "-c",
        f"import sys, pathlib; from trajgym.demo import demo; sys.exit(demo(pathlib.Path(sys.argv[1]), {tasks}))",
    )


def number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found, f"{pattern} is not in:\n{text}"
    return float(found[1].replace(",", ""))


@pytest.mark.long
def test_it_makes_what_it_promises(tmp_path: Path, fresh_environment: dict[str, str]) -> None:
    ran = demo(tmp_path, fresh_environment, ".demo")
    assert ran.returncode == 0, ran.stderr
    said = ran.stdout
    assert number(r"Kept: ([\d,]+) trajectories", said) >= 1000
    assert number(r"and ([\d,]+) preference pairs", said) >= 500
    assert number(r"Tokens: about ([\d.]+) million", said) > 1
    assert number(r"for 1,500 new trajectories, from task to file: ([\d,]+) a second", said) > 0
    for heading in ("From generated to kept", "Outcome by world", "Pairs by the mistake", "User behaviour covered"):
        assert heading in said
    for world in trajgym.world_folders():
        assert re.search(rf"^{world} +refuse_policy ", said, re.MULTILINE)
    assert "\x1b" not in said + ran.stderr
    assert re.search(r"^generate: \d+/\d+ ", ran.stderr, re.MULTILINE)  # plain lines of progress
    assert check_export(tmp_path / ".demo" / "data") == []
    manifest = json.loads((tmp_path / ".demo" / "data" / "manifest.json").read_text("utf-8"))
    assert manifest["formats"] == ["openai_sft", "openai_dpo", "trl_sft", "trl_dpo"]
    assert manifest["trajectories"] == number(r"Kept: ([\d,]+) trajectories", said)


def test_it_gives_the_commands_it_shows_and_goes_on(tmp_path: Path, fresh_environment: dict[str, str]) -> None:
    first = demo(tmp_path, fresh_environment, "d", code=small(30))
    assert first.returncode == 0, first.stderr
    shown = re.findall(r"^\$ (.*)$", first.stdout, re.MULTILINE)
    assert [command.split()[1] for command in shown] == ["generate", "filter", "export"]
    files = {path: path.read_bytes() for path in (tmp_path / "d" / "data").rglob("*") if path.is_file()}
    again = demo(tmp_path, fresh_environment, "d", code=small(30))
    assert again.stdout.count("Nothing to do") == 3
    assert "Time:" in first.stdout
    assert "Time:" not in again.stdout
    assert {path: path.read_bytes() for path in (tmp_path / "d" / "data").rglob("*") if path.is_file()} == files
    for command in shown:  # a user gives them by hand: the same again
        ran = demo(
            tmp_path, fresh_environment, *command.split()[1:], code=("-c", "from trajgym.cli import main; main()")
        )
        assert ran.returncode == 0, ran.stderr
        assert "Nothing to do" in ran.stdout


@pytest.mark.parametrize("arguments", [("--fast",), ("a", "b")])
def test_it_takes_a_folder_and_nothing_else(
    arguments: tuple[str, ...], tmp_path: Path, fresh_environment: dict[str, str]
) -> None:
    ran = demo(tmp_path, fresh_environment, *arguments)
    assert ran.returncode == 2
    assert "python -m trajgym.demo [FOLDER]" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_one_sentence(tmp_path: Path, fresh_environment: dict[str, str]) -> None:
    (tmp_path / "file").write_text("mine")
    ran = demo(tmp_path, fresh_environment, "file")
    assert ran.returncode == 7
    assert ran.stderr.startswith("error: ")
    assert "Traceback" not in ran.stderr
    assert (tmp_path / "file").read_text() == "mine"


def test_tokens_are_estimated_from_what_was_seen_and_said(tmp_path: Path) -> None:
    run = trajgym.Run(tmp_path / "r")
    run.generate(worlds=["tool_picker"], n=3, seed=7)
    one, *others = run.trajectories()
    before = count_tokens([one])
    assert 0 < before.learned < before.all
    both = count_tokens([one, *others])
    parts = [count_tokens([trajectory]) for trajectory in (one, *others)]
    assert both == Tokens(sum(p.all for p in parts), sum(p.learned for p in parts))
    one.turns[0].message = assistant("Sure, 1234567 of them: unquestionably!")
    worded = count_tokens([one])
    one.turns[0].message = assistant("")
    silent = count_tokens([one])
    # Sure|,|123|456|7|of|them|:|unquesti|onably|!
    assert (worded.all - silent.all, worded.learned - silent.learned) == (11, 11)
    one.turns[0].message = assistant(None, [("get_weather", {"day": "today"})])
    called = count_tokens([one])
    # get|_|weather and {"|day|":"|today|"}
    assert called.learned - silent.learned == 3 + 5
    one.turns[0].weight = 0
    assert count_tokens([one]) == Tokens(called.all, silent.learned)
