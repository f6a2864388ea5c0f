"""The contract of a world: a family of tasks over one real backend.

A world is one folder of `gym_envs`, found by its name, whose package has a ``WORLD``. It brings its tables and rows, its
tools, its policy and, in `plan`, the right answer of a task; everything else (the oracle, the verdicts, the user, pairs) is
shared and reads the plan.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import jsonschema_rs

from trajgym.chat import dumps
from trajgym.gym_envs import gates
from trajgym.gym_envs.backend import POOL, Backend
from trajgym.gym_envs.lens import Lens
from trajgym.gym_envs.moves import moves
from trajgym.gym_envs.plan import Move, Plan
from trajgym.gym_envs.trace import Trace
from trajgym.seeding import Rng
from trajgym.task import LEVELS, TASK_CLASSES, Task
from trajgym.trajectory import Frame
from trajgym.verdict import Outcome

BACKENDS = 16
"""Pre-built worlds for each level; a task names the one it starts from."""

_COMPLAINT = 300
"""Characters of a complaint about arguments: it quotes them, and they may be long."""

DISTRACTORS = (0, 3, 6, 10, 30)
"""Distractor tools shown, by level."""

VIEWS = 12
"""Tool views (order of tools, which distractors) for each world and level."""


@dataclass(frozen=True, eq=False)
class Tool:
    """A tool of a world.

    `kind`: read, write, terminal (it ends the agent's part), transfer (the agent `to` goes on). `params`: the kind of each
    parameter: reference (an id of something that exists), value (must come from the user or a tool), text (free
    words) or choice (an enum; anyone may pick). `free`: a read that a careful agent may make at any time without it being a mistake.
    """

    name: str
    description: str
    parameters: dict[str, Any]
    kind: str
    params: dict[str, str]
    run: Callable[[Backend, dict[str, Any]], Any]
    free: bool = True
    to: str = ""

    @cached_property
    def schema(self) -> dict[str, Any]:
        return {
            "type": "function",
            "function": {"name": self.name, "description": self.description, "parameters": self.parameters},
        }

    @cached_property
    def validator(self) -> Any:
        return jsonschema_rs.validator_for(self.parameters, validate_formats=True)

    def complaint(self, args: dict[str, Any]) -> str:
        """Why `args` do not fit the schema, in one sentence; empty when they do."""
        if self.validator.is_valid(args):
            return ""
        for error in self.validator.iter_errors(args):
            where = ".".join(map(str, error.instance_path))
            return (f"{where}: {error.message}" if where else str(error.message))[:_COMPLAINT]
        return "the arguments do not fit the schema"


@dataclass(frozen=True)
class Clause:
    """A numbered sentence of the policy, bound to the guard that enforces it: `guard` names where it is checked (a
    tool, a rule or a gate), so that no clause is mere prose."""

    id: str
    text: str
    guard: str


@dataclass(eq=False)
class World:
    """Subclass it; set the class variables and write `fill`, `plan` and `instructions`."""

    name: ClassVar[str]
    version: ClassVar[int] = 1
    title: ClassVar[str]
    backend: ClassVar[str] = "SQLite"
    proof: ClassVar[str] = "replayable"
    clauses: ClassVar[tuple[Clause, ...]] = ()
    tools: ClassVar[tuple[Tool, ...]]
    user_tools: ClassVar[tuple[Tool, ...]] = ()
    """What the user can do on its own side when the agent asks for it in words (see `Deed`): the agent never sees these, and
    their results say under ``seen`` what the user sees."""
    agents: ClassVar[dict[str, tuple[str, ...]]] = {}
    """A swarm: agent -> names of its tools. The first one begins, and each must be able to reach every other by transfers.
    Empty: one agent has all tools."""
    distractors: ClassVar[tuple[Tool, ...]] = ()
    """Tools near to the world's subject that no task needs; shown from level 1 on, filled up with those of other services."""
    dims: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Which user dimensions act here, and at which levels (the neutral level is always included)."""
    forbidden: ClassVar[tuple[tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]], ...]] = ()
    """Pairs of (dimension -> levels) that never go together in this world, besides the general ones."""
    knows_user: ClassVar[tuple[str, ...]] = ()
    """Parts of a persona (see `trajgym.gym_envs.user.who.PARTS`) that this world decides: users say nothing else about them."""
    identifying: ClassVar[tuple[str, ...]] = ()
    """Slots whose values (ids, or names of two words) say whom or what a task is about: a user may give a part of one at first."""
    classes: ClassVar[tuple[str, ...]] = TASK_CLASSES
    levels: ClassVar[tuple[int, ...]] = LEVELS
    json_mode: ClassVar[bool] = False
    """True when tasks may also be posed in JSON-in-content mode."""
    removable: ClassVar[tuple[str, ...]] = ()
    """Tools whose removal makes an infeasible task (feasibility = missing_tool)."""
    sure_calls: ClassVar[int] = 1
    """Calls that every task to be done needs at least: a planned tool fault strikes one of them."""
    text_columns: ClassVar[frozenset[tuple[str, str]]] = frozenset()
    """(table, column) that hold free words of the agent: not compared when the outcome is judged."""
    max_turns: ClassVar[int] = 60
    planned: ClassVar[bool] = True
    """False where nobody has worked out the right calls: only the rules that need no plan apply."""
    at_once: ClassVar[int] = 10_000
    """Episodes that may be in flight at most."""
    _frames: dict[tuple[Any, ...], Frame] = field(default_factory=dict)
    _shown: dict[tuple[Any, ...], frozenset[str]] = field(default_factory=dict)
    _lenses: dict[str, Lens] = field(default_factory=dict)

    def fill(self, connection: sqlite3.Connection, rng: Rng, level: int) -> None:
        """Make tables and rows of one pre-built world."""
        raise NotImplementedError

    def instructions(self, task: Task) -> str:
        """The role and the setting, without the policy clauses (those follow on their own). It may depend on world,
        level and `task.tool_view` only: frames are shared between tasks."""
        raise NotImplementedError

    def agent_instructions(self, task: Task, agent: str) -> str:
        """`instructions` for one agent of a swarm."""
        return self.instructions(task)

    def plan(self, state: Backend, task: Task, rng: Rng) -> Plan:
        """The right answer of `task`. Read `state`, do not write it."""
        raise NotImplementedError

    def listed(self, seed: int, index: int) -> Task | None:
        """Task number `index` of a world whose tasks stand in a list; None where they are drawn."""
        return None

    def moves(self, plan: Plan, trace: Trace) -> list[Move]:
        """The acceptable next actions, best first."""
        return moves(plan, trace)

    def judge(self, plan: Plan, trace: Trace, state: Backend) -> Outcome:
        """The outcome of an episode that is over."""
        return gates.judge(self, plan, trace, state)

    def proof_of(self, state: Backend) -> str:
        """Whether the episode that has led to `state` can be replayed: ``replayable`` or ``recorded``."""
        return self.proof

    def setting(self, seed: int, index: int) -> dict[str, Any]:
        """What else a task depends on, as what this machine can do; it becomes part of its `tool_view`."""
        return {}

    def build(self, task: Task) -> Backend:
        key = (self.name, self.version, task.level, task.backend)
        return POOL.lease(key, lambda connection: self.fill(connection, Rng("world", *key), task.level))

    @cached_property
    def tool_map(self) -> dict[str, Tool]:
        return {tool.name: tool for tool in (*self.tools, *self.distractors, *self.user_tools, *self._strangers)}

    @cached_property
    def _strangers(self) -> list[Tool]:
        from trajgym.gym_envs.strangers import STRANGERS

        own = {tool.name for tool in (*self.tools, *self.distractors, *self.user_tools)}
        return [tool for tool in STRANGERS if tool.name not in own]

    def shown_tools(self, task: Task, agent: str = "") -> list[Tool]:
        """The tools of the task's view, in its order; the tool named ``without`` is missing from it. In a swarm those of
        `agent` (of the first one when it is not named), and the distractors."""
        rng = Rng("view", self.name, self.version, task.level, task.tool_view.get("view", 0))
        count = self.distractor_count(task.level)
        near = rng.sample(self.distractors, min(count, len(self.distractors)))
        own = [self.tool_map[name] for name in self.agents[agent or self.first_agent]] if self.agents else self.tools
        shown = [*own, *near, *rng.sample(self._strangers, count - len(near))]
        rng.shuffle(shown)
        return [tool for tool in shown if tool.name != task.tool_view.get("without")]

    def distractor_count(self, level: int) -> int:
        return DISTRACTORS[level]

    def shown_names(self, task: Task, agent: str = "") -> frozenset[str]:
        """Names of the tools in the task's view."""
        agent = agent or self.first_agent
        key = (task.level, task.tool_view.get("view", 0), task.tool_view.get("without"), agent)
        names = self._shown.get(key)
        if names is None:
            names = self._shown[key] = frozenset(tool.name for tool in self.shown_tools(task, agent))
        return names

    def lens(self, task: Task) -> Lens | None:
        """How the task's tools look, when they do not look as they are."""
        style = task.tool_view.get("names")
        if style is None:
            return None
        if style not in self._lenses:
            self._lenses[style] = Lens(self.tool_map.values(), style)
        return self._lenses[style]

    @cached_property
    def first_agent(self) -> str:
        """The agent that begins."""
        return next(iter(self.agents), "agent")

    def frame(self, task: Task, agent: str = "") -> Frame:
        """What `agent` (the first one when it is not named) is given; equal views share one object."""
        view, agent = task.tool_view, agent or self.first_agent
        key = (task.level, view.get("view", 0), view.get("mode"), view.get("without"), agent, view.get("names"))
        frame = self._frames.get(key)
        if frame is None:
            lens = self.lens(task)
            tools = self.shown_tools(task, agent)
            parts = [self.agent_instructions(task, agent)]
            if self.clauses:
                parts.append("Policy:\n" + "\n".join(f"{clause.id}. {clause.text}" for clause in self.clauses))
            if lens is not None:
                tools = [lens.tool(tool) for tool in tools]
                parts = [lens.words(part) for part in parts]
            if view.get("mode") == "json":
                parts.append(_json_mode_prompt(tools))
            frame = Frame(agent, "\n\n".join(parts), [] if view.get("mode") == "json" else [t.schema for t in tools])
            self._frames[key] = frame
        return frame


def _json_mode_prompt(tools: list[Tool]) -> str:
    lines = [f"- {t.name}: {t.description} Arguments: {dumps(t.parameters)}" for t in tools]
    return (
        'Reply with one JSON object and nothing else: {"tool": NAME, ...arguments}. Several independent requests in one '
        "message: a JSON list of such objects. Your program runs the tool; you see its answer only when it fails.\n"
        "Tools:\n" + "\n".join(lines)
    )
