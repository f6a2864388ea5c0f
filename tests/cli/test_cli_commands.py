"""The commands when all goes well, and when somebody stops them."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trajgym.api import Run
from trajgym.cli.main import app
from trajgym.cli.output import console, visible
from trajgym.cli.render import transcript
from trajgym.journal import Decided

Command = Callable[..., Any]
Start = Callable[..., subprocess.Popen[str]]
COMMANDS = ("generate", "filter", "export", "run", "personas", "worlds", "show", "stats", "coverage", "doctor")


def exported(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_commands_are_these() -> None:
    assert tuple(command.name for command in app.registered_commands) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_help_begins_with_examples(trajgym: Command, command: str) -> None:
    ran = trajgym(command, "--help")
    assert ran.code == 0
    usage, _, first, *_ = ran.out.strip().split("\n")
    assert usage.startswith(f"Usage: trajgym {command}")
    assert first.strip() == "Examples:"
    assert f"  trajgym {command}" in ran.out
    assert "--json" in ran.out


def test_step_by_step_and_again(trajgym: Command, finished: Path, tmp_path: Path) -> None:
    ran = trajgym("generate", "--worlds", "tool_picker", "-n", "60", "--seed", "7", "--run", "runs/a")
    assert ran.code == 0, ran.err
    assert "Generated 60 trajectories" in ran.out
    assert "Next: trajgym filter runs/a" in ran.err
    ran = trajgym("filter", "runs/a")
    assert ran.code == 0, ran.err
    assert "Next: trajgym export runs/a" in ran.err
    ran = trajgym("export", "runs/a", "--format", "openai_sft,openai_dpo,trl_sft,trl_dpo", "--out", "data/a")
    assert ran.code == 0, ran.err
    assert exported(tmp_path / "data/a") == exported(finished / "export")
    for again in (("generate", "--run", "runs/a"), ("filter", "runs/a"), ("export", "runs/a")):
        ran = trajgym(*again)
        assert ran.code == 0
        assert "Nothing to do" in ran.out, again
    assert trajgym("run", "runs/a/run.toml").out.count("Nothing to do") == 3
    assert json.loads(trajgym("generate", "--run", "runs/a", "-n", "61", "--json").out)["made"] == 1


def test_a_file_does_all_steps(trajgym: Command, finished: Path, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(
        'run = "b"\n[generate]\nworlds = ["tool_picker"]\nn = 60\nseed = 7\n[export]\nout = "data/b"\n'
    )
    ran = trajgym("run", "c.toml", "--json")
    assert ran.code == 0, ran.err
    answer = json.loads(ran.out)
    assert list(answer) == ["generate", "filter", "export"]
    assert exported(tmp_path / "data/b") == exported(finished / "export")
    saved = (tmp_path / "b" / "run.toml").read_bytes()
    assert trajgym("run", "b/run.toml").code == 0
    assert (tmp_path / "b" / "run.toml").read_bytes() == saved


def test_stats_add_up(trajgym: Command, finished: Path) -> None:
    numbers = json.loads(trajgym("stats", finished, "--json").out)
    for what in ("trajectories", "pairs"):
        funnel = numbers[what]
        assert funnel["generated"] == funnel["kept"] + sum(funnel["dropped"].values())
    assert sum(group["generated"] for group in numbers["groups"]) == numbers["trajectories"]["generated"] == 60
    assert sum(group["kept"] for group in numbers["groups"]) == numbers["trajectories"]["kept"]
    assert sum(made for made, _ in numbers["codes"].values()) == numbers["pairs"]["generated"]
    assert sum(kept for _, kept in numbers["codes"].values()) == numbers["pairs"]["kept"]
    patience = numbers["coverage"]["dimensions"]["patience"]
    assert sum(level["planned"] for level in patience.values()) == 60
    words = trajgym("stats", finished).out
    assert "From generated to kept" in words
    assert "\x1b" not in words


def test_show(trajgym: Command, finished: Path) -> None:
    first, second, *_ = Run(finished).trajectories()
    words = trajgym("show", finished, "1").out
    assert second.id in words
    assert first.id not in words
    flat = re.sub(r"\s+", " ", words)
    for turn in second.turns:
        for call in turn.message.get("tool_calls", ()):
            assert re.sub(r"\s+", "", f"{call['function']['name']}({call['function']['arguments']})") in flat.replace(
                " ", ""
            )
    assert trajgym("show", finished, second.id).out == words
    answer = json.loads(trajgym("show", finished, second.id, "--json").out)
    assert answer["trajectory"] == second.to_json()
    assert {decision["keep"] for decision in answer["decisions"]} == {True}


def test_a_transcript_shows_verdicts_and_lets_nothing_reach_the_terminal(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from trajgym.verdict import StepVerdict

    trajectory = next(Run(finished).trajectories())
    trajectory.turns[0].verdicts = [StepVerdict("M06", "nobody said \x1b]0;owned\x07 42")]
    trajectory.opening[0]["content"] = "hi \x1b[2J\u202e[bold]you[/bold]\x00"
    dropped = [("process", Decided(0, False, "process:M06"))]
    console().print(transcript(0, trajectory, [], dropped))
    words = capsys.readouterr().out
    assert "✗ M06 hallucinated_value" in words
    assert "dropped by process: process:M06" in words
    assert "[bold]you[/bold]" in words
    assert r"\u001b[2J\u202e" in words
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", words)
    assert visible("line\nand\ttab é 日本 👀") == "line\nand\ttab é 日本 👀"


def test_worlds(trajgym: Command) -> None:
    worlds = {world["name"]: world for world in json.loads(trajgym("worlds", "--json").out)["worlds"]}
    assert "SQLite" in worlds["tool_picker"]["backend"]
    assert "set_timer" in worlds["tool_picker"]["tools"]
    assert worlds["tool_picker"]["levels"] == [0, 1, 2, 3, 4]
    assert "tool_picker" in trajgym("worlds").out


def test_doctor(trajgym: Command, finished: Path) -> None:
    ran = trajgym("doctor", finished)
    assert ran.code == 0
    assert "journal: sound" in ran.out
    assert "BAD" not in ran.out
    assert {"subject": "trajectories", "fine": True, "words": "60"} in json.loads(
        trajgym("doctor", finished, "--json").out
    )["findings"]


def test_nobody_reads_to_the_end(finished: Path, start: Start) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start("show", finished, "0", stdout=writer)
    os.close(writer)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


def test_progress_is_plain_lines_or_live(start: Start) -> None:
    arguments = ("generate", "--worlds", "tool_picker", "-n", "20")
    _, err = start(*arguments, "--run", "a").communicate(timeout=60)
    assert re.match(r"generate: 1/20 ", err)
    assert "\x1b" not in err
    _, err = start(*arguments, "--run", "b", "--quiet").communicate(timeout=60)
    assert "generate:" not in err

    primary, secondary = pty.openpty()
    process = start(*arguments, "--run", "c", stderr=secondary)
    os.close(secondary)
    seen = b""
    while True:
        try:
            chunk = os.read(primary, 4096)
        except OSError:  # how a terminal says that its last writer has gone
            break
        seen += chunk
        if not chunk:
            break
    process.communicate(timeout=60)
    os.close(primary)
    assert process.returncode == 0
    assert b"\x1b[" in seen
    assert b"20/20" in seen


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_and_taken_up_again(start: Start, tmp_path: Path, number: signal.Signals) -> None:
    """The first signal stops where nothing is lost; the same command goes on; the exports are those of an unbroken run."""
    arguments = ("generate", "--worlds", "tool_picker", "-n", "300", "--seed", "3", "--run", "a")
    process = start(*arguments)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("generate: 1/300")
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert "Go on with the same command" in err
    assert "Traceback" not in err
    some = list(Run(tmp_path / "a").trajectories())
    assert 0 < len(some) < 300
    _, err = start(*arguments).communicate(timeout=60)
    assert len(list(Run(tmp_path / "a").trajectories())) == 300
    Run(tmp_path / "b").generate(worlds=["tool_picker"], n=300, seed=3)
    for name in ("a", "b"):
        Run(tmp_path / name).filter()
        Run(tmp_path / name).export(formats=["trl_sft", "trl_dpo"])
    assert exported(tmp_path / "a" / "export") == exported(tmp_path / "b" / "export")


def test_a_second_signal_ends_at_once(start: Start, tmp_path: Path) -> None:
    process = start("generate", "--worlds", "tool_picker", "-n", "100000", "--run", "a")
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    list(Run(tmp_path / "a").trajectories())


def test_filter_stops_too_and_goes_on(finished: Path, start: Start, tmp_path: Path) -> None:
    Run(tmp_path / "a").generate(worlds=["tool_picker"], n=520, seed=3, pairs_per_task=0)
    process = start("filter", "a")
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Go on with the same command: trajgym" in err
    _, err = start("filter", "a").communicate(timeout=60)
    shutil.rmtree(tmp_path / "a" / "export", ignore_errors=True)
    assert Run(tmp_path / "a").stats().filtered
