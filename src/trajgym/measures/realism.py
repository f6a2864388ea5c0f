"""How a set of conversations looks, and how far from another: shares of bins, distances, and a distribution of behaviour
that would look like the other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trajgym.measures.signs import FEATURES, Talk

_ROUNDS = 500
"""Rounds of the fit; it has settled long before."""


class Realism:
    """Counts conversations by the bins of each feature. Memory does not grow with their number."""

    def __init__(self) -> None:
        self.talks = 0
        self._bins: dict[str, Counter[str]] = {feature.name: Counter() for feature in FEATURES}
        self._by_level: dict[str, dict[str, Counter[str]]] = {
            feature.dimension: {} for feature in FEATURES if feature.dimension
        }

    def add(self, turns: Sequence[tuple[str, str]], levels: Mapping[str, str] | None = None) -> None:
        """Count a conversation (see `Talk`); one in which no user says anything counts for nothing. `levels`: those at which
        the user was, of the dimensions that showed, where that is known."""
        if not any(role == "user" for role, _ in turns):
            return
        talk = Talk(turns)
        self.talks += 1
        for feature in FEATURES:
            found = feature.bin_of(talk)
            self._bins[feature.name][found] += 1
            if levels and feature.dimension in levels:
                level = levels[feature.dimension]
                self._by_level[feature.dimension].setdefault(level, Counter())[found] += 1

    def report(self) -> dict[str, Any]:
        """For each feature, the share of conversations in each bin; and how many conversations there were."""
        return {"conversations": self.talks, "features": {f.name: self.shares(f.name) for f in FEATURES}}

    def shares(self, feature: str) -> dict[str, float]:
        counts = self._bins[feature]
        bins = next(f.bins for f in FEATURES if f.name == feature)
        return {name: round(counts[name] / max(self.talks, 1), 4) for name in bins}

    def distances(self, reference: Realism) -> dict[str, float]:
        """For each feature the Jensen-Shannon distance to `reference`: 0 when its shares are the same, 1 when no bin is
        used by both."""
        return {
            f.name: round(
                jensen_shannon(list(self.shares(f.name).values()), list(reference.shares(f.name).values())), 4
            )
            for f in FEATURES
        }

    def propose(self, reference: Realism, prior: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
        """How often each level should come, in percent, for conversations like ours to look like `reference`: for each
        dimension of `prior` that a feature shows. Levels that ours never had keep their share of `prior`, and levels that
        look alike share as they do there."""
        proposed = {}
        for feature in FEATURES:
            seen = self._by_level.get(feature.dimension, {})
            start = prior.get(feature.dimension)
            if start and any(level in seen for level in start):
                proposed[feature.dimension] = _fit(reference.shares(feature.name), seen, start)
        return proposed


def jensen_shannon(p: Sequence[float], q: Sequence[float]) -> float:
    """The square root of the divergence to base 2, which is a metric."""
    p, q = _normal(p), _normal(q)
    middle = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    return math.sqrt(max((_divergence(p, middle) + _divergence(q, middle)) / 2, 0.0))


def _normal(shares: Sequence[float]) -> list[float]:
    total = sum(shares)
    return [share / total for share in shares] if total else [1 / len(shares)] * len(shares)


def _divergence(p: Iterable[float], q: Iterable[float]) -> float:
    return sum(a * math.log2(a / b) for a, b in zip(p, q, strict=True) if a > 0)


def _fit(wanted: Mapping[str, float], seen: Mapping[str, Counter[str]], prior: Mapping[str, float]) -> dict[str, float]:
    """Weights of levels under which the bins come out as `wanted`: by expectation maximisation from `prior`, with the
    shares of bins that each level was seen in."""
    looks = {
        level: {name: count / seen[level].total() for name, count in seen[level].items()}
        for level in prior
        if level in seen
    }
    unseen = {level: share for level, share in prior.items() if level not in looks}
    weights = {level: max(prior[level], 0.1) for level in looks}
    total = sum(weights.values())
    weights = {level: weight / total for level, weight in weights.items()}
    for _ in range(_ROUNDS):
        bins = {name: sum(weights[level] * looks[level].get(name, 0.0) for level in looks) for name in wanted}
        weights = {
            level: weight * sum(wanted[name] * share / bins[name] for name, share in looks[level].items() if bins[name])
            for level, weight in weights.items()
        }
        total = sum(weights.values()) or 1.0
        weights = {level: weight / total for level, weight in weights.items()}
    left = 100 - 100 * sum(unseen.values()) / sum(prior.values())
    percent = {level: 100 * share / sum(prior.values()) for level, share in unseen.items()}
    percent |= {level: left * weight for level, weight in weights.items()}
    return {level: round(percent[level], 1) for level in prior}
