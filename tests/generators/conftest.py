from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from trajgym.config import GenerateConfig
from trajgym.generators.engine import Work
from trajgym.journal import Journal
from trajgym.task import Task

STEPS = ("generate", "filter", "export")
KEY = "sk-test-9f8e7d6c5b4a"


@dataclass
class Result:
    """What came of some steps. `code` is the exit code, or minus the signal that killed them."""

    code: int
    done: dict[str, Any]
    said: str = ""
    events: int = 0
    rows: int = 0


class Engine:
    """Runs steps of runs, each time in a new process. See ``engine_child.py``."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(
        self,
        path: Path,
        *steps: str,
        kill_at_event: int = 0,
        kill_at_row: int = 0,
        commit_rows: int = 8,
        plant: bool = False,
        **generate: Any,
    ) -> Result:
        order = {
            "path": str(path),
            "steps": steps or STEPS,
            "generate": {"worlds": ["tool_picker"], "seed": 7, **generate},
            "kill_at_event": kill_at_event,
            "kill_at_row": kill_at_row,
            "commit_rows": commit_rows,
            "plant": plant,
        }
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        result = Result(**json.loads(self._process.stdout.readline()))
        assert result.code != 1, result.said
        return result


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    child = Path(__file__).with_name("engine_child.py")
    env = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    with subprocess.Popen(
        [sys.executable, str(child)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=env | {"OPENAI_API_KEY": KEY},
    ) as process:
        yield Engine(process)
        assert process.stdin
        process.stdin.close()


def exported(path: Path) -> dict[str, str]:
    """The SHA-256 of every file that was exported from the run at `path`."""
    files = sorted(file for file in (path / "export").rglob("*") if file.is_file())
    return {str(file.relative_to(path)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.fixture(scope="session", name="exported")
def exported_fixture() -> Callable[[Path], dict[str, str]]:
    return exported


@dataclass
class Held:
    """What a journal holds: (task, sample) of its trajectories in order, and the keys of its replies."""

    rows: list[tuple[int, int]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def held() -> Callable[[Path], Held]:
    def look(path: Path) -> Held:
        with Journal.open(path / "journal.sqlite", create=False, readonly=True) as journal:
            return Held(
                list(journal.done()),
                [name for (name,) in journal.query("SELECT id FROM trajectories ORDER BY row")],
                [name for (name,) in journal.query("SELECT id FROM pairs ORDER BY row")],
                [key for (key,) in journal.query("SELECT key FROM calls ORDER BY key")],
            )

    return look


@pytest.fixture(scope="session")
def tasks_of() -> Callable[..., list[Task]]:
    """The tasks of a run that `engine` makes with the same arguments."""

    def make(n: int, world: str = "tool_picker", seed: int = 7) -> list[Task]:
        config = GenerateConfig(worlds=[world], n=n, seed=seed)
        return [Work(config, []).task(number) for number in range(n)]

    return make
