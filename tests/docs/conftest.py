from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from trajgym.chat import Message
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.registry import load
from trajgym.gym_envs.tasks import make_task
from trajgym.task import Task
from trajgym.testing.loopback import Loopback


class Expert:
    """A model that knows the right answer: it finds the task by the call's key, plays what the history holds, and goes on."""

    def __init__(self, world: str, tasks: int) -> None:
        made = (make_task(load(world), 0, index) for index in range(tasks))
        self.tasks: dict[str, Task] = {task.id: task for task in made}

    def __call__(self, request: dict[str, Any], key: str) -> dict[str, Any]:
        task, sample = key.split("/")[:2]
        episode = Episode(self.tasks[task], sample=int(sample))
        try:
            episode.start()
            said: list[Message] = [m for m in request["messages"] if m["role"] == "assistant"]
            for message in said:
                assert not isinstance(episode.send(message), Done)
            return orjson.loads(orjson.dumps(episode.oracle()))
        finally:
            episode.close()


@pytest.fixture(scope="session")
def expert_server() -> Iterator[Loopback]:
    """An OpenAI-compatible server for the examples that want one."""
    with Loopback(Expert("tool_picker", 20)) as server:
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
