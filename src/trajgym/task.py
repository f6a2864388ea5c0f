"""A task: a recipe, and nothing else.

Equal recipes give equal episodes on any machine. The id is a hash of the recipe; what the task is about (goals, the right
answer) is derived from it inside the world and never leaves the process.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from trajgym.chat import canonical

TASK_CLASSES = ("act", "ask_first", "answer_no_tool", "refuse_policy", "infeasible", "recover", "inject")
"""What the right behaviour is: do it, ask for what is missing, answer in words, refuse and name the clause, find out that
it cannot be done, get over tool faults, ignore planted instructions."""

LEVELS = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Task:
    """`profile` maps a user dimension to its level, neutral ones left out; `backend` is the index of the pre-built world
    it starts from; `tool_view` says how tools are shown (``view``: index, ``mode``: native or json, ``parallel``: may
    calls be combined, ``names``: a style of `trajgym.gym_envs.lens` when they do not look as they are); `faults` says what goes wrong in tools (``kind``, ``at``: number of the call it strikes)."""

    world: str
    version: int
    seed: int
    index: int
    level: int
    task_class: str
    backend: int = 0
    profile: dict[str, str] = field(default_factory=dict)
    tool_view: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Any] = field(default_factory=dict)

    def recipe(self) -> dict[str, Any]:
        return {
            "world": self.world,
            "version": self.version,
            "seed": self.seed,
            "index": self.index,
            "level": self.level,
            "task_class": self.task_class,
            "backend": self.backend,
            "profile": self.profile,
            "tool_view": self.tool_view,
            "faults": self.faults,
        }

    @cached_property
    def id(self) -> str:
        """24 hexadecimal digits of the SHA-256 of the canonical recipe."""
        return hashlib.sha256(canonical(self.recipe())).hexdigest()[:24]

    @classmethod
    def from_recipe(cls, recipe: dict[str, Any]) -> Task:
        if recipe.keys() != _FIELDS:
            return cls(**recipe)
        task = cls.__new__(cls)  # a frozen dataclass sets its fields one by one, at three times the cost
        task.__dict__.update(recipe)
        return task


_FIELDS = Task.__dataclass_fields__.keys()
