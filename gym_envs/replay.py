"""The proof: an episode's actions and recorded user words, played to a fresh world of the same task.

Every tool message must come out the same to the byte, what the agent was given must be what the task gives, and the backend
must end in the same digest. The recorded words are replayed, not made again: words that a model wrote cannot be.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from trajgym.chat import ToolCall, dumps, parse_arguments, tool_call_id, tool_result
from trajgym.gym_envs import deeds
from trajgym.gym_envs.actions import parse_json_mode
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.dispatch import MAX_CALLS, TOO_MANY, run_tool
from trajgym.gym_envs.planning import make_plan
from trajgym.gym_envs.registry import load
from trajgym.gym_envs.world import World
from trajgym.task import Task
from trajgym.trajectory import Trajectory, Turn

_INVALID_JSON = '{"error":{"code":"invalid_json"'
_QUOTES = "The arguments are not a JSON object: "

Run = Callable[[str, dict[str, Any] | None, str], tuple[str, str]]
"""Runs the tool of a name with arguments (None when they did not parse) and their text; what the tool message says, and the
error's code."""


def replay(trajectory: Trajectory) -> str | None:
    """None when the trajectory is proved; else where it differs ("turn 3: tool message 0 differs")."""
    task = trajectory.task
    world = load(task.world)
    if task.version != world.version:
        return f"world version {task.version}, this is {world.version}"
    if trajectory.id != f"{task.id}-{trajectory.sample}":
        return "the id is not the task's"
    state = world.build(task)
    try:
        if task.task_class == "inject":
            for planted in make_plan(world, state, task).planted:
                state.plant(*planted)
        difference = _play(world, task, state, trajectory)
        if difference:
            return difference
        if state.digest() != trajectory.digest:
            return "the final digest differs"
    finally:
        state.close()
    return _unfinished(trajectory, world) or None


def _play(world: World, task: Task, state: Backend, trajectory: Trajectory) -> str:
    """Play all turns; where the record differs first, or nothing."""
    shown = world.shown_names(task)
    frame = same = world.frame(task)
    to = ""  # the agent that a transfer names
    json_mode = task.tool_view.get("mode") == "json"
    episode = trajectory.id

    lens = world.lens(task)

    def run(name: str, args: dict[str, Any] | None, text: str) -> tuple[str, str]:
        nonlocal to
        if lens is not None:
            name, args = lens.inward(name, args)
        content, _, error = run_tool(world, task, state, shown, name, args, text)
        if error and lens is not None:
            content = lens.error(content)
        if not error and world.agents:
            to = world.tool_map[name].to or to
        return content, error

    acts = iter(trajectory.acts[sum(message["role"] == "user" for message in trajectory.opening) :])
    for number, turn in enumerate(trajectory.turns):
        if turn.frame is not same and turn.frame.key != frame.key:
            difference = "the system prompt or the tools differ"
        elif json_mode:
            difference = _play_program(run, turn)
        elif turn.message.get("tool_calls"):
            known = shown if lens is None else frozenset(lens.outward(name, None)[0] for name in shown)
            difference = _play_calls(run, state, known, turn, episode, number)
        else:
            difference = _tools_differ(turn, [], [])
        if world.user_tools and not difference:
            difference = _play_deeds(world, state, turn, acts)
        if difference:
            return f"turn {number}: {difference}"
        same = turn.frame
        if to:
            frame = same = world.frame(task, to)
            shown, to = world.shown_names(task, to), ""
    return ""


def _play_deeds(world: World, state: Backend, turn: Turn, acts: Iterator[str]) -> str:
    """Let the user do what the record says it did in answer to a turn; how its report differs, or nothing."""
    for message in turn.results:
        act = next(acts, "") if message["role"] == "user" else ""
        if act.startswith(deeds.ACT):
            seen = deeds.again(world, state, act)
            if seen is None or seen not in (message["content"] or ""):
                return "what the user did differs"
    return ""


def _play_calls(run: Run, state: Backend, shown: frozenset[str], turn: Turn, episode: str, number: int) -> str:
    """Run the native calls of a turn; how its record differs, or nothing."""
    calls = turn.message.get("tool_calls", [])
    for position, call in enumerate(calls):
        if call["id"] != tool_call_id(episode, number, position):
            return "the ids of the calls differ"
    answers: list[str] = []
    for position, call in enumerate(calls):
        if position >= MAX_CALLS:
            answers.append(TOO_MANY[0])
            continue
        function = call["function"]
        name, text = function["name"], function["arguments"]
        unparsed = _unparsed(state, turn, position) if text == "{}" and name in shown else None
        answers.append(unparsed or run(name, parse_arguments(text), text)[0])
    return _tools_differ(turn, calls, answers)


def _play_program(run: Run, turn: Turn) -> str:
    """Run the calls that a JSON-in-content answer asks for; only failures are answered."""
    failures = []
    for position, (name, args) in enumerate(parse_json_mode(turn.message).calls):
        content, error = run(name, args, "") if position < MAX_CALLS else TOO_MANY[::2]
        if error:
            failures.append(content)
    if not failures:
        return ""
    recorded = turn.results[0] if turn.results else None
    expected = {"role": "user", "content": "\n".join(failures)}
    return "" if recorded == expected else "the program's answer differs"


def _unparsed(state: Backend, turn: Turn, position: int) -> str | None:
    """A call whose arguments did not parse stands in the history as ``{}``; its answer, an error that quotes the raw
    text, is taken as recorded (no tool ran), if what it quotes is indeed no JSON object."""
    content = turn.results[position]["content"] or "" if position < len(turn.results) else ""
    if not content.startswith(_INVALID_JSON):
        return None
    body = parse_arguments(content) or {}
    said = body["error"].get("message")
    if not isinstance(said, str) or not said.startswith(_QUOTES) or dumps(body) != content:
        return None
    try:
        raw = ast.literal_eval(said[len(_QUOTES) : -1])
    except (SyntaxError, ValueError):
        return None
    if not isinstance(raw, str) or said != f"{_QUOTES}{raw!r}." or parse_arguments(raw) is not None:
        return None
    state.clock += 1
    return content


def _tools_differ(turn: Turn, calls: list[ToolCall], answers: list[str]) -> str:
    results = turn.results
    count = 0
    for message in results:
        if message["role"] == "tool":
            count += 1
    if count != len(answers):
        return f"{len(answers)} calls have {count} tool messages"
    for position, (content, call) in enumerate(zip(answers, calls, strict=True)):
        if results[position] != tool_result(call["id"], call["function"]["name"], content):
            return f"tool message {position} differs"
    return ""


def _unfinished(trajectory: Trajectory, world: World) -> str:
    """Whether the record stops where the episode stopped: every act of the user has its message, the right number of
    turns was played, a hand-off is the last call."""
    turns, acts, ending = trajectory.turns, trajectory.acts, trajectory.outcome.ending
    heard = 0
    for messages in (trajectory.opening, *[turn.results for turn in turns]):
        for message in messages:
            if message["role"] == "user":
                heard += 1
    silent = bool(acts) and acts[-1] == "stop"  # who leaves without a word leaves no message
    last = f"turn {len(turns) - 1}: "
    if heard != len(acts) - silent:
        return f"{last}the user acted {len(acts)} times and has {heard} messages"
    if ending == "truncated" and len(turns) != world.max_turns:
        return f"{last}the limit of turns is not reached"
    if ending.startswith("handed_off:"):
        called = [call["function"]["name"] for call in turns[-1].message.get("tool_calls", ())] if turns else []
        lens = world.lens(trajectory.task)
        called = called if lens is None else [lens.inward(name, None)[0] for name in called]
        if ending.partition(":")[2] not in called:
            return f"{last}the hand-off is missing"
    return ""
