"""A world out of foreign tools and a task file."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from trajgym.config import did_you_mean
from trajgym.errors import TrajgymError
from trajgym.gym_envs.backend import POOL, Backend
from trajgym.gym_envs.foreign.source import Source, ToolSpec, fingerprint
from trajgym.gym_envs.foreign.state import SCHEMA, Record
from trajgym.gym_envs.foreign.tasks import TaskRow, holds
from trajgym.gym_envs.plan import Ending, Fact, Goal, Move, Plan, Step, Tell
from trajgym.gym_envs.trace import Trace
from trajgym.gym_envs.world import Tool, World
from trajgym.seeding import Rng
from trajgym.task import Task
from trajgym.trajectory import Frame
from trajgym.verdict import Gates, Outcome

_SYSTEM = "You help the user with the tools below. Tell the user what came of it."
_SAYS = ("The answer is {value}", "It is {value}", "I found {value}")
_UNJUDGED = "unjudged:"
"""How the ending of an outcome begins that nobody has judged."""


class BroughtWorld(World):
    """Plays the tasks of `rows` with the tools of `source`. A task's recipe holds its row, so that a stored trajectory can
    be proved without the file.

    Raises TrajgymError when a row names a tool that is not there.
    """

    planned = False
    classes = ("act",)
    levels = (0,)
    backend = "foreign tools"
    proof = "recorded"
    at_once = 8

    def __init__(self, source: Source, rows: Sequence[TaskRow] = ()) -> None:
        super().__init__()
        self.source = source
        self.rows = list(rows)
        self.__dict__.update(  # what other worlds have as a class each of these has as an object
            name=source.name,
            title=f"tools of {source.name}",
            version=fingerprint(source.tools),
            tools=tuple(_tool(spec) for spec in source.tools),
        )
        known = [tool.name for tool in self.tools]
        for row in self.rows:
            for tool in row.tools():
                if tool not in known:
                    raise TrajgymError(f"Task {row.id!r} names a tool {tool!r}.", did_you_mean(tool, known))

    def listed(self, seed: int, index: int) -> Task:
        """Task number `index`; behind the last row the first one comes again."""
        if not self.rows:
            raise TrajgymError(f"The world {self.name} was brought without tasks.", "Give it a task file.")
        row = self.rows[index % len(self.rows)].model_dump(exclude_defaults=True)
        return Task(self.name, self.version, seed, index, 0, "act", 0, {}, {"view": 0, "mode": "native", "row": row})

    def unsolved(self) -> list[str]:
        """Ids of the tasks that the scripted expert cannot play: nobody has written down a solution."""
        return [row.id for row in self.rows if not row.solution and all(check.said is None for check in row.checks)]

    def distractor_count(self, level: int) -> int:
        return 0

    def frame(self, task: Task, agent: str = "") -> Frame:
        row = _row(task)
        key = (row.system,)
        frame = self._frames.get(key)
        if frame is None:
            system = "\n\n".join(part for part in (row.system or _SYSTEM, self.source.instructions) if part)
            frame = self._frames[key] = Frame("agent", system, [tool.schema for tool in self.tools])
        return frame

    def shown_tools(self, task: Task, agent: str = "") -> list[Tool]:
        return list(self.tools)

    def build(self, task: Task) -> Backend:
        state = POOL.lease((self.name, self.version), _fill, Record)
        assert isinstance(state, Record)
        state.begin(self.source, _row(task))
        return state

    def plan(self, state: Backend, task: Task, rng: Rng) -> Plan:
        row = _row(task)
        facts = {
            slot: Fact(slot, fact.value, fact.kind, fact.label, tuple(fact.keys)) for slot, fact in row.facts.items()
        }
        tells = [
            Tell(_said(number), check.said, "number" if isinstance(check.said, (int, float)) else "text", _SAYS)
            for number, check in enumerate(row.checks)
            if check.said is not None
        ]
        script = [Step(f"call{n}", call.tool, call.args) for n, call in enumerate(row.solution)]
        goal = Goal("g0", (row.user.rstrip(),), tuple(facts), "something")
        return Plan([goal], facts, [], tells, endings={0: Ending("solved", ("",))}, script=script)

    def moves(self, plan: Plan, trace: Trace) -> list[Move]:
        """The next call of the solution, when there is one left."""
        if len(trace.calls) < len(plan.script):
            return [Move("call", plan.script[len(trace.calls)])]
        return super().moves(plan, trace)

    def judge(self, plan: Plan, trace: Trace, state: Backend) -> Outcome:
        """What the checks say. Without any nobody knows: the ending says so, and the reward is 0."""
        assert isinstance(state, Record)
        how = "hung_up" if trace.hung_up else trace.closed or "open"
        if not state.row.checks:
            return Outcome(0, Gates(True, True, True, True, True), _UNJUDGED + how)
        failed = [
            check
            for number, check in enumerate(state.row.checks)
            if not (_said(number) in trace.tells if check.said is not None else holds(check, trace, state.look))
        ]
        gates = Gates(
            goal=all(check.said is not None or check.not_called for check in failed),
            untouched=not any(check.not_called for check in failed),
            communicated=all(check.said is None for check in failed),
            no_minefield=True,
            right_ending=how != "open" and not trace.hung_up,
        )
        why = [f"does not hold: {check.words()}" for check in failed]
        if not gates.right_ending:
            why.append("the user was left without a closing word")
        return Outcome(gates.reward, gates, how, "" if gates.reward else "agent", why)

    def proof_of(self, state: Backend) -> str:
        assert isinstance(state, Record)
        return "replayable" if state.replays() else "recorded"


def _fill(connection: sqlite3.Connection) -> None:
    connection.execute(SCHEMA)


def _said(number: int) -> str:
    """Name of the tell that check `number` asks for."""
    return f"said{number}"


def _row(task: Task) -> TaskRow:
    return TaskRow.model_validate(task.tool_view["row"])


def _tool(spec: ToolSpec) -> Tool:
    def run(state: Backend, args: dict[str, Any]) -> Any:
        assert isinstance(state, Record)
        return state.call(spec.name, args)

    params = dict.fromkeys(spec.parameters.get("properties", {}), "text")
    return Tool(spec.name, spec.description, spec.parameters, "read" if spec.reads else "write", params, run)
