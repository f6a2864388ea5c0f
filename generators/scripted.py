"""The scripted teacher: plays the oracle, worded by templates. It needs no key and no network."""

from __future__ import annotations

from typing import Any

from trajgym.generators.reply import Reply
from trajgym.gym_envs.episode import Episode
from trajgym.task import Task
from trajgym.trajectory import Usage


class ScriptedTeacher:
    """Plays every episode as the expert would. Its rows are labelled ``scripted``."""

    name = "scripted"
    kind = "scripted"
    instant = True

    def open(self, task: Task, episode: Episode) -> ScriptedPolicy:
        return ScriptedPolicy(episode)

    async def close(self) -> None:
        """It holds nothing."""


class ScriptedPolicy:
    """The expert in one episode."""

    __slots__ = ("_episode",)

    def __init__(self, episode: Episode) -> None:
        self._episode = episode

    async def reply(self, messages: list[Any], tools: list[Any], key: str) -> Reply:
        return Reply(self._episode.oracle(), b"", "stop", Usage())
