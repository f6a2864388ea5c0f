"""The validation matrix: every world, over its task classes and levels. Registering a world is testing it.

``make test`` plays a sample of each world's tasks; ``make test-worlds`` sets ``MATRIX_TASKS`` and plays many.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise

import pytest

from trajgym.chat import Message, assistant, dumps
from trajgym.gym_envs import registry
from trajgym.gym_envs.deeds import ACT
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.moves import moves
from trajgym.gym_envs.plan import Move, Plan
from trajgym.gym_envs.replay import replay
from trajgym.gym_envs.tasks import BLOCK, make_task, shares
from trajgym.gym_envs.trace import Trace
from trajgym.gym_envs.world import World
from trajgym.task import Task
from trajgym.trajectory import Trajectory

WORLDS = registry.names()
TASKS = int(os.environ.get("MATRIX_TASKS", "40"))


def tasks(world: World, count: int = TASKS, seed: int = 11) -> Iterator[Task]:
    """The first of the world's stream: some `count`, by the shares of the classes, and three of each at least."""
    room = {name: max(3, count * share // BLOCK) for name, share in shares(world).items()}
    index = 0
    while any(room.values()):
        task = make_task(world, seed, index)
        index += 1
        if room[task.task_class]:
            room[task.task_class] -= 1
            yield task


def play_oracle(task: Task) -> Trajectory:
    episode = Episode(task)
    need = episode.start()
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    return need.trajectory


def play_same(task: Task, message: Message) -> Trajectory:
    """An agent that always sends one message."""
    episode = Episode(task)
    need = episode.start()
    while not isinstance(need, Done):
        need = episode.send(message)
    return need.trajectory


def words(task: Task, text: str) -> Message:
    json_mode = task.tool_view.get("mode") == "json"
    return assistant(dumps({"tool": "no_tool", "reply": text}) if json_mode else text)


@pytest.fixture(scope="module", params=WORLDS)
def world(request: pytest.FixtureRequest) -> World:
    return registry.load(request.param)


@pytest.fixture(scope="module")
def oracle_runs(world: World) -> list[Trajectory]:
    return [play_oracle(task) for task in tasks(world)]


def test_oracle_scores_one_without_a_mistake(oracle_runs: list[Trajectory]) -> None:
    failed = [
        (t.task.index, t.task.task_class, t.task.level, t.task.profile, t.outcome.why, t.mistakes)
        for t in oracle_runs
        if t.outcome.reward != 1 or t.mistakes
    ]
    assert not failed, f"{len(failed)} of {len(oracle_runs)}; first: {failed[:3]}"


def test_other_routes_score_one_too(world: World, oracle_runs: list[Trajectory]) -> None:
    """There is no single right path: whoever takes the last of the ready calls first gets there without a mistake."""
    others = 0
    for run in oracle_runs[:60]:
        episode = Episode(run.task)
        need = episode.start()
        while not isinstance(need, Done):
            need = episode.send(episode.oracle(list(reversed(ready(episode))) or None))
        other = need.trajectory
        assert other.outcome.reward == 1, (run.task.index, other.outcome.why)
        assert not other.mistakes, (run.task.index, other.mistakes)
        others += [turn.message for turn in other.turns] != [turn.message for turn in run.turns]
    assert others >= 2


def ready(episode: Episode) -> list[Move]:
    """The required calls that may come next."""
    return [move for move in episode.moves() if move.kind == "call" and move.step and move.step.required]


def test_every_class_and_level_occurs(world: World, oracle_runs: list[Trajectory]) -> None:
    assert {t.task.task_class for t in oracle_runs} == set(world.classes)
    assert {t.task.level for t in oracle_runs} == set(world.levels)


def test_oracle_runs_are_proved_by_replay(oracle_runs: list[Trajectory]) -> None:
    for trajectory in oracle_runs:
        assert replay(trajectory) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I'm sorry, I apologise for the inconvenience.",
        "I'm sorry, but I can't help with that.",
        "Done! Everything has been completed.",
        "Done!",
    ],
    ids=["nothing", "apology", "refusal", "claim", "done"],
)
def test_empty_agents_score_zero_in_every_class(world: World, text: str) -> None:
    for task in tasks(world):
        trajectory = play_same(task, words(task, text))
        assert trajectory.outcome.reward == 0, (task.index, task.task_class, task.profile)


def test_hand_off_only_scores_zero_in_every_class(world: World) -> None:
    terminal = [tool for tool in world.tools if tool.kind == "terminal"]
    for tool in terminal:
        for task in tasks(world):
            args = {
                name: schema.get("enum", ["Please take over, thank you."])[0]
                for name, schema in tool.parameters["properties"].items()
            }
            trajectory = play_same(task, assistant(None, [(tool.name, args)]))
            assert trajectory.outcome.reward == 0, (task.index, task.task_class)


def test_the_oracle_of_another_task_scores_zero(world: World, oracle_runs: list[Trajectory]) -> None:
    """The messages of task i + 1's oracle, played to task i; tasks that want the same (of two that may not post in one place)
    are no two tasks here."""
    for here, other in pairwise(oracle_runs):
        if here.task.tool_view.get("mode") != other.task.tool_view.get("mode"):
            continue
        if goal_of(here.task) == goal_of(other.task):
            continue
        episode = Episode(here.task)
        need = episode.start()
        for turn in other.turns:
            if isinstance(need, Done):
                break
            need = episode.send(turn.message)
        while not isinstance(need, Done):
            need = episode.send(words(here.task, "Is there anything else?"))
        assert need.trajectory.outcome.reward == 0, (here.task.index, other.task.index)


def goal_of(task: Task) -> tuple[list[object], list[object]]:
    episode = Episode(task)
    episode.start()
    plan = episode.plan
    episode.close()
    return [(step.tool, step.args) for step in plan.steps], [tell.value for tell in plan.tells]


def test_oracle_minus_one_write_scores_zero(world: World, oracle_runs: list[Trajectory]) -> None:
    kinds = {tool.name: tool.kind for tool in world.tools}
    checked = 0
    for trajectory in oracle_runs:
        writing = [
            number
            for number, turn in enumerate(trajectory.turns)
            for call in turn.message.get("tool_calls", ())
            if kinds.get(call["function"]["name"]) == "write"
        ]
        if not writing or trajectory.task.faults or "mind_change" in trajectory.task.profile:
            continue
        checked += 1
        episode = Episode(trajectory.task)
        need = episode.start()
        for number, turn in enumerate(trajectory.turns):
            if isinstance(need, Done):
                break
            need = episode.send(words(trajectory.task, "One moment.") if number == writing[-1] else turn.message)
        while not isinstance(need, Done):
            need = episode.send(words(trajectory.task, "One moment."))
        assert need.trajectory.outcome.reward == 0, trajectory.task.index
    assert checked >= TASKS // 10


def test_the_declared_minimum_is_what_a_search_finds(world: World) -> None:
    """Breadth first over the calls that `moves` allows, with everything told and confirmed: no shorter way to the closing
    words than the plan declares, and none shorter than the oracle's."""
    searched = 0
    for task in tasks(world):
        episode = Episode(task)
        episode.start()
        plan = episode.plan
        episode.close()
        if plan.events or len(plan.steps) > 9:
            continue
        trace = Trace(told=set(plan.facts) - set(plan.unknown), unknown=set(plan.unknown))
        trace.goals = {goal.name for goal in plan.goals}
        trace.confirmed = {step.name for step in plan.steps}
        trace.tells = {
            tell.name for tell in plan.tells
        }  # the closing words that may come before a hand-off are no call
        assert fewest_calls(plan, trace) == plan.minimum_calls(), task.index
        searched += 1
    assert searched >= TASKS // 8


def fewest_calls(plan: Plan, trace: Trace) -> int:
    frontier, seen, calls = [frozenset[str]()], set(), 0
    while True:
        following = []
        for done in frontier:
            trace.done = dict.fromkeys(done, 0)
            trace.groups = {step.group for step in plan.steps if step.name in done and step.group}
            found = moves(plan, trace)
            if found[0].kind == "close":
                return calls
            for move in found:
                if move.step is not None and (grown := done | {move.step.name}) not in seen:
                    seen.add(grown)
                    following.append(grown)
        assert following, "the plan cannot be finished"
        frontier, calls = following, calls + 1


def test_the_oracle_calls_no_more_than_the_minimum(world: World, oracle_runs: list[Trajectory]) -> None:
    for trajectory in oracle_runs:
        episode = Episode(trajectory.task)
        episode.start()
        minimum = episode.plan.minimum_calls()
        withdrawn = sum(step.required for step in episode.plan.steps) - minimum
        episode.close()
        calls = sum(
            '"error"' not in (message["content"] or "")
            for turn in trajectory.turns
            for message in turn.results
            if message["role"] == "tool"
        )
        calls += sum(act.startswith(ACT) for act in trajectory.acts)  # what the user did when asked, but for its slips
        calls -= sum(event.deed is not None for event in episode.plan.events)
        passed = sum(one.frame.agent != other.frame.agent for one, other in pairwise(trajectory.turns))
        due = sum(world.tool_map[step.tool].kind == "transfer" for step in episode.plan.steps)
        back = max(0, passed - due)  # who is asked for the next thing depends on who did the last one
        if trajectory.task.tool_view.get("mode") != "json":
            assert minimum - 2 <= calls <= minimum + withdrawn + back, trajectory.task.index


def test_a_foreign_write_scores_zero(world: World, oracle_runs: list[Trajectory]) -> None:
    """A row that the task has nothing to do with is changed before the end."""
    for trajectory in oracle_runs:
        episode = Episode(trajectory.task)
        need = episode.start()
        table, row = next(
            (name, rows[0])
            for (name,) in episode.state._database.connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
            if (rows := episode.state.rows(f"SELECT * FROM {name} ORDER BY id"))
            and (name, rows[0]["id"]) not in episode.plan.expected
        )
        column = next(name for name, value in row.items() if name != "id" and isinstance(value, str))
        episode.state.update(table, row["id"], **{column: f"{row[column]}!"})
        while not isinstance(need, Done):
            need = episode.send(episode.oracle())
        assert not need.trajectory.outcome.gates.untouched, trajectory.task.index
        assert need.trajectory.outcome.reward == 0


def test_the_oracle_never_uses_a_value_it_could_not_know(oracle_runs: list[Trajectory]) -> None:
    assert not [t.task.index for t in oracle_runs if {"M06", "M07", "M02"} & set(t.mistakes)]


_HASH = """
import hashlib, itertools, sys
sys.path.insert(0, {here!r})
from test_matrix import play_oracle, tasks
from trajgym.gym_envs import registry
body = b"".join(play_oracle(task).encode() for task in itertools.islice(tasks(registry.load({world!r})), {count}))
print(hashlib.sha256(body).hexdigest())
"""


def test_same_transcripts_in_another_process_and_hash_seed(world: World, oracle_runs: list[Trajectory]) -> None:
    here = oracle_runs[:60]
    out = subprocess.run(
        [sys.executable, "-c", _HASH.format(here=os.path.dirname(__file__), world=world.name, count=len(here))],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": "77"},
    )
    assert out.returncode == 0, out.stderr
    assert out.stdout.strip() == hashlib.sha256(b"".join(run.encode() for run in here)).hexdigest()


def test_nothing_hidden_is_shown(oracle_runs: list[Trajectory]) -> None:
    """What only the plan knows (class, profile, attack target) never stands in what the agent sees."""
    for trajectory in oracle_runs:
        for turn in trajectory.turns:
            for marker in ("task_class", "oracle", "look_alike", "feasibility", "policy_forbidden"):
                assert marker not in turn.frame.system


def test_a_snapshot_goes_on_as_the_episode_would(world: World) -> None:
    for task in tasks(world, 40):
        episode = Episode(task)
        need = episode.start()
        for _ in range(2):
            if not isinstance(need, Done):
                need = episode.send(episode.oracle())
        if isinstance(need, Done):
            continue
        other = Episode.restore(episode.snapshot())
        ends = []
        for one in (episode, other):
            step = one.send(one.oracle())
            while not isinstance(step, Done):
                step = one.send(one.oracle())
            ends.append(step.trajectory.encode())
        assert ends[0] == ends[1]
