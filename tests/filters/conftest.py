"""Hand-made trajectories and runs of them: small enough to read, well formed until a test breaks them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from trajgym.chat import Message, assistant, tool_call_id, tool_result, user
from trajgym.config import GenerateConfig
from trajgym.run_folder import RunFolder
from trajgym.task import Task
from trajgym.trajectory import Frame, Pair, Trajectory, Turn
from trajgym.verdict import Gates, Outcome

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "find_order",
            "description": "Look an order up.",
            "parameters": {
                "type": "object",
                "properties": {"order_id": {"type": "string"}, "limit": {"type": "integer", "minimum": 1}},
                "required": ["order_id"],
                "additionalProperties": False,
            },
        },
    }
]
FRAME = Frame("clerk", "You are a clerk. " * 40, TOOLS)
ALL_GATES = Gates(True, True, True, True, True)


def trajectory(index: int = 0, words: str | None = None, sample: int = 0) -> Trajectory:
    """A user asks, the assistant looks up and answers. The words are all the row's own unless given."""
    task = Task("desk", 1, 7, index, 1, "act")
    name = f"{task.id}-{sample}"
    own = words if words is not None else " ".join(f"word{index}x{k}" for k in range(30))
    call = assistant(None, [("find_order", {"order_id": f"W-{index}"})])
    call["tool_calls"][0]["id"] = tool_call_id(name, 0, 0)
    return Trajectory(
        id=name,
        task=task,
        sample=sample,
        teacher={"name": "scripted", "kind": "scripted"},
        opening=[user(f"{own} where is my order?")],
        turns=[
            Turn(FRAME, call, [tool_result(call["tool_calls"][0]["id"], "find_order", '{"state":"sent"}')]),
            Turn(FRAME, assistant(f"It was sent. {own}"), [user("Thanks!")]),
            Turn(FRAME, assistant("You are welcome.")),
        ],
        outcome=Outcome(1, Gates(True, True, True, True, True), "closing"),
        digest="d",
        proof="recorded",
    )


def pair(of: Trajectory, **changes: Any) -> Pair:
    """A sound pair at the look-up: the rejected side answers from memory."""
    chosen: Message = of.turns[0].message
    fields: dict[str, Any] = {
        "id": f"{of.id}-p0",
        "trajectory": of.id,
        "turn": 0,
        "chosen": chosen,
        "rejected": assistant("It was sent yesterday."),
        "code": "M10",
        "evidence": "sent yesterday",
        "chosen_from": "teacher",
        "rejected_from": "operator",
    }
    return Pair(**(fields | changes))


@pytest.fixture(name="trajectory")
def trajectory_fixture() -> Callable[..., Trajectory]:
    return trajectory


@pytest.fixture(name="pair")
def pair_fixture() -> Callable[..., Pair]:
    return pair


@pytest.fixture
def make_run(tmp_path: Path) -> Iterable[Callable[..., RunFolder]]:
    """Makes (or opens again) a run that holds the given trajectories, each with its pairs."""
    opened: list[RunFolder] = []

    def make(rows: Iterable[tuple[Trajectory, list[Pair]]] = (), name: str = "run") -> RunFolder:
        run = RunFolder.create(tmp_path / name, GenerateConfig(worlds=["desk"], n=1000))
        opened.append(run)
        for one, pairs in rows:
            run.journal.add(one, pairs)
        run.journal.commit()
        return run

    yield make
    for run in opened:
        run.close()


class Plain:
    """A row that is only words, for filters that look at nothing else."""

    def __init__(self, said: str) -> None:
        self.said = said


@pytest.fixture
def judge() -> Callable[..., list[tuple[bool, str]]]:
    """(kept, reason) for each row that a filter is shown: trajectories or bare words."""

    def run(item: Any, *rows: Any) -> list[tuple[bool, str]]:
        shown = [
            Plain(row) if isinstance(row, str) else Shown(row) if isinstance(row, Trajectory) else row for row in rows
        ]
        return [(decision.keep, decision.reason) for decision in item.judge(iter(shown))]

    return run


class Shown:
    def __init__(self, shown: Trajectory) -> None:
        self.trajectory = shown
