"""A run folder: one owner, one configuration, nothing of others touched."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trajgym.config import GenerateConfig, Quota, load
from trajgym.errors import DamagedJournal, DiskTrouble, RunInUse, TrajgymError
from trajgym.run_folder import RunFolder
from trajgym.trajectory import Trajectory

Python = Callable[..., subprocess.Popen[str]]
Make = Callable[..., Trajectory]

CONFIG = GenerateConfig(worlds=["desk"], n=10, seed=7)

OWNER = """
import os, sys
from trajgym.config import GenerateConfig
from trajgym.run_folder import RunFolder

folder = RunFolder.create(sys.argv[1], GenerateConfig(worlds=["desk"], n=10, seed=7))
child = os.fork() if len(sys.argv) > 2 else 1
if child == 0:
    sys.stdin.read()
    os._exit(0)
print(os.getpid(), flush=True)
sys.stdin.read()
folder.close()
"""


def test_a_second_process_is_told_the_owner_at_once(tmp_path: Path, python: Python) -> None:
    owner = python(OWNER, tmp_path / "a")
    assert owner.stdout is not None
    pid = owner.stdout.readline().strip()
    before = (tmp_path / "a" / "run.toml").read_bytes()
    for take in (lambda: RunFolder.open(tmp_path / "a"), lambda: RunFolder.create(tmp_path / "a", CONFIG)):
        began = time.monotonic()
        with pytest.raises(RunInUse, match=f"process {pid}"):
            take()
        assert time.monotonic() - began < 2
    with RunFolder.open(tmp_path / "a", readonly=True) as folder:  # looking is allowed
        assert folder.config.generate == CONFIG
    owner.communicate("", timeout=30)
    assert owner.returncode == 0
    with RunFolder.create(tmp_path / "a", CONFIG):
        assert (tmp_path / "a" / "run.toml").read_bytes() == before


@pytest.mark.parametrize("forked", [False, True])
def test_the_lock_of_a_killed_owner_is_free(tmp_path: Path, python: Python, forked: bool) -> None:
    """Also when a forked worker of it lives on."""
    owner = python(OWNER, tmp_path / "a", *["fork"] * forked)
    assert owner.stdout is not None
    owner.stdout.readline()
    owner.send_signal(signal.SIGKILL)
    owner.wait(timeout=30)
    with RunFolder.open(tmp_path / "a"):
        pass
    owner.communicate("", timeout=30)


def test_in_use_by_this_very_process(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path / "a", CONFIG), pytest.raises(RunInUse, match=str(os.getpid())):
        RunFolder.open(tmp_path / "a")


CHANGES: dict[str, Any] = {
    "worlds": ["desk", "shop"],
    "seed": 8,
    "level": 2,
    "target": "uniform",
    "quotas": [Quota(levels={"tone": "angry"}, at_least=1)],
    "mcp": "serve other",
    "pairs_per_task": 0,
    "samples": 2,
    "concurrency": 3,
    "deadline_s": 5.0,
}


@pytest.fixture
def begun(tmp_path: Path, make_trajectory: Make) -> Path:
    with RunFolder.create(tmp_path / "a", CONFIG) as folder:
        folder.journal.add(make_trajectory(0))
    return tmp_path / "a"


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_argument_is_refused_and_named(begun: Path, name: str) -> None:
    before = (begun / "run.toml").read_bytes()
    with pytest.raises(TrajgymError, match=f"made with {name} = ") as caught:
        RunFolder.create(begun, CONFIG.model_copy(update={name: CHANGES[name]}))
    assert caught.value.exit_code == 2
    assert (begun / "run.toml").read_bytes() == before


def test_every_setting_is_compared(begun: Path) -> None:
    model = {"teacher": "openai", "model": "m", "base_url": "http://x/v1", "temperature": 1.0, "max_tokens": 5}
    users = {"user_model": "u", "user_base_url": "http://y/v1"}
    files = {
        "tasks",
        "tasks_sha256",
        "personas",
        "personas_sha256",
    }  # see tests/foreign, tests/generators/test_people.py
    free = {"prices", "user_prices", "max_cost", "max_total_tokens"}  # see tests/generators/test_engine_budget.py
    assert {*CHANGES, *model, *users, *files, *free, "n"} == set(GenerateConfig.model_fields)
    with pytest.raises(TrajgymError, match="made with user_model = '', not 'u'"):
        RunFolder.create(begun, CONFIG.model_copy(update=users))
    with pytest.raises(TrajgymError, match="made with teacher = 'scripted', not 'openai'"):
        RunFolder.create(begun, CONFIG.model_copy(update=model))


def test_n_may_grow_and_not_shrink(begun: Path) -> None:
    with RunFolder.create(begun, CONFIG.model_copy(update={"n": 20})):
        assert load(begun / "run.toml").generate.n == 20
    with pytest.raises(TrajgymError, match="n = 20; it may grow, but not shrink to 10"):
        RunFolder.create(begun, CONFIG)


def test_before_it_has_begun_a_run_may_be_given_other_settings(tmp_path: Path) -> None:
    with RunFolder.create(tmp_path / "a", CONFIG):
        pass
    with RunFolder.create(tmp_path / "a", CONFIG.model_copy(update={"seed": 8, "n": 1})) as folder:
        assert folder.config.generate.seed == 8


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    with pytest.raises(DiskTrouble, match="is a file"):
        RunFolder.create(tmp_path / "a", CONFIG)
    with pytest.raises(DiskTrouble, match="not a directory"):
        RunFolder.create(tmp_path / "a" / "b", CONFIG)
    assert (tmp_path / "a").read_text() == "mine"


def test_an_unwritable_parent() -> None:
    with pytest.raises(DiskTrouble, match="cannot be written"):
        RunFolder.create("/proc/trajgym/a", CONFIG)


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(TrajgymError, match=r"holds 'notes\.txt'"):
        RunFolder.create(tmp_path, CONFIG)
    assert [entry.name for entry in tmp_path.iterdir()] == ["notes.txt"]


def test_no_run_there(tmp_path: Path) -> None:
    with pytest.raises(TrajgymError, match="trajgym generate"):
        RunFolder.open(tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_a_run_that_lost_its_configuration(begun: Path) -> None:
    (begun / "run.toml").unlink()
    with pytest.raises(DamagedJournal, match=r"lost its run\.toml"):
        RunFolder.open(begun)
    with pytest.raises(DamagedJournal, match=r"lost its run\.toml"):
        RunFolder.create(begun, CONFIG)


def test_another_version_of_the_configuration(begun: Path) -> None:
    file = begun / "run.toml"
    file.write_text(file.read_text().replace("version = 1", "version = 9"))
    with pytest.raises(TrajgymError, match="version 9") as caught:
        RunFolder.open(begun)
    assert caught.value.exit_code == 2


FULL = """
import resource, signal, sys
from trajgym.config import GenerateConfig
from trajgym.errors import DiskTrouble
from trajgym.run_folder import RunFolder

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with RunFolder.open(sys.argv[1]) as folder:
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
    try:
        folder.save(folder.config.model_copy(update={"export": folder.config.export.model_copy(update={"out": "x"})}))
    except DiskTrouble:
        print("trouble")
"""


def test_a_full_disk_leaves_the_old_configuration(begun: Path, python: Python) -> None:
    before = (begun / "run.toml").read_bytes()
    said, errors = python(FULL, begun).communicate(timeout=30)
    assert said == "trouble\n", errors
    assert (begun / "run.toml").read_bytes() == before
    assert not list(begun.glob("*.tmp"))
