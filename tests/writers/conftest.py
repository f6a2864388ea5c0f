"""Trajectories and pairs made by hand, in the shape the worlds make them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from trajgym.chat import Message, assistant, tool_call_id, tool_result, user
from trajgym.task import Task
from trajgym.trajectory import Frame, Pair, Trajectory, Turn
from trajgym.verdict import Gates, Outcome


def function_tool(name: str, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"type": "function", "function": {"name": name, "description": f"Does {name}.", "parameters": parameters}}


FIND = function_tool("find_order", {"order_id": {"type": "string"}, "deep": {"type": "boolean"}}, ["order_id"])
PAY = function_tool(
    "refund",
    {
        "order_id": {"type": "string"},
        "how": {"enum": ["card", "voucher"]},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "integer"}}}},
    },
    ["order_id", "how"],
)
DESK = Frame("desk", "You are the desk of a shop.\n1. Refund only what was paid — “paid” means settled.", [FIND, PAY])
BILLING = Frame("billing", "You do the billing.", [PAY])
JSON_MODE = Frame("picker", 'Answer with {"tool": ...}.', [])


def task(index: int = 0, **changes: Any) -> Task:
    recipe: dict[str, Any] = {
        "world": "shop",
        "version": 1,
        "seed": 7,
        "index": index,
        "level": index % 5,
        "task_class": "act" if index % 2 else "refuse_policy",
        "tool_view": {"mode": "native", "parallel": True},
    }
    return Task(**{**recipe, **changes})


def with_ids(message: Message, episode: str, turn: int) -> Message:
    for position, call in enumerate(message.get("tool_calls", [])):
        call["id"] = tool_call_id(episode, turn, position)
    return message


def acts(episode: str, number: int, frame: Frame, message: Message, answers: list[str], weight: int = 1) -> Turn:
    """A turn: `answers` are tool results when the message calls tools, else the user's next words."""
    with_ids(message, episode, number)
    calls = message.get("tool_calls", [])
    if calls:
        results = [
            tool_result(call["id"], call["function"]["name"], answer)
            for call, answer in zip(calls, answers, strict=True)
        ]
    else:
        results = [user(words) for words in answers]
    return Turn(frame, message, results, weight=weight)


def trajectory(recipe: Task, turns: list[Turn], opening: str = "Hello, I want my money back.") -> Trajectory:
    outcome = Outcome(1, Gates(True, True, True, True, True), "user_ended")
    name = {"name": "scripted", "kind": "scripted"}
    return Trajectory(f"{recipe.id}-0", recipe, 0, name, [user(opening)], turns, outcome, "d1")


def shop_trajectory(index: int = 0, **changes: Any) -> Trajectory:
    """Look up, ask, two calls at once, last words; the user says goodbye."""
    recipe = task(index, **changes)
    order = f"W{1000 + index}"
    e = recipe.id + "-0"
    return trajectory(
        recipe,
        [
            acts(e, 0, DESK, assistant(None, [("find_order", {"order_id": order})]), ['{"paid": 12.5, "note": "é ✓"}']),
            acts(e, 1, DESK, assistant("Card or voucher?"), ["Card 💳, please."]),
            acts(
                e,
                2,
                DESK,
                assistant(
                    "One moment.",
                    [
                        ("refund", {"order_id": order, "how": "card", "lines": [{"sku": 1}, {}]}),
                        ("find_order", {"order_id": order, "deep": True}),
                    ],
                ),
                ['{"ok": true}', '{"paid": 0}'],
            ),
            acts(e, 3, DESK, assistant("Done: refunded to your card."), ["Thanks, bye!"]),
        ],
    )


def json_trajectory(index: int = 0) -> Trajectory:
    recipe = task(index, world="picker", tool_view={"mode": "json", "parallel": False})
    e = recipe.id + "-0"
    return trajectory(
        recipe,
        [
            acts(e, 0, JSON_MODE, assistant('{"tool": "play", "title": "Blue"}'), ['{"playing": true}']),
            acts(e, 1, JSON_MODE, assistant('{"tool": "no_tool", "say": "It plays."}'), ["bye"]),
        ],
    )


def handoff_trajectory(index: int = 0) -> Trajectory:
    """Desk, then billing, which sees what the desk did and has other tools; one slip of weight 0 in between."""
    recipe = task(index, world="relay")
    e = recipe.id + "-0"
    order = {"order_id": f"W{index}"}
    return trajectory(
        recipe,
        [
            acts(e, 0, DESK, assistant(None, [("find_order", order)]), ['{"paid": 3}']),
            acts(e, 1, DESK, assistant("I pass you to billing."), ["Fine."]),
            acts(e, 2, BILLING, assistant("How would you like it?"), ["Voucher."]),
            acts(e, 3, BILLING, assistant(None, [("refund", {})]), ["error: order_id is missing"], weight=0),
            acts(e, 4, BILLING, assistant(None, [("refund", {**order, "how": "voucher"})]), ['{"ok": true}']),
            acts(e, 5, BILLING, assistant("You have it."), ["Thanks."]),
            acts(e, 6, BILLING, assistant("Bye."), [], weight=0),
        ],
    )


def shop_pair(of: Trajectory, turn: int = 0) -> Pair:
    """The rejected side acts without looking, or in JSON mode picks a tool where none is due."""
    chosen = of.turns[turn].message
    if of.turns[turn].frame.tools:
        rejected = with_ids(assistant(None, [("wipe_everything", {"all": True})]), of.id + "-r", turn)
    else:
        rejected = assistant('{"tool": "stop"')
    return Pair(f"{of.id}-p{turn}", of.id, turn, chosen, rejected, "M01", "call 0", "oracle", "operator")


@dataclass
class Kept:
    """What a journal offers an export, from lists."""

    trajectories: list[Trajectory] = field(default_factory=list)
    pairs: list[tuple[Pair, Trajectory]] = field(default_factory=list)

    def kept(self) -> Iterator[Trajectory]:
        return iter(self.trajectories)

    def kept_pairs(self) -> Iterator[tuple[Pair, Trajectory]]:
        return iter(self.pairs)

    def kept_with_pairs(self) -> Iterator[tuple[Trajectory, bool, list[Pair]]]:
        kept = {row.id for row in self.trajectories}
        rows = {row.id: row for row in (*self.trajectories, *(row for _, row in self.pairs))}
        for name, row in rows.items():
            yield row, name in kept, [pair for pair, of in self.pairs if of.id == name]


@pytest.fixture(scope="session")
def mixed() -> Callable[[int], Kept]:
    """`n` rounds of every kind of trajectory, with a pair for each."""

    def make(n: int) -> Kept:
        makers = (shop_trajectory, json_trajectory, handoff_trajectory)
        rows = [maker(index) for index in range(n) for maker in makers]
        pairs = [(shop_pair(row, turn), row) for row in rows for turn in (0, 1)]
        return Kept(rows, pairs)

    return make


@pytest.fixture(scope="session")
def made() -> Any:
    """The makers of this file, for test modules (which cannot import a conftest)."""
    import types

    return types.SimpleNamespace(
        Kept=Kept,
        shop=shop_trajectory,
        in_json=json_trajectory,
        handoff=handoff_trajectory,
        pair=shop_pair,
        task=task,
        acts=acts,
        trajectory=trajectory,
        with_ids=with_ids,
        DESK=DESK,
        BILLING=BILLING,
        JSON_MODE=JSON_MODE,
        function_tool=function_tool,
    )
