"""The Python interface."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

import trajgym
from trajgym.errors import TrajgymError


def test_ten_lines(tmp_path: Path) -> None:
    run = trajgym.Run(tmp_path / "a")
    run.generate(worlds=["tool_picker"], n=20, seed=7)
    kept = run.filter().kept
    report = run.export(tmp_path / "data", formats=["openai_sft", "trl_dpo"])
    assert report.trajectories == kept == len(list(run.trajectories(kept=True)))
    assert len(list(run.trajectories())) == 20
    for pair, trajectory in run.pairs():
        assert pair.trajectory == trajectory.id
        messages, tools = trajgym.context(trajectory, pair.turn)
        assert messages[0]["role"] == "system"
        assert isinstance(tools, list)
    assert run.stats().trajectories.generated == 20
    assert run.config.generate.seed == 7


def test_inside_a_running_loop(tmp_path: Path) -> None:
    """As in a notebook."""

    async def cell() -> int:
        return trajgym.Run(tmp_path / "a").generate(worlds=["tool_picker"], n=5).made

    assert asyncio.run(cell()) == 5


def test_errors_are_trajgym_errors(tmp_path: Path) -> None:
    run = trajgym.Run(tmp_path / "a")
    with pytest.raises(trajgym.TrajgymError, match="no run"):
        run.filter()
    with pytest.raises(TrajgymError, match="There is no setting 'sed'"):
        run.generate(worlds=["tool_picker"], n=5, sed=3)
    with pytest.raises(AttributeError, match="no attribute 'Rnu'"):
        _ = trajgym.Rnu  # type: ignore[attr-defined]


CHEAP = """
import sys
import trajgym
heavy = {"gymnasium", "datasets", "torch", "openai", "pandas", "numpy", "pydantic", "typer", "rich", "jsonschema_rs"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
trajgym.Run
assert not {"datasets", "torch", "openai", "pandas", "typer"} & set(sys.modules)
"""

MAKE = """
import gymnasium, sys, warnings
warnings.simplefilter("error")
env = gymnasium.make("trajgym:trajgym/ToolPicker-v0")
observation, info = env.reset(seed=3)
assert observation["messages"][0]["role"] == "system"
assert "datasets" not in sys.modules
import trajgym
from trajgym.gym_envs import registry
assert trajgym.world_folders() == registry.names()
assert trajgym.register_envs() == [i for i in gymnasium.registry if i.startswith("trajgym/")]
"""


@pytest.mark.parametrize("code", [CHEAP, MAKE])
def test_importing_is_cheap_and_making_by_name_works(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
