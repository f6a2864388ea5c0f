"""One episode, from its task to a trajectory with pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from trajgym.chat import Message
from trajgym.generators.branching import Brancher, make_pairs, pair_from_mistake, usable_mistakes
from trajgym.generators.reply import Reply
from trajgym.gym_envs.episode import Done, Episode, Need, NeedWords
from trajgym.gym_envs.user.who import Persona, persona_of
from trajgym.ledger import call_key
from trajgym.seeding import Rng
from trajgym.task import Task
from trajgym.trajectory import Pair, Trajectory, Usage

if TYPE_CHECKING:  # it brings the `openai` package, which takes a second to load
    from trajgym.generators.user_words import UserModel

_CUT = ("length", "content_filter")
"""Finish reasons of a message that is not whole: it is played as it is, and nobody shall learn it."""


class Policy(Protocol):
    """A teacher in one episode."""

    async def reply(self, messages: list[Any], tools: list[Any], key: str) -> Reply: ...


class Teacher(Protocol):
    """Who plays. `kind`: scripted or model. `instant`: replies cost nothing and never wait."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def instant(self) -> bool: ...

    def open(self, task: Task, episode: Episode) -> Policy: ...

    async def close(self) -> None: ...


async def rollout(
    task: Task,
    sample: int,
    teacher: Teacher,
    pairs_wanted: int,
    user: UserModel | None = None,
    people: Sequence[Persona] = (),
) -> tuple[Trajectory, list[Pair]]:
    """Play `task` once and make up to `pairs_wanted` pairs out of it. `user`: who words what the user says; `people`: one of whom
    it is.

    Raises what the teacher raises; then nothing of the episode stands (its replies do, in the ledger).
    """
    name = user.name if user is not None else ""
    who = persona_of(task, people) if people else None
    episode = Episode(task, sample=sample, teacher=teacher.name, kind=teacher.kind, user=name, persona=who)
    try:
        need: Need | Done = episode.start()
        policy = teacher.open(task, episode)
        brancher = Brancher(episode, pairs_wanted) if pairs_wanted else None
        usage = Usage()
        sent: list[Message] = []
        said: list[str] = []
        while not isinstance(need, Done):
            if isinstance(need, NeedWords):
                assert user is not None
                words, voice = await user.say(need, f"{task.id}/{sample}/main/{need.turn}/user", usage)
                need = episode.words(words, voice)
                said.append(episode.history[-1]["content"] or "")
                continue
            if brancher is not None:
                brancher.look(episode)
            key = call_key(task.id, sample, "main", need.turn, "teacher")
            reply = await policy.reply(need.messages, need.tools, key)
            usage.calls += reply.usage.calls
            usage.prompt_tokens += reply.usage.prompt_tokens
            usage.completion_tokens += reply.usage.completion_tokens
            sent.append(reply.message)
            need = episode.send(reply.message)
            if reply.finish_reason in _CUT:
                episode.turns[-1].weight = 0
    finally:
        episode.close()
    trajectory = need.trajectory
    trajectory.usage = usage
    if brancher is None:
        return trajectory, []
    return trajectory, _pairs(trajectory, sent, said, brancher, pairs_wanted)


def _pairs(trajectory: Trajectory, sent: list[Message], said: list[str], brancher: Brancher, wanted: int) -> list[Pair]:
    """The teacher's own mistakes first; operators fill the rest."""
    mistakes = usable_mistakes(trajectory)
    pairs: list[Pair] = []
    if mistakes:
        for turn in Rng(trajectory.id, "mistakes").sample(mistakes, len(mistakes)):
            pair = pair_from_mistake(trajectory, sent, turn, len(pairs), said) if len(pairs) < wanted else None
            if pair is not None:
                pairs.append(pair)
    if len(pairs) < wanted:
        chosen_from = "oracle" if trajectory.teacher["kind"] == "scripted" else "teacher"
        more = make_pairs(trajectory, brancher.found, chosen_from)[: wanted - len(pairs)]
        for pair in more:
            pair.id = f"{trajectory.id}-p{len(pairs)}"
            pairs.append(pair)
    return pairs
