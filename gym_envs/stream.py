"""The tasks of a run, by number: those of its worlds' own streams, dealt in turn, and among them tasks for triples of levels
that the run still lacks.

With the target ``mixed`` all but every `EVERY`-th task is for missing triples, in whichever world can hold them, until each triple
that is valid in one of the worlds is planned; quotas come before. With any other target the mixture is what was asked for, and all
tasks are those of the worlds' own streams.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trajgym.gym_envs.filling import Adding
from trajgym.gym_envs.missing import Missing
from trajgym.gym_envs.tasks import make_task, quota_places
from trajgym.gym_envs.user.targets import MIXED, Target
from trajgym.gym_envs.world import World
from trajgym.task import Task

EVERY = 5
"""One of so many tasks is of a world's own stream as long as triples are missing."""
FIRST_FOR_TRIPLES = 1 << 31
"""The index of the first task for triples: beyond those of any world's stream."""


class Stream:
    """Task `number` is a function of (worlds, seed, number, level, target), however many are made and in which order."""

    def __init__(self, worlds: Sequence[World], seed: int, level: int | None = None, target: Target = MIXED) -> None:
        self._worlds = worlds
        self._seed = seed
        self._level = level
        self._target = target
        self._adds = target.key == MIXED.key and all(world.listed(seed, 0) is None for world in worlds)
        self._adding: Adding | None = None
        self._start = max(self._behind_quotas(turn) for turn in range(len(worlds))) if self._adds else 0

    def _behind_quotas(self, turn: int) -> int:
        places = quota_places(self._worlds[turn], self._seed, self._target)
        return max(places) * len(self._worlds) + turn + 1 if places else 0

    def task(self, number: int) -> Task:
        """Task `number` of the run."""
        block, position = divmod(max(0, number - self._start), EVERY)
        before = block * (EVERY - 1) + max(0, position - 1)
        wanted = before + (position > 0)
        self._add_up_to(wanted)
        found = self._adding.found if self._adding else []
        if position and len(found) >= wanted:
            return found[before]
        return self._own(number - min(before, len(found)))

    def _own(self, number: int) -> Task:
        """Task `number` of those that the worlds deal in turn."""
        index, turn = divmod(number, len(self._worlds))
        return make_task(self._worlds[turn], self._seed, index, self._level, self._target)

    def _add_up_to(self, wanted: int) -> None:
        """Find the first `wanted` tasks for triples, or all."""
        if not self._adds or not wanted:
            return
        adding = self._adding or self._begin()
        while adding.open and len(adding.found) < wanted:
            block, position = divmod(len(adding.found), EVERY - 1)
            if not position:
                adding.count(self._own(self._start + block))
            task = None
            while adding.open and task is None:
                name = adding.turn(adding.classes)
                task = adding.for_triple(name) if name in adding.open else adding.drawn(name)

    def _begin(self) -> Adding:
        adding = self._adding = Adding(self._worlds, Missing(self._worlds), self._seed, self._level, FIRST_FOR_TRIPLES)
        for number in range(self._start):
            adding.count(self._own(number))
        return adding


def tasks(worlds: Sequence[World], n: int, seed: int, level: int | None = None) -> Iterator[tuple[int, Task]]:
    """The first `n` tasks of a run with their numbers."""
    stream = Stream(worlds, seed, level)
    return ((number, stream.task(number)) for number in range(n))
