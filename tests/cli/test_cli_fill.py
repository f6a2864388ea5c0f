"""``trajgym generate --fill`` and ``--target``: what they add, that they go on where they were stopped, and what is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trajgym.api import Run
from trajgym.gym_envs.filling import FIRST
from trajgym.gym_envs.replay import replay
from trajgym.journal import Decided
from trajgym.run_folder import RunFolder

Command = Callable[..., Any]


class Until:
    """Lets a step do `steps` pieces of work, and then asks it to stop."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    @property
    def stopping(self) -> bool:
        return self.steps <= 0

    def update(self, done: int, total: int, **facts: float | str) -> None:
        self.steps -= 1


def exported(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def filled(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was filled once and filtered again; not to be changed."""
    path = tmp_path_factory.mktemp("filled") / "a"
    shutil.copytree(finished, path)
    Run(path).generate(fill=True)
    Run(path).filter()
    Run(path).export()
    return path


def test_a_fill_brings_what_was_missing(filled: Path, finished: Path) -> None:
    before, after = Run(finished).coverage().coverage, Run(filled).coverage().coverage
    assert before["triples"]["planned"] < before["triples"]["valid"]
    assert after["triples"]["planned"] == after["triples"]["valid"]
    assert after["pairs"]["kept"] > before["pairs"]["kept"]
    assert after["gaps"]["triples"]["lost"]["planned"] == 0
    rows = list(Run(filled).trajectories())
    assert [t.id for t in rows[:60]] == [t.id for t in Run(finished).trajectories()]
    assert all(t.task.index >= FIRST and replay(t) is None for t in rows[60:100])
    about = json.loads((filled / "export" / "manifest.json").read_text())
    assert about["trajectories"] == sum(1 for _ in Run(filled).trajectories(kept=True))


def test_a_fill_that_was_stopped_goes_on(filled: Path, finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "a")
    run = Run(tmp_path / "a")
    report = run.generate(fill=True, progress=Until(20))
    assert (report.made, report.stopped) == (20, True)
    assert report.added == report.asked - 60 > 100
    planned = run.coverage()
    assert (planned.generated, planned.planned) == (80, report.asked)
    again = run.generate(fill=True, progress=Until(30))  # unfiltered rows: it goes on, and plans nothing anew
    assert (again.made, again.added, again.asked) == (30, 0, report.asked)
    run.generate()
    run.filter()
    run.export()
    assert exported(tmp_path / "a" / "export") == exported(filled / "export")


def test_the_stream_may_grow_after_a_fill(filled: Path, tmp_path: Path) -> None:
    shutil.copytree(filled, tmp_path / "a")
    run = Run(tmp_path / "a")
    before = {t.id for t in run.trajectories()}
    report = run.generate(n=70)
    assert (report.made, report.asked) == (10, len(before) + 10)
    after = [t.id for t in run.trajectories()]
    assert before < set(after) and len(set(after)) == len(after)
    Run(tmp_path / "b").generate(worlds=["tool_picker"], n=70, seed=7)
    assert after[:70] == [t.id for t in Run(tmp_path / "b").trajectories()]


def test_what_the_filters_dropped_is_asked_for_again(finished: Path, filled: Path, tmp_path: Path) -> None:
    shutil.copytree(filled, tmp_path / "a")
    run = Run(tmp_path / "a")
    with RunFolder.open(tmp_path / "a") as folder:
        (row,) = next(iter(folder.journal.query("SELECT row FROM trajectories ORDER BY row DESC LIMIT 1")))
        lost = folder.journal.trajectory(row)
        folder.journal.decide("process", "trajectory", [Decided(row, False, "process:M02")])
    missing = run.coverage().coverage["gaps"]["triples"]["lost"]
    report = run.generate(fill=True)
    assert missing["kept"] > 0 and report.added > 0
    added = list(run.trajectories())[-report.added :]
    assert any(set(lost.task.profile.items()) & set(t.task.profile.items()) for t in added)


def test_the_command(trajgym: Command, finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "a")
    ran = trajgym("generate", "--run", "a", "--fill")
    assert ran.code == 0, ran.err
    assert "Added " in ran.out and " tasks for combinations of behaviour that are missing." in ran.out
    ran = trajgym("generate", "--run", "a", "--fill")
    assert (ran.code, "trajgym filter a" in ran.err) == (2, True)
    ran = trajgym("generate", "--run", "b", "--fill", "--worlds", "tool_picker", "-n", "5")
    assert (ran.code, "holds no trajectories yet" in ran.err) == (2, True)


def test_targets(trajgym: Command, tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('{"surface": {"typos": 1}, "verbosity": {"terse": 30, "normal": 70}}')
    ran = trajgym("generate", "--run", "a", "--worlds", "tool_picker", "-n", "5", "--target", "t.json")
    assert ran.code == 0, ran.err
    (tmp_path / "t.json").unlink()
    assert "Nothing to do" in trajgym("generate", "--run", "a").out
    assert trajgym("run", "a/run.toml").code == 0
    manifest = (tmp_path / "a" / "export" / "README.md").read_text()
    assert "typos" in manifest
    ran = trajgym("generate", "--run", "a", "--target", "uniform")
    assert ran.code == 2 and "was made with target" in ran.err
    ran = trajgym("generate", "--run", "c", "--worlds", "tool_picker", "-n", "5", "--target", "unifrom")
    assert ran.code == 2 and "Did you mean 'uniform'?" in ran.err
    assert not (tmp_path / "c").exists()
    (tmp_path / "c.toml").write_text(
        'run = "c"\n[generate]\nworlds = ["tool_picker"]\nn = 5\ntarget = {surface = {tpyos = 1}}\n'
    )
    ran = trajgym("run", "c.toml")
    assert ran.code == 2 and "target: surface has no level 'tpyos'" in ran.err
    (tmp_path / "c.toml").write_text('run = "c"\n[generate]\nworlds = ["tool_picker"]\nn = 5\ntarget = "even"\n')
    ran = trajgym("run", "c.toml")
    assert ran.code == 2 and "c.toml:5: generate.target: it must be mixed, uniform, real-like" in ran.err
