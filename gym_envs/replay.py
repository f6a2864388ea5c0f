"""The proof: an episode's actions and recorded user words, played to a fresh world of the same task.

Every tool message must come out the same to the byte, what the agent was given must be what the task gives, and the backend
must end in the same digest. The recorded words are replayed, not made again: words that a model wrote cannot be.
"""

from __future__ import annotations

import ast

from trajgym.chat import Message, dumps, parse_arguments, tool_call_id, tool_result
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.dispatch import MAX_CALLS, TOO_MANY, run_tool
from trajgym.gym_envs.episode import make_plan, parse_json_mode
from trajgym.gym_envs.registry import load
from trajgym.gym_envs.world import World
from trajgym.task import Task
from trajgym.trajectory import Trajectory, Turn

_INVALID_JSON = '{"error":{"code":"invalid_json"'
_QUOTES = "The arguments are not a JSON object: "

Calls = list[tuple[str, str]]
"""(tool name, arguments as text)"""


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
        for number, turn in enumerate(trajectory.turns):
            difference = _play(world, task, state, turn, trajectory.id, number)
            if difference:
                return f"turn {number}: {difference}"
        if state.digest() != trajectory.digest:
            return "the final digest differs"
    finally:
        state.close()
    return _unfinished(trajectory, world) or None


def _play(world: World, task: Task, state: Backend, turn: Turn, episode: str, number: int) -> str:
    """Play one turn; how its record differs, or nothing."""
    frame = world.frame(task)
    if turn.frame is not frame and turn.frame.key != frame.key:
        return "the system prompt or the tools differ"
    json_mode = task.tool_view.get("mode") == "json"
    calls = _json_calls(turn) if json_mode else _native_calls(turn, episode, number)
    if calls is None:
        return "the ids of the calls differ"
    shown = world.shown_names(task)
    answers: Calls = []
    for position, (name, text) in enumerate(calls):
        if position >= MAX_CALLS:
            answers.append(TOO_MANY[::2])
            continue
        unparsed = None if json_mode or text != "{}" or name not in shown else _unparsed(state, turn, position)
        answers.append(unparsed or run_tool(world, task, state, shown, name, parse_arguments(text), text)[::2])
    return _program_differs(turn, answers) if json_mode else _tools_differ(turn, answers)


def _unparsed(state: Backend, turn: Turn, position: int) -> tuple[str, str] | None:
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
    return content, "invalid_json"


def _native_calls(turn: Turn, episode: str, number: int) -> Calls | None:
    calls = turn.message.get("tool_calls", [])
    for position, call in enumerate(calls):
        if call["id"] != tool_call_id(episode, number, position):
            return None
    return [(call["function"]["name"], call["function"]["arguments"]) for call in calls]


def _json_calls(turn: Turn) -> Calls:
    return [(name, dumps(args)) for name, args in parse_json_mode(turn.message).calls]


def _program_differs(turn: Turn, answers: Calls) -> str:
    """JSON-in-content mode: only failures are answered."""
    failures = "\n".join(content for content, error in answers if error)
    if not failures:
        return ""
    recorded = turn.results[0] if turn.results else None
    return "" if recorded == {"role": "user", "content": failures} else "the program's answer differs"


def _tools_differ(turn: Turn, answers: Calls) -> str:
    messages = [m for m in turn.results if m["role"] == "tool"]
    if len(messages) != len(answers):
        return f"{len(answers)} calls have {len(messages)} tool messages"
    for position, ((content, _), call) in enumerate(zip(answers, turn.message.get("tool_calls", []), strict=True)):
        if turn.results[position] != tool_result(call["id"], call["function"]["name"], content):
            return f"tool message {position} differs"
    return ""


def _unfinished(trajectory: Trajectory, world: World) -> str:
    """Whether the record stops where the episode stopped: every act of the user has its message, the right number of
    turns was played, a hand-off is the last call."""
    turns, acts, ending = trajectory.turns, trajectory.acts, trajectory.outcome.ending
    heard = sum(_is_user(m) for m in trajectory.opening) + sum(_is_user(m) for t in turns for m in t.results)
    silent = bool(acts) and acts[-1] == "stop"  # who leaves without a word leaves no message
    last = f"turn {len(turns) - 1}: "
    if heard != len(acts) - silent:
        return f"{last}the user acted {len(acts)} times and has {heard} messages"
    if ending == "truncated" and len(turns) != world.max_turns:
        return f"{last}the limit of turns is not reached"
    if ending.startswith("handed_off:"):
        called = [call["function"]["name"] for call in turns[-1].message.get("tool_calls", ())] if turns else []
        if ending.partition(":")[2] not in called:
            return f"{last}the hand-off is missing"
    return ""


def _is_user(message: Message) -> bool:
    return message["role"] == "user"
