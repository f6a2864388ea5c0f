"""The proof: an episode's actions and recorded user words, played to a fresh world of the same task.

Every tool message must come out the same to the byte, what the agent was given must be what the task gives, and the backend
must end in the same digest. The recorded words are replayed, not made again: words that a model wrote cannot be.
"""

from __future__ import annotations

from trajgym.chat import dumps, parse_arguments, tool_call_id
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.dispatch import run_tool
from trajgym.gym_envs.episode import MAX_CALLS, make_plan, parse_json_mode
from trajgym.gym_envs.registry import load
from trajgym.trajectory import Trajectory, Turn

_INVALID_JSON = '{"error":{"code":"invalid_json"'


def replay(trajectory: Trajectory) -> str | None:
    """None when the trajectory is proved; else where it differs ("turn 3: tool message 0 differs")."""
    task = trajectory.task
    world = load(task.world)
    if task.version != world.version:
        return f"world version {task.version}, this is {world.version}"
    if trajectory.id != f"{task.id}-{trajectory.sample}":
        return "the id is not the task's"
    frame = world.frame(task)
    shown = world.shown_names(task)
    json_mode = task.tool_view.get("mode") == "json"
    state = world.build(task)
    try:
        if task.task_class == "inject":
            for planted in make_plan(world, state, task).planted:
                state.plant(*planted)
        for number, turn in enumerate(trajectory.turns):
            if turn.frame is not frame and turn.frame.key != frame.key:
                return f"turn {number}: the system prompt or the tools differ"
            calls = _json_calls(turn) if json_mode else _native_calls(turn, trajectory.id, number)
            if calls is None:
                return f"turn {number}: the ids of the calls differ"
            answers = [
                _unparsed(state, turn, position)
                or run_tool(world, task, state, shown, name, parse_arguments(text), text)[::2]
                for position, (name, text) in enumerate(calls[:MAX_CALLS])
            ]
            difference = _differs(turn, answers, json_mode)
            if difference:
                return f"turn {number}: {difference}"
        return None if state.digest() == trajectory.digest else "the final digest differs"
    finally:
        state.close()


def _unparsed(state: Backend, turn: Turn, position: int) -> tuple[str, str] | None:
    """A call whose arguments did not parse stands in the history as ``{}``; its answer, an error that quotes the raw
    text, is taken as recorded (no tool ran)."""
    recorded = turn.results[position] if position < len(turn.results) else None
    if recorded is None or recorded["role"] != "tool" or not (recorded["content"] or "").startswith(_INVALID_JSON):
        return None
    state.clock += 1
    return recorded["content"] or "", "invalid_json"


def _native_calls(turn: Turn, episode: str, number: int) -> list[tuple[str, str]] | None:
    calls = turn.message.get("tool_calls", [])
    for position, call in enumerate(calls):
        if call["id"] != tool_call_id(episode, number, position):
            return None
    return [(call["function"]["name"], call["function"]["arguments"]) for call in calls]


def _json_calls(turn: Turn) -> list[tuple[str, str]]:
    return [(name, dumps(args)) for name, args in parse_json_mode(turn.message).calls]


def _differs(turn: Turn, answers: list[tuple[str, str]], json_mode: bool) -> str:
    if json_mode:
        failures = "\n".join(content for content, error in answers if error)
        recorded = turn.results[0]["content"] if failures and turn.results else failures
        return "" if failures == (recorded or "") else "the program's answer differs"
    messages = [m for m in turn.results if m["role"] == "tool"]
    if len(messages) < len(answers):
        return "a tool message is missing"
    ids = [call["id"] for call in turn.message.get("tool_calls", [])]
    for position, ((content, _), message) in enumerate(zip(answers, messages, strict=False)):
        if message["content"] != content or message.get("tool_call_id") != ids[position]:
            return f"tool message {position} differs"
    return ""
