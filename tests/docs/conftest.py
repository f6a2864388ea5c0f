from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from trajgym.gym_envs.registry import load
from trajgym.gym_envs.stream import tasks
from trajgym.testing.expert import Expert
from trajgym.testing.loopback import Loopback


@pytest.fixture(scope="session")
def expert_server() -> Iterator[Loopback]:
    """An OpenAI-compatible server for the examples that want one."""
    made = [task for _, task in tasks([load("tool_picker")], 20, 0)]
    with Loopback(Expert(made)) as server:
        yield server


@pytest.fixture
def fresh_environment(tmp_path: Path) -> dict[str, str]:
    """The variables of a user who has trajgym installed and nothing else, with a home of their own and no network."""
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(tmp_path / "home"),
        "HF_HOME": str(tmp_path / "home" / "hf"),
        "HF_HUB_OFFLINE": "1",
        "MPLBACKEND": "Agg",
        "IPYTHONDIR": str(tmp_path / "home" / "ipython"),
    }
