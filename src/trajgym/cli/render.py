"""A trajectory as a person reads it."""

from __future__ import annotations

from typing import Any

import orjson
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from trajgym.chat import Message
from trajgym.cli.output import visible
from trajgym.gym_envs.user.who import Persona, persona_of
from trajgym.journal import Decided
from trajgym.trajectory import Frame, Pair, Trajectory, Turn
from trajgym.verdict import MISTAKES

_LONGEST = 1200
"""Characters of one tool answer or system prompt that are shown."""


def transcript(
    number: int, trajectory: Trajectory, pairs: list[Pair], decisions: list[tuple[str, Decided]], *, full: bool = False
) -> Group:
    """The episode of task `number` of a run, from the task to the verdict. `full` shows long prompts and tool answers whole."""
    parts: list[RenderableType] = [_head(number, trajectory)]
    frame: Frame | None = None
    for place, turn in enumerate(trajectory.turns):
        if turn.frame is not frame:
            frame = turn.frame
            parts += _frame(frame, full)
        if place == 0:
            parts += [_message(m, full) for m in trajectory.opening]
        parts += _turn(place, turn, full)
    if not trajectory.turns:
        parts += [_message(m, full) for m in trajectory.opening]
    parts += [Rule(style="dim"), _verdict(trajectory, decisions)]
    parts += [_pair(pair, full) for pair in pairs]
    return Group(*parts)


def _head(number: int, trajectory: Trajectory) -> Text:
    task = trajectory.task
    text = Text()
    text.append(visible(trajectory.id), "bold")
    text.append(f"  task {number}, sample {trajectory.sample}\n")
    teacher = f"{trajectory.teacher['name']} ({trajectory.teacher['kind']})"
    text.append(visible(f"{task.world}, level {task.level}, {task.task_class}, teacher {teacher}\n"))
    if task.profile:
        dims = (f"{dim}={level}" for dim, level in task.profile.items())
        text.append(visible(f"user: {', '.join(dims)}\n"), "dim")
    theirs = trajectory.user.get("persona")
    text.append(visible(f"persona: {Persona(**theirs) if theirs else persona_of(task)}\n"), "dim")
    if task.faults:
        text.append(visible(f"faults: {orjson.dumps(task.faults).decode()}\n"), "dim")
    return text


def _frame(frame: Frame, full: bool) -> list[RenderableType]:
    names = ", ".join(tool["function"]["name"] for tool in frame.tools) or "none"
    return [
        Rule(visible(f"agent {frame.agent}"), style="dim", align="left"),
        Text(_cut(frame.system, full), "dim"),
        Text(visible(f"tools: {names}\n"), "dim"),
    ]


def _turn(number: int, turn: Turn, full: bool) -> list[RenderableType]:
    parts: list[RenderableType] = [_message(turn.message, full, f"[{number}] ", turn.weight)]
    for verdict in turn.verdicts:
        where = f" (call {verdict.call})" if verdict.call >= 0 else ""
        words = f"✗ {verdict.code} {MISTAKES.get(verdict.code, '')}{where}: {verdict.evidence}"
        parts.append(Padding(Text(visible(words), "bold red"), (0, 0, 0, 4)))
    return parts + [_message(m, full) for m in turn.results]


_STYLES = {"user": "bold green", "assistant": "bold cyan", "tool": "yellow"}


def _message(message: Message, full: bool, before: str = "", weight: int = 1) -> Text:
    role = message["role"]
    name = f" {message['name']}" if role == "tool" and message.get("name") else ""
    text = Text()
    text.append(f"{before}{role}{visible(name)}: ", _STYLES.get(role, ""))
    if not weight:
        text.append("(not trained on) ", "dim")
    content = message.get("content")
    if content:
        text.append(_cut(content, full) if role == "tool" else visible(content), "dim" if role == "tool" else "")
    for call in message.get("tool_calls", ()):
        function = call["function"]
        text.append("\n    → " if content or len(message["tool_calls"]) > 1 else "→ ", "cyan")
        text.append(visible(f"{function['name']}({function['arguments']})"), "cyan")
    return text


def _verdict(trajectory: Trajectory, decisions: list[tuple[str, Decided]]) -> Text:
    outcome = trajectory.outcome
    text = Text()
    text.append(f"reward {outcome.reward}", "bold green" if outcome.reward else "bold red")
    text.append(visible(f"  ended by {outcome.ending}, {trajectory.proof}"))
    failed = outcome.gates.failed()
    if failed:
        text.append(
            visible(f"\ngates that do not hold: {', '.join(failed)}; blame: {outcome.blame or 'nobody'}"), "red"
        )
    for why in outcome.why:
        text.append(visible(f"\n- {why}"))
    dropped = [(name, d) for name, d in decisions if not d.keep]
    if dropped:
        name, decided = dropped[0]
        text.append(visible(f"\ndropped by {name}: {decided.reason}"), "red")
    elif decisions:
        text.append(f"\nkept by {len(decisions)} filters", "green")
    return text


def _pair(pair: Pair, full: bool) -> Group:
    title = f"pair at [{pair.turn}]: {pair.code} {MISTAKES.get(pair.code, '')}"
    return Group(
        Rule(visible(title), style="dim", align="left"),
        Text(visible(f"{pair.evidence} (chosen from {pair.chosen_from}, rejected from {pair.rejected_from})"), "dim"),
        Text.assemble(("chosen   ", "bold green"), _message(pair.chosen, full)),
        Text.assemble(("rejected ", "bold red"), _message(pair.rejected, full)),
    )


def _cut(text: str, full: bool) -> str:
    text = visible(text)
    if full or len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… ({len(text) - _LONGEST} more characters; --full shows them)"


def as_json(trajectory: Trajectory, pairs: list[Pair], decisions: list[tuple[str, Decided]]) -> dict[str, Any]:
    return {
        "trajectory": trajectory.to_json(),
        "frames": {key: orjson.loads(frame.body) for key, frame in trajectory.frames().items()},
        "pairs": [orjson.loads(pair.encode()) for pair in pairs],
        "decisions": [{"filter": name, "keep": d.keep, "reason": d.reason, "score": d.score} for name, d in decisions],
    }
