"""What a run with a model may cost, and what it has cost."""

from __future__ import annotations

from typing import Any

from trajgym.budget import NOTHING, UNIT, Budget, Prices, Spent
from trajgym.config import GenerateConfig
from trajgym.journal import Journal

ROLES = ("teacher", "user")
"""Who makes paid calls in a run."""


def prices_of(config: GenerateConfig) -> dict[str, Prices]:
    """The prices of each role's model."""
    return {"teacher": Prices.per_million(*config.prices), "user": Prices.per_million(*config.user_prices)}


def priced(config: GenerateConfig) -> bool:
    """Can anybody say what tokens cost?"""
    return bool(config.prices or config.user_prices)


def open_budget(config: GenerateConfig, journal: Journal | None) -> Budget | None:
    """The walls that `config` asks for, with what the run has spent before (`journal`: None for one that has not begun); None when it
    asks for none, since a wall takes time at every call."""
    if config.max_cost is None and config.max_total_tokens is None:
        return None
    noted, paid = (journal.spent(), _paid(config, journal)) if journal else (NOTHING, NOTHING)
    spent = Spent(max(noted.tokens, paid.tokens), max(noted.cost, paid.cost))
    return Budget(config.max_total_tokens, config.max_cost, spent, journal.note_spent if journal else None)


def spending(config: GenerateConfig, journal: Journal, budget: Budget | None) -> dict[str, Any]:
    """What the run has used in all so far: ``tokens``, and ``cost`` (None without prices) in the currency of the prices."""
    spent = budget.spent if budget else _paid(config, journal)
    return {"tokens": spent.tokens, "cost": spent.cost / UNIT if priced(config) else None}


def _paid(config: GenerateConfig, journal: Journal) -> Spent:
    """What the replies in the journal cost at today's prices."""
    used = {role: journal.usage(role) for role in ROLES}
    prices = prices_of(config)
    return Spent(sum(map(sum, used.values())), sum(prices[role].cost(*used[role]) for role in ROLES))
