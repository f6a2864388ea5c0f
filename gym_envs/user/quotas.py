"""Quotas: so many tasks at least in a cell of behaviour, which is a level of some dimensions, in some worlds or in any.

They come with a target (see `trajgym.gym_envs.user.targets`). Each world that can hold a cell takes an equal part of its quota.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import accumulate, combinations
from typing import Any, NamedTuple

from trajgym.config import did_you_mean
from trajgym.errors import TrajgymError
from trajgym.gym_envs.user.design import regions
from trajgym.gym_envs.user.dims import FORBIDDEN, cell_pairs, check_level
from trajgym.gym_envs.user.space import BIT, SEARCH_ORDER, Space, bits_of, space
from trajgym.gym_envs.world import World
from trajgym.seeding import Rng
from trajgym.task import TASK_CLASSES

_SHAPE = 'It is like {"levels": {"tone": "angry", "channel": "sms"}, "worlds": ["retail_desk"], "at_least": 25}.'


class Cell(NamedTuple):
    """A quota as it is used: `levels` as bits, and how many tasks each world takes (by name)."""

    levels: int
    parts: Mapping[str, int]

    def holds(self, world: str, row: int) -> bool:
        """Does a row of the world lie in the cell?"""
        return world in self.parts and row & self.levels == self.levels


def check_quotas(quotas: Any, where: str = "") -> None:
    """Raises TrajgymError, after `where`, unless `quotas` is a list of quotas whose dimensions act and have the levels."""
    if not isinstance(quotas, list):
        raise TrajgymError(f"{where}quotas: It is no list.", _SHAPE)
    for number, quota in enumerate(quotas):
        place = f"{where}quotas[{number}]"
        if not isinstance(quota, dict):
            raise TrajgymError(f"{place}: It is no quota.", _SHAPE)
        for name in quota:
            if name not in ("levels", "worlds", "at_least"):
                hint = did_you_mean(str(name), ("levels", "worlds", "at_least"))
                raise TrajgymError(f"{place}: There is no {name!r} in a quota.", hint)
        _check_levels(quota.get("levels"), f"{place}.levels")
        worlds = quota.get("worlds", [])
        if not isinstance(worlds, list) or not all(isinstance(world, str) for world in worlds):
            raise TrajgymError(f"{place}.worlds: It is no list of worlds.", _SHAPE)
        least = quota.get("at_least")
        if isinstance(least, bool) or not isinstance(least, int) or least < 1:
            raise TrajgymError(f"{place}.at_least: {least!r} is no number of tasks.", "It is a whole number from 1 on.")


def _check_levels(levels: Any, place: str) -> None:
    if not isinstance(levels, dict) or not levels:
        raise TrajgymError(f"{place}: It names no level.", _SHAPE)
    for name, level in levels.items():
        check_level(name, level, f"{place}: ")


def words(quota: Mapping[str, Any]) -> str:
    """The cell of a quota as it is told."""
    levels = ", ".join(f"{name}={level}" for name, level in quota["levels"].items())
    return f"{levels} in {', '.join(quota['worlds'])}" if quota.get("worlds") else levels


def cell_of(quota: Mapping[str, Any], worlds: Sequence[World]) -> Cell:
    """The cell of a quota in a run of `worlds`. Raises TrajgymError, with the reason, when none of them can hold it."""
    names = [world.name for world in worlds]
    for name in quota.get("worlds", ()):
        if name not in names:
            raise TrajgymError(
                f"The quota for {words(quota)}: {name} is no world of the run.", did_you_mean(name, names)
            )
    levels = sum(BIT[cell] for cell in quota["levels"].items())
    asked = [world for world in worlds if world.name in (quota.get("worlds") or names)]
    able = [world.name for world in asked if classes_of(world, levels)]
    if not able:
        raise TrajgymError(
            f"The quota for {words(quota)} cannot be met: {_why(quota['levels'], asked)}.", "See docs/users.md."
        )
    each, rest = divmod(quota["at_least"], len(able))
    return Cell(levels, {name: each + (number < rest) for number, name in enumerate(able)})


def classes_of(world: World, levels: int) -> list[str]:
    """The task classes in which a world can hold `levels` together."""
    home = space(world)
    return [name for name in TASK_CLASSES if name in world.classes and any(home.fits(levels, regions(world, name)))]


def _why(levels: Mapping[str, str], worlds: Sequence[World]) -> str:
    """Why none of `worlds` can hold `levels` together, in words."""
    for left, right, why in FORBIDDEN:
        for (a, la), (b, lb) in cell_pairs(left, right):
            if levels.get(a) == la and levels.get(b) == lb:
                return f"{a}={la} never goes with {b}={lb} ({why})"
    whose = "no world of the run has" if len(worlds) > 1 else f"{worlds[0].name} does not have"
    for count in (1, 2):
        for some in combinations(levels.items(), count):
            if not any(classes_of(world, sum(BIT[cell] for cell in some)) for world in worlds):
                return f"{whose} {' together with '.join(f'{name}={level}' for name, level in some)}"
    return f"{whose} all of it together"


def row_within(home: Space, inside: Sequence[int], levels: int, rng: Rng, weights: Sequence[float]) -> int:
    """A valid row with `levels` in one of the regions `inside`; each other level comes as often as its weight says, where it can."""
    allowed = rng.choice(list(home.fits(levels, inside)))
    for mask in SEARCH_ORDER:
        domain = bits_of(allowed & mask)
        while True:
            sums = list(accumulate(weights[number] for number in domain))
            at = bisect(sums, rng.random() * sums[-1]) if sums[-1] else rng.below(len(domain))
            left = home.settle(domain[at], mask, allowed)
            if left:
                allowed = left
                break
            del domain[at]
    return allowed
