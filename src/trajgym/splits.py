"""Train, dev and test: which of them a task belongs to, and what is held out of training.

A task's split follows from its place in its world's stream alone (world, seed, index), so it stays where it is when a run
grows, is repeated, plays the task at another level or comes to another machine. Whole things can be held out besides: a world,
a tool view, a policy, a profile. What they cover is in test, wherever it would be otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trajgym.config import did_you_mean
from trajgym.errors import TrajgymError
from trajgym.seeding import digest
from trajgym.task import Task

SPLITS = ("train", "dev", "test")
SHARES = (90, 5, 5)
"""Of train, dev and test."""

HELD_OUT_IN = "test"


def split_of(task: Task, shares: Sequence[int] = SHARES) -> str:
    """``train``, ``dev`` or ``test``, in the proportion of `shares`.

    Equal shares give equal answers, always. Greater shares of dev and test take tasks from train only, never from each other.
    """
    total = sum(shares)
    _, dev, test = shares
    point = int.from_bytes(digest("split", task.world, task.seed, task.index)[:8]) * total >> 64
    if point < test:
        return "test"
    return "dev" if point >= total - dev else "train"


@dataclass(frozen=True, slots=True)
class HoldOut:
    """One thing that is kept out of training: `what` is world, view, policy or profile, see `HOLD_OUTS`."""

    what: str
    value: str

    def __str__(self) -> str:
        return f"{self.what}={self.value}"

    def covers(self, task: Task) -> bool:
        if self.what == "world":
            return task.world == self.value
        view = str(task.tool_view.get("view", 0))
        if self.what == "view":
            return view == self.value
        if self.what == "policy":
            return f"{task.level}.{view}" == self.value
        levels = (part.split(":") for part in self.value.split("+"))
        return all(task.profile.get(name) == level for name, level in levels)


HOLD_OUTS = {
    "world": "world=NAME",
    "view": "view=NUMBER (how tools are shown)",
    "policy": "policy=LEVEL.VIEW (the rules' constants vary with both)",
    "profile": "profile=DIMENSION:LEVEL, joined by + for users who are all of it",
}
"""What can be held out, and how it is written."""


@dataclass(frozen=True, slots=True)
class Splitting:
    """How an export is split. The default puts all tasks into train."""

    shares: tuple[int, int, int] = (100, 0, 0)
    hold_outs: tuple[HoldOut, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """The splits that something shall be in."""
        there = {name for name, share in zip(SPLITS, self.shares, strict=True) if share}
        if self.hold_outs:
            there.add(HELD_OUT_IN)
        return tuple(name for name in SPLITS if name in there)

    @property
    def splits(self) -> bool:
        """Is anything to be kept apart?"""
        return self.wanted != ("train",)

    def place(self, task: Task) -> tuple[str, list[str]]:
        """The task's split, and the hold-outs that cover it."""
        covering = [str(hold_out) for hold_out in self.hold_outs if hold_out.covers(task)]
        return (HELD_OUT_IN if covering else split_of(task, self.shares)), covering


def parse_hold_outs(words: Iterable[str], known: Mapping[str, Sequence[str]]) -> tuple[HoldOut, ...]:
    """Hold-outs from ``world=bank_ops``, ``view=3``, ``policy=2.7`` and ``profile=surface:typos+patience:low_hangup``.

    `known` has the values that there are of each kind. Raises TrajgymError for one that there is not.
    """
    return tuple(_parse(word, known) for word in dict.fromkeys(words))


def _parse(word: str, known: Mapping[str, Sequence[str]]) -> HoldOut:
    what, equals, value = word.partition("=")
    if what not in HOLD_OUTS:
        raise TrajgymError(f"{word!r} cannot be held out: there is no {what!r}.", did_you_mean(what, HOLD_OUTS))
    if not equals or not value:
        raise TrajgymError(f"{word!r} names nothing to hold out.", f"Write {HOLD_OUTS[what]}.")
    for part in value.split("+") if what == "profile" else [value]:
        if part not in known[what]:
            raise TrajgymError(f"{word!r} holds nothing out: there is no {what} {part!r}.", _guess(part, known[what]))
    return HoldOut(what, value)


def _guess(word: str, known: Sequence[str]) -> str:
    hint = did_you_mean(word, known)
    shown = 12
    return f"Known: {', '.join(known[:shown])} ..." if hint.startswith("Known") and len(known) > shown else hint
