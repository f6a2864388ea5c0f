from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from trajgym.task import Task
from trajgym.trajectory import Frame, Pair, Trajectory, Turn
from trajgym.verdict import Gates, Outcome, StepVerdict

FRAME = Frame("desk", "You work at a desk.", [{"type": "function", "function": {"name": "look", "parameters": {}}}])


def build_trajectory(index: int, sample: int = 0, words: str = "hello", frame: Frame = FRAME) -> Trajectory:
    task = Task("desk", 1, 7, index, index % 5, "act", profile={"patience": "low"})
    turns = [
        Turn(frame, {"role": "assistant", "content": words}, [{"role": "user", "content": "go on"}]),
        Turn(frame, {"role": "assistant", "content": "bye"}, [], [StepVerdict("M12", "too early")], 0),
    ]
    outcome = Outcome(1, Gates(True, True, True, True, True), "agent")
    teacher = {"name": "scripted", "kind": "scripted"}
    opening = [{"role": "user", "content": f"{words} {index}"}]
    return Trajectory(f"{task.id}-{sample}", task, sample, teacher, opening, turns, outcome, "d", reached=["patience"])


def build_pairs(trajectory: Trajectory, count: int = 1) -> list[Pair]:
    right, wrong = {"role": "assistant", "content": "right"}, {"role": "assistant", "content": "wrong"}
    return [
        Pair(f"{trajectory.id}-p{n}", trajectory.id, n, right, wrong, "M01", "it shows", "oracle", "operator")
        for n in range(count)
    ]


@pytest.fixture
def make_trajectory() -> Callable[..., Trajectory]:
    return build_trajectory


@pytest.fixture
def make_pairs() -> Callable[..., list[Pair]]:
    return build_pairs


@pytest.fixture
def python(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a Python process on some code, with this folder's helpers; what it prints comes through a pipe."""

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        file = tmp_path / "child.py"
        file.write_text(code, "utf-8")
        env = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
        process = subprocess.Popen(
            [sys.executable, str(file), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=env,
        )
        return everything.enter_context(process)

    with ExitStack() as everything:
        yield start
