"""``trajgym generate --target FILE`` with quotas: planned, kept in the run, shown, topped up by ``--fill``, and refused when impossible."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trajgym.api import Run
from trajgym.gym_envs.filling import FIRST
from trajgym.journal import Decided
from trajgym.run_folder import RunFolder
from trajgym.trajectory import Trajectory

Command = Callable[..., Any]
QUOTA: dict[str, Any] = {"levels": {"tone": "angry", "channel": "email"}, "worlds": ["tool_picker"], "at_least": 6}


def target(folder: Path, *quotas: dict[str, Any]) -> str:
    (folder / "t.json").write_text(json.dumps({"quotas": [*quotas]}))
    return "t.json"


def inside(rows: list[Trajectory]) -> list[Trajectory]:
    return [row for row in rows if QUOTA["levels"].items() <= row.task.profile.items()]


def test_a_quota_is_planned_and_stays_with_the_run(trajgym: Command, tmp_path: Path) -> None:
    ran = trajgym("generate", "--run", "a", "--worlds", "tool_picker", "-n", "20", "--target", target(tmp_path, QUOTA))
    assert ran.code == 0, ran.err
    (tmp_path / "t.json").unlink()
    assert len(inside(list(Run("a").trajectories()))) >= 6
    assert "Nothing to do" in trajgym("generate", "--run", "a").out
    assert trajgym("generate", "--run", "a", "-n", "25").code == 0
    assert trajgym("run", "a/run.toml").code == 0
    assert "at_least" in (tmp_path / "a" / "export" / "README.md").read_text()
    ran = trajgym("generate", "--run", "a", "--target", target(tmp_path, {**QUOTA, "at_least": 7}))
    assert ran.code == 2 and "was made with quotas" in ran.err
    shown = trajgym("coverage", "a")
    assert "tone=angry, channel=email in tool_picker" in shown.out
    (found,) = json.loads(trajgym("coverage", "a", "--json").out)["quotas"]
    assert found["planned"] >= found["reached"] >= found["kept"] and found["at_least"] == 6


def test_a_fill_brings_what_the_filters_dropped(tmp_path: Path) -> None:
    run = Run(tmp_path / "a")
    run.generate(["tool_picker"], 20, target={"quotas": [QUOTA]})
    run.filter()
    with RunFolder.open(run.path) as folder:
        numbers = [number for (number,) in folder.journal.query("SELECT row FROM trajectories ORDER BY row")]
        lost = [number for number in numbers if inside([folder.journal.trajectory(number)])][:4]
        folder.journal.decide("process", "trajectory", [Decided(number, False, "process:M02") for number in lost])
    assert len(lost) == 4
    kept = len(inside(list(run.trajectories(kept=True))))
    assert kept < 6
    run.generate(fill=True)
    (found,) = run.coverage().coverage["quotas"]
    assert found["planned"] >= len(inside(list(run.trajectories()))) > 6
    added = [row for row in inside(list(run.trajectories())) if row.task.index >= FIRST]
    assert len(added) >= 6 - kept


def test_what_cannot_be_met_is_said_before_anything_is_made(trajgym: Command, tmp_path: Path) -> None:
    impossible = {
        "never goes with": {"levels": {"channel": "ticket", "ending": "reopens"}, "at_least": 1},
        "does not have user_actions=must_act": {"levels": {"user_actions": "must_act"}, "at_least": 1},
        "it wants 21 tasks, and the run has 20": {**QUOTA, "at_least": 21},
        "retail_desk is no world of the run": {**QUOTA, "worlds": ["retail_desk"]},
        "Did you mean 'angry'?": {**QUOTA, "levels": {"tone": "angri"}},
    }
    for message, quota in impossible.items():
        asked = ("--worlds", "tool_picker", "-n", "20", "--target", target(tmp_path, QUOTA, quota))
        ran = trajgym("generate", "--run", "a", *asked)
        assert ran.code == 2 and message in " ".join(ran.err.split()), ran.err
        assert not (tmp_path / "a").exists()
