"""The scripted teacher's runs: the same files, however often a run was killed and taken up again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

N, MORE = 30, 48
SIGKILL = -9


@pytest.fixture(scope="module")
def whole(engine: Any, exported: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], int]:
    """The files of a run that nothing happened to, and how many events it had."""
    path = tmp_path_factory.mktemp("whole") / "run"
    result = engine(path, n=N)
    assert result.code == 0 and result.done["filter"]["kept"] == N
    return exported(path), result.events


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
def test_killed_anywhere_and_taken_up_again(
    share: float, whole: Any, engine: Any, exported: Any, held: Any, tmp_path: Path
) -> None:
    files, events = whole
    path = tmp_path / "run"
    assert engine(path, n=N, kill_at_event=1 + round(share * (events - 1))).code == SIGKILL
    result = engine(path, n=N)
    assert result.code == 0
    assert exported(path) == files
    found = held(path)
    assert found.rows == [(number, 0) for number in range(N)]
    assert len(set(found.ids)) == N and len(set(found.pairs)) == len(found.pairs)


def test_killed_again_and_again(whole: Any, engine: Any, exported: Any, held: Any, tmp_path: Path) -> None:
    path, stood = tmp_path / "run", []
    while engine(path, "generate", n=N, kill_at_row=1, commit_rows=4).code == SIGKILL:
        stood.append(len(held(path).rows))
    assert stood == [*range(4, N, 4), N]  # nothing committed is lost, nothing is done twice
    assert engine(path, n=N).done["generate"]["made"] == 0
    assert exported(path) == whole[0]


def test_each_step_does_nothing_when_nothing_is_left(engine: Any, exported: Any, tmp_path: Path) -> None:
    path = tmp_path / "run"
    first = engine(path, n=N).done
    before = exported(path)
    again = engine(path, n=N).done
    assert (first["generate"]["made"], again["generate"]["made"], again["generate"]["already"]) == (N, 0, N)
    assert (first["export"]["written"], again["export"]["written"]) == (True, False)
    assert exported(path) == before


def test_a_run_that_grew_is_like_one_that_was_larger_from_the_start(
    whole: Any, engine: Any, exported: Any, tmp_path: Path
) -> None:
    grown, at_once = tmp_path / "grown", tmp_path / "at once"
    assert engine(grown, n=N).code == 0
    assert exported(grown) == whole[0]
    report = engine(grown, n=MORE).done["generate"]
    assert (report["already"], report["made"]) == (N, MORE - N)
    assert engine(at_once, n=MORE).code == 0
    assert exported(grown) == exported(at_once) != whole[0]


def test_three_worlds_samples_and_more_pairs(engine: Any, exported: Any, held: Any, tmp_path: Path) -> None:
    asked = {"worlds": ["retail_desk", "tool_picker", "desktop_assistant"], "n": 9, "samples": 2, "pairs_per_task": 3}
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    rows = engine(whole, **asked).rows
    assert rows == 18
    assert engine(broken, kill_at_row=7, commit_rows=4, **asked).code == SIGKILL
    assert engine(broken, **asked).code == 0
    assert exported(broken) == exported(whole)
    assert held(broken).rows == [(number, sample) for number in range(9) for sample in range(2)]


def test_another_process_with_another_hash_seed(whole: Any, exported: Any, tmp_path: Path) -> None:
    path = tmp_path / "run"
    code = (
        "import sys; from trajgym.api import Run; run = Run(sys.argv[1]); "
        "run.generate(['tool_picker'], int(sys.argv[2]), seed=7); run.filter(); run.export()"
    )
    env = os.environ | {"PYTHONHASHSEED": "4711"}
    subprocess.run([sys.executable, "-c", code, str(path), str(N)], check=True, env=env)
    assert exported(path) == whole[0]


def test_a_row_that_is_forgotten_would_be_seen(whole: Any, engine: Any, exported: Any, tmp_path: Path) -> None:
    path = tmp_path / "run"
    assert engine(path, n=N, kill_at_row=5, commit_rows=4).code == SIGKILL
    assert engine(path, n=N, plant=True).done["generate"]["made"] == N - 8 - 1
    assert exported(path) != whole[0]


def test_another_seed_is_another_export(whole: Any, engine: Any, exported: Any, tmp_path: Path) -> None:
    path = tmp_path / "run"
    assert engine(path, n=N, seed=8).code == 0
    assert exported(path) != whole[0]
