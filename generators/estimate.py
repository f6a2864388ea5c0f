"""What a run with a model will need, before anything is spent."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson

from trajgym.budget import UNIT
from trajgym.config import GenerateConfig
from trajgym.generators.costs import ROLES, open_budget, priced, prices_of
from trajgym.generators.engine import Work
from trajgym.gym_envs.episode import TEMPLATE, Done, Episode, Need, NeedWords
from trajgym.journal import Journal, Rows

_PLAYED = 20
"""Rollouts that an estimate plays."""
_BYTES = 4
"""Of a token, about, in English and in JSON."""
_AROUND = 800
"""Bytes of a request for the user's words, besides what is said."""


@dataclass(slots=True)
class Estimate:
    """What `rollouts` will need: calls, and tokens of prompts and of replies, of each role that a model plays. `cost` is in the
    currency of the prices, None without prices; `cost_left` and `tokens_left` are what the run's limits leave, None without."""

    rollouts: int
    calls: dict[str, int]
    prompt_tokens: dict[str, int]
    completion_tokens: dict[str, int]
    cost: float | None
    cost_left: float | None
    tokens_left: int | None

    @property
    def tokens(self) -> int:
        """Of all calls together."""
        return sum(self.prompt_tokens.values()) + sum(self.completion_tokens.values())

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in (*self.__slots__, "tokens")}


def estimate(config: GenerateConfig, journal: Journal | None) -> Estimate | None:
    """What the rollouts that the run still lacks will need (`journal`: None for a run that has not begun), after the first of them
    as the expert plays them: a model that errs needs more, one that thinks aloud much more. None where no expert can play.
    """
    work = Work(config, journal.extra_tasks() if journal else [])
    done = journal.done() if journal else Rows(())
    rollouts = work.rollouts - len(done)
    counts = {role: [0, 0, 0] for role in ROLES}
    sample = list(islice(work.pending(done), _PLAYED)) if config.paid else []
    if sample and not all(world.planned for world in work.worlds):
        return None
    for number, _ in sample:
        _play(Episode(work.task(number), user=config.user_model), counts)
    if config.teacher == "scripted":
        counts["teacher"] = [0, 0, 0]
    scaled = {role: [round(n * rollouts / max(1, len(sample))) for n in numbers] for role, numbers in counts.items()}
    calls, prompts, completions = ({role: scaled[role][at] for role in ROLES if scaled[role][0]} for at in range(3))
    prices = prices_of(config)
    cost = sum(prices[role].cost(prompts[role], completions[role]) for role in calls) / UNIT
    budget = open_budget(config, journal)
    tokens_left, cost_left = budget.left if budget else (None, None)
    return Estimate(
        rollouts,
        calls,
        prompts,
        completions,
        cost if priced(config) else None,
        None if cost_left is None else cost_left / UNIT,
        tokens_left,
    )


def _play(episode: Episode, counts: dict[str, list[int]]) -> None:
    """Add to `counts` the calls, and the tokens of requests and replies, of an episode as the expert plays it."""
    need: Need | Done = episode.start()
    while not isinstance(need, Done):
        if isinstance(need, NeedWords):
            _count(counts["user"], _AROUND + len(need.heard) + len(need.draft), len(need.draft))
            need = episode.words(need.draft, TEMPLATE)
            continue
        request = orjson.dumps([need.messages, need.tools])
        reply = episode.oracle()
        _count(counts["teacher"], len(request), len(orjson.dumps(reply)))
        need = episode.send(reply)


def _count(numbers: list[int], prompt_bytes: int, completion_bytes: int) -> None:
    for at, more in enumerate((1, prompt_bytes // _BYTES, completion_bytes // _BYTES)):
        numbers[at] += more
