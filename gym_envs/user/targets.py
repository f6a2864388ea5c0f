"""Which mixture of behaviour the drawn profiles follow: a name, or percentages for levels from a file."""

from __future__ import annotations

import json
import math
from bisect import bisect
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from trajgym.chat import canonical
from trajgym.config import TARGETS, did_you_mean
from trajgym.errors import TrajgymError
from trajgym.gym_envs.user.design import REAL_LIKE, regions
from trajgym.gym_envs.user.dims import check_dimension, check_level
from trajgym.gym_envs.user.quotas import Cell, check_quotas
from trajgym.gym_envs.user.space import CELLS, SEARCH_ORDER, bits_of, space
from trajgym.gym_envs.world import World
from trajgym.seeding import Rng

Shares = dict[str, dict[str, float]]
"""Dimension -> level -> how often it is wanted, in percent (any positive numbers will do)."""


class Target:
    """A mixture of behaviour. `key` names it in streams; `weights`: for each level how often it is wanted; of two lists each
    serves half of the profiles. `cells`: what of it comes before all else (see `trajgym.gym_envs.user.quotas`)."""

    def __init__(self, key: str, *weights: list[float], cells: Sequence[Cell] = ()) -> None:
        self.key = key
        self.weights = weights
        self.cells = cells


def _weights(shares: Mapping[str, Mapping[str, float]]) -> list[float]:
    return [shares[name].get(level, 0.0) for name, level in CELLS]


_EVEN = [1.0] * len(CELLS)
MIXED = Target("mixed", _weights(REAL_LIKE), _EVEN)
_NAMED = {"mixed": MIXED, "uniform": Target("uniform", _EVEN), "real-like": Target("real-like", _weights(REAL_LIKE))}
assert tuple(_NAMED) == TARGETS


def target_of(asked: str | Shares, cells: Sequence[Cell] = ()) -> Target:
    """The target that a configuration names. Dimensions that `asked` leaves out are as in ``real-like``."""
    mixture = _NAMED[asked] if isinstance(asked, str) else _from_shares(canonical(asked))
    return Target(mixture.key, *mixture.weights, cells=cells) if cells else mixture


@lru_cache(maxsize=64)
def _from_shares(key: bytes) -> Target:
    return Target(key.decode(), _weights(REAL_LIKE | json.loads(key)))


def read_target(asked: str) -> dict[str, Any]:
    """The settings (``target`` and ``quotas``) that ``--target`` says: a name, or what the JSON file of that name holds.

    Raises TrajgymError when it is neither, or not a target: see `split_target`.
    """
    if asked in TARGETS:
        return {"target": asked}
    try:
        held = json.loads(Path(asked).read_text("utf-8"))
    except FileNotFoundError:
        hint = did_you_mean(asked, TARGETS)
        raise TrajgymError(f"There is no target {asked!r}, and no file of that name.", hint) from None
    except (OSError, UnicodeDecodeError) as error:
        said = (error.strerror or str(error)).lower() if isinstance(error, OSError) else "it is not UTF-8 text"
        raise TrajgymError(f"The target file {asked} cannot be read: {said}.", "") from None
    except json.JSONDecodeError as error:
        raise TrajgymError(f"{asked}:{error.lineno}: This is not JSON: {error.msg.lower()}.", _SHAPE) from None
    return split_target(held, f"{asked}: ")


def split_target(held: Any, where: str = "") -> dict[str, Any]:
    """The settings ``target`` and ``quotas`` out of what a target file holds; without shares the target is ``mixed``.

    Raises TrajgymError, after `where`, for what is no mixture or no quota.
    """
    quotas = held.get("quotas", []) if isinstance(held, dict) else []
    shares = {name: levels for name, levels in held.items() if name != "quotas"} if isinstance(held, dict) else held
    check_quotas(quotas, where)
    if not shares and quotas:
        return {"target": "mixed", "quotas": quotas}
    check_shares(shares, where)
    target = {name: {level: float(share) for level, share in levels.items()} for name, levels in shares.items()}
    return {"target": target, "quotas": quotas}


_SHAPE = 'It is an object like {"ending": {"explicit_thanks": 60, "silent_stop": 40}}.'


def check_shares(shares: Any, where: str = "") -> None:
    """Raises TrajgymError, after `where`, unless `shares` are numbers for levels of dimensions, not all of them 0."""
    if not isinstance(shares, dict):
        raise TrajgymError(f"{where}This is no target distribution.", _SHAPE)
    for name, levels in shares.items():
        check_dimension(name, where)
        if not isinstance(levels, dict):
            raise TrajgymError(f"{where}{name}: It has no levels.", _SHAPE)
        for level, share in levels.items():
            check_level(name, level, where)
            if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share < math.inf:
                raise TrajgymError(f"{where}{name}.{level}: {share!r} is no share.", "A share is 0 or more.")
        if not sum(levels.values()):
            raise TrajgymError(f"{where}{name}: No level of it is wanted.", "Leave it out, or give one a share.")


@lru_cache(maxsize=4096)
def _wheel(domain: int, target: Target, which: int) -> tuple[list[float], list[int]]:
    """Running sums of the weights of the levels in `domain`, and their numbers. Levels of which none is wanted, but one has
    to be, come evenly."""
    numbers = bits_of(domain)
    weights = [target.weights[which][number] for number in numbers]
    return list(accumulate(weights if sum(weights) else [1.0] * len(numbers))), numbers


def draw(world: World, task_class: str, rng: Rng, target: Target = MIXED) -> int:
    """A valid row of the class."""
    home, inside = space(world), regions(world, task_class)
    clash = home.clash
    two = len(target.weights) > 1
    while True:
        allowed = inside[rng.below(len(inside))]
        which = 0 if not two or rng.chance(0.5) else 1
        for mask in SEARCH_ORDER:
            domain = allowed & mask
            if not domain:
                break  # a dead end, which is rare: draw again
            if domain & (domain - 1):
                sums, numbers = _wheel(domain, target, which)
                number = numbers[bisect(sums, rng.random() * sums[-1])]
            else:
                number = domain.bit_length() - 1
            allowed = allowed & ~mask & ~clash[number] | 1 << number
        else:
            return allowed
