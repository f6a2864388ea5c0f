"""More people to be: a model proposes personas, and what is new and fits goes into a file.

The file is the memory: it grows by what each reply brought before the next is asked for, so a run that was stopped goes on
and no reply is paid for twice.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from trajgym.errors import DiskTrouble, NothingKept
from trajgym.generators.client import ChatClient, Limits
from trajgym.generators.reply import parse_reply
from trajgym.gym_envs.user.crowd import Crowd, complaint, line_of, persona, read_people
from trajgym.gym_envs.user.people import VOICES
from trajgym.gym_envs.user.who import OLDEST, YOUNGEST
from trajgym.progress import Progress, Silent

_AT_ONCE = 20
"""People asked for in one reply."""
_SHOWN = 40
"""People of the file that the model is shown, so that it brings others."""
_TOKENS = 2048
_PATIENCE = 3
"""Replies without anybody new, in a row, after which no more are asked for."""
_SYSTEM = (
    "You invent people who write to a support desk: ordinary, and as different from each other as people are, in age, place and way "
    "of life. Answer with one JSON object a line and nothing else. Fields: name (a first name), age (a whole number from "
    f"{YOUNGEST} to {OLDEST}), place (a town), occupation (what follows I, in lower case and in the base form, as in: tune pianos), "
    f"voice (one of: {', '.join(VOICES)})."
)


@dataclass(slots=True)
class PeopleReport:
    """What an expansion came to. `refused`: people who were not taken, by the reason."""

    path: str
    asked: int
    already: int
    added: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def expand(
    path: str | Path, count: int, model: str, base_url: str | None = None, progress: Progress | None = None
) -> PeopleReport:
    """Let `model` propose people until the file at `path` holds `count`; it is made when missing.

    Raises TrajgymError for a file that does not hold personas, `NothingKept` when the model brings nobody, and as
    `trajgym.generators.client.ChatClient.send`.
    """
    crowd = read_people(path) if os.path.exists(path) and os.path.getsize(path) else Crowd()
    report = PeopleReport(str(path), count, len(crowd))
    if len(crowd) < count:
        asyncio.run(_expand(Path(path), crowd, report, model, base_url, progress or Silent()))
    if not len(crowd):
        refused = ", ".join(f"{number} x {why}" for why, number in report.refused.items()) or "no lines of JSON"
        raise NothingKept(f"The model {model} proposed nobody who could be taken: {refused}.", "Try another model.")
    return report


async def _expand(
    path: Path, crowd: Crowd, report: PeopleReport, model: str, base_url: str | None, progress: Progress
) -> None:
    client = ChatClient(model, base_url=base_url, limits=Limits())
    refused: Counter[str] = Counter()
    barren = 0
    try:
        while len(crowd) < report.asked and barren < _PATIENCE and not progress.stopping:
            body = _request(client, crowd, min(_AT_ONCE, report.asked - len(crowd)))
            reply = parse_reply((await client.send(f"people/{len(crowd)}/{barren}", body)).raw)
            report.calls += 1
            report.prompt_tokens += reply.usage.prompt_tokens
            report.completion_tokens += reply.usage.completion_tokens
            taken = _taken(reply.message["content"] or "", crowd, report.asked, refused)
            _append(path, taken)
            report.added += len(taken)
            barren = 0 if taken else barren + 1
            progress.update(len(crowd), report.asked, refused=sum(refused.values()))
    finally:
        await client.close()
    report.refused = dict(sorted(refused.items()))


def _request(client: ChatClient, crowd: Crowd, count: int) -> bytes:
    there = [f"{one.name}, {one.age}, {one.place}: {one.occupation}" for one in crowd.last(_SHOWN)]
    limit = "max_completion_tokens" if client.is_openai else "max_tokens"
    asked = orjson.dumps({"people": count, "unlike": there}).decode()
    messages = [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": asked}]
    return orjson.dumps({"model": client.model, "messages": messages, limit: _TOKENS})


def _taken(text: str, crowd: Crowd, wanted: int, refused: Counter[str]) -> list[bytes]:
    """The lines for those of a reply who are people and are new; the others are counted."""
    lines = []
    for line in text.splitlines():
        line = line.strip().removesuffix(",")
        if not line.startswith("{"):
            continue  # a fence, a bracket, a heading
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            refused["json"] += 1
            continue
        name, why = complaint(row)
        why = why and (name or "json")
        if not why and len(crowd) >= wanted:
            break
        why = why or crowd.add(persona(row))
        if why:
            refused[why] += 1
        else:
            lines.append(line_of(crowd.last(1)[0]))
    return lines


def _append(path: Path, lines: list[bytes]) -> None:
    try:
        with open(path, "ab") as file:
            file.write(b"".join(lines))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise DiskTrouble(f"The personas cannot be written to {path}: {what}.") from None
