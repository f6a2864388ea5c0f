"""proof: played again in a fresh world, the episode goes the same way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from trajgym.filters.contract import KEPT, Decision, Filter, Row

_DIFFERS = Decision(False, "proof")
_RECORDED = Decision(False, "proof:recorded")


@dataclass
class Proof(Filter[Row]):
    """Builds the world of the task anew, plays the recorded assistant messages and user words, and compares every tool
    message byte for byte, system prompts, tools and the final digest.

    The reason is ``proof``; where a row differs, `trajgym.gym_envs.replay.replay` says in words. Rows of worlds that cannot
    be replayed are dropped with the reason ``proof:recorded``, unless `recorded` asks for them.
    """

    name = "proof"
    order = 40

    recorded: bool = False

    def judge(self, rows: Iterable[Row]) -> Iterator[Decision]:
        from trajgym.gym_envs.replay import replay  # here, so that naming the filters loads no world

        kept_recorded = KEPT if self.recorded else _RECORDED
        for row in rows:
            shown = row.trajectory
            if shown.id != f"{shown.task.id}-{shown.sample}":
                yield _DIFFERS  # not the recipe that was played: what it says of a world may not be true
            elif shown.proof == "recorded":
                yield kept_recorded
            else:
                yield KEPT if replay(shown) is None else _DIFFERS
