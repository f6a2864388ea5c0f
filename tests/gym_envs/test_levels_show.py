"""Wherever a level of user behaviour is valid, it shows in the transcript: in each world, class and kind of impossibility."""

from __future__ import annotations

import pytest
from worlds_tested import FEW

from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.tasks import extra_task, shares
from trajgym.gym_envs.user.design import REGIONS, regions
from trajgym.gym_envs.user.quotas import row_within
from trajgym.gym_envs.user.space import BIT, CELLS, NEUTRAL_BITS, space
from trajgym.gym_envs.world import World
from trajgym.seeding import Rng
from trajgym.task import TASK_CLASSES

EVENLY = [1.0] * len(CELLS)
TRIES = 4
"""Profiles tried for a level: a short text message may have no room for one thing more, so one of them has to show it."""


def kinds(name: str) -> list[int]:
    """The levels that tell the kinds of a class apart, one after another: each shows in its own way."""
    only = REGIONS[name][0]["feasibility"]
    return [BIT["feasibility", level] for level in only]


def shown(world: World, name: str, kind: int, number: int) -> bool | None:
    """Does level `number` show in one of a few episodes? None where it cannot be."""
    home, levels = space(world), kind | 1 << number
    inside = regions(world, name)
    if not any(home.fits(levels, inside)):
        return None
    rng = Rng("levels", world.name, name, kind, number)
    for rank in range(TRIES):
        row = row_within(home, inside, levels, rng, EVENLY)
        episode = Episode(extra_task(world, 1, (1 << 33) + rank, None, name, rank, row))
        need = episode.start()
        while not isinstance(need, Done):
            need = episode.send(episode.oracle())
        assert need.trajectory.outcome.reward == 1, (need.trajectory.task, need.trajectory.outcome.why)
        if CELLS[number][0] in need.trajectory.reached:
            return True
    return False


@pytest.mark.parametrize("name", TASK_CLASSES)
@pytest.mark.parametrize("world", FEW)
def test_every_level_shows_where_it_is_valid(world: str, name: str) -> None:
    home = registry.load(world)
    if name not in shares(home):
        assert name not in home.classes or not regions(home, name)
        return
    wanted = [number for number in range(len(CELLS)) if not 1 << number & NEUTRAL_BITS]
    found = {
        (kind, number): shown(home, name, kind, number)
        for kind in kinds(name)
        for number in wanted
        if CELLS[number][0] != "feasibility"
    }
    assert any(found.values())
    assert [CELLS[number] for (_, number), seen in found.items() if seen is False] == []
