"""What happened in one episode, and the pairs that grew out of it.

A `Frame` is what an agent is given besides the conversation: its system prompt and its tools. Frames are few and shared, so
a stored trajectory names them by key and the journal holds each once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from trajgym.chat import Message, Tool
from trajgym.task import Task
from trajgym.verdict import Outcome, StepVerdict

SCHEMA = 1


@dataclass(frozen=True, eq=False)
class Frame:
    """An agent's name, system prompt and visible tools; the same object serves every turn that shows them."""

    agent: str
    system: str
    tools: list[Tool]

    @property
    def body(self) -> bytes:
        # keys stay in their order: a trainer has to see the tools as the agent saw them
        return orjson.dumps({"agent": self.agent, "system": self.system, "tools": self.tools})

    @cached_property
    def key(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:16]

    @classmethod
    def from_body(cls, body: bytes) -> Frame:
        """The frame in `body`. Equal tools of all frames are one object: a run shows a few tools in hundreds of frames."""
        row = orjson.loads(body)
        tools = [_TOOLS.setdefault(orjson.dumps(tool), tool) for tool in row["tools"]]
        return cls(row["agent"], row["system"], tools)


_TOOLS: dict[bytes, Tool] = {}


@dataclass(slots=True)
class Turn:
    """One assistant message and what it brought.

    `message` is as the history holds it (nine-character ids, arguments a JSON string). `results` is what the environment
    answered: tool messages in the order of the calls, or the user's next words. `verdicts` are the rules it broke.
    `weight` is 1 when a trainer should learn the message, 0 when it is context only.
    """

    frame: Frame
    message: Message
    results: list[Message] = field(default_factory=list)
    verdicts: list[StepVerdict] = field(default_factory=list)
    weight: int = 1

    def to_json(self) -> dict[str, Any]:
        return {
            "frame": self.frame.key,
            "message": self.message,
            "results": self.results,
            "verdicts": [v.to_json() for v in self.verdicts],
            "weight": self.weight,
        }


@dataclass(slots=True)
class Usage:
    """What the model replies of a trajectory cost: calls and tokens; zero for the scripted teacher."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def to_json(self) -> dict[str, Any]:
        return {"calls": self.calls, "prompt_tokens": self.prompt_tokens, "completion_tokens": self.completion_tokens}


@dataclass(slots=True)
class Trajectory:
    """One finished episode.

    `id` is ``<task id>-<sample>``. `opening` are the user's first words. `teacher` is ``{"name", "kind"}`` with kind
    ``scripted`` or ``model``. `acts` are the user's acts in order (one for each user message, opening first; ``did {...}``
    is a call of a user tool that the message reports); `reached`
    are the user dimensions that showed in the transcript. `digest` is the backend's final digest, `proof` is
    ``replayable`` when the world can be replayed, else ``recorded``.
    """

    id: str
    task: Task
    sample: int
    teacher: dict[str, str]
    opening: list[Message]
    turns: list[Turn]
    outcome: Outcome
    digest: str
    proof: str = "replayable"
    acts: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    user: dict[str, Any] = field(default_factory=dict)
    """When a model worded the user: its ``name``, and ``voices``, one for each message that was to be worded: ``model``, or
    ``template`` with the reason why the model's words were not taken."""

    @property
    def mistakes(self) -> list[str]:
        """Codes of all step verdicts, in order."""
        return [v.code for turn in self.turns for v in turn.verdicts]

    def frames(self) -> dict[str, Frame]:
        return {turn.frame.key: turn.frame for turn in self.turns}

    def view(self, agent: str) -> list[tuple[list[Message], list[Tool]]]:
        """What `agent` of a swarm saw and did: for each time it was at work, the messages up to its last one (system prompt
        first, and what the agents before it did, as it saw that) and its tools. Empty when it had no part."""
        found = []
        for number, turn in enumerate(self.turns):
            follows = number + 1 < len(self.turns) and self.turns[number + 1].frame.agent == agent
            if turn.frame.agent == agent and not follows:
                messages, tools = context(self, number)
                found.append(([*messages, turn.message], tools))
        return found

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "schema": SCHEMA,
            "task": self.task.recipe(),
            "sample": self.sample,
            "teacher": self.teacher,
            "opening": self.opening,
            "turns": [t.to_json() for t in self.turns],
            "outcome": self.outcome.to_json(),
            "digest": self.digest,
            "proof": self.proof,
            "acts": self.acts,
            "reached": self.reached,
            "usage": self.usage.to_json(),
            **({"user": self.user} if self.user else {}),
        }

    def encode(self) -> bytes:
        """One line of JSON, frames by key (see `frames`)."""
        return orjson.dumps(self.to_json())

    @classmethod
    def decode(cls, body: bytes, frames: Callable[[str], Frame]) -> Trajectory:
        """The trajectory in `body`; `frames` finds a frame by its key. Raises KeyError, TypeError or ValueError when the
        body is not one."""
        row = orjson.loads(body)
        turns = [
            Turn(frames(t["frame"]), t["message"], t["results"], [StepVerdict(**v) for v in t["verdicts"]], t["weight"])
            for t in row["turns"]
        ]
        return cls(
            row["id"],
            Task.from_recipe(row["task"]),
            row["sample"],
            row["teacher"],
            row["opening"],
            turns,
            Outcome.from_json(row["outcome"]),
            row["digest"],
            row["proof"],
            row["acts"],
            row["reached"],
            Usage(**row["usage"]),
            row.get("user", {}),
        )


@dataclass(slots=True)
class Pair:
    """Two assistant messages after the same prefix: turns ``[0, turn)`` of the trajectory, then `chosen` or `rejected`.

    `code` is the mistake that the rejected side makes at that very step, `evidence` what shows it. `chosen_from` is
    ``teacher`` or ``oracle``; `rejected_from` is ``teacher`` (a mistake the model really made) or ``operator``.
    """

    id: str
    trajectory: str
    turn: int
    chosen: Message
    rejected: Message
    code: str
    evidence: str
    chosen_from: str
    rejected_from: str

    def encode(self) -> bytes:
        return orjson.dumps({name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def decode(cls, body: bytes) -> Pair:
        return cls(**orjson.loads(body))


def context(trajectory: Trajectory, turn: int) -> tuple[list[Message], list[Tool]]:
    """What the agent saw before assistant message number `turn`: the messages (system prompt first) and the tools.

    ``turn == len(trajectory.turns)`` gives the whole conversation, with the last turn's system prompt and tools.
    """
    frame = trajectory.turns[min(turn, len(trajectory.turns) - 1)].frame
    messages: list[Message] = [{"role": "system", "content": frame.system}, *trajectory.opening]
    for past in trajectory.turns[:turn]:
        messages.append(past.message)
        messages.extend(past.results)
    return messages, frame.tools
