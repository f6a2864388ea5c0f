"""User behaviour covered, broken down: by world, by task class and by mistake, and what is missing.

`Behaviour` counts as rows go by, in memory that does not grow with them; `report` is what ``trajgym coverage`` shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from trajgym.gym_envs.coverage import STAGES, Coverage, Tuples, add_valid_pairs, shown_row, valid_tuples
from trajgym.gym_envs.user.design import regions
from trajgym.gym_envs.user.dims import Profile
from trajgym.gym_envs.user.quotas import cell_of
from trajgym.gym_envs.user.space import CELLS, bits_of, row_of
from trajgym.gym_envs.world import World

NAMED = 100
"""Missing pairs, and missing triples, that a report names; the others are counted."""

STAGE_LOST = {"planned": "never planned", "reached": "planned, never shown", "kept": "shown, never kept"}
"""The first stage that a missing combination does not reach -> that in words."""


class _Class:
    """Levels and pairs of levels in the tasks of one class; triples would be spread too thin to mean anything."""

    def __init__(self, worlds: Sequence[World], task_class: str) -> None:
        self.valid = Tuples()
        for world in worlds:
            if task_class in world.classes:
                add_valid_pairs(self.valid, world, regions(world, task_class))
        self.found = {stage: Tuples() for stage in STAGES}

    def report(self) -> dict[str, dict[str, int]]:
        counts = {"valid": self.valid.count(self.valid)}
        counts |= {stage: self.found[stage].count(self.valid) for stage in STAGES}
        return {size: {name: found[size] for name, found in counts.items()} for size in ("levels", "pairs")}


class _Mistake(NamedTuple):
    """Preference pairs with one mistake, and the levels of behaviour beside which they came: [made, kept]."""

    pairs: list[int]
    levels: list[int]


class Behaviour:
    """Counts tasks and trajectories of `worlds`. Each task class and each mistake is counted against the levels that can
    occur with it, so that no cell of the table stays empty unseen. `quotas` are those of the run."""

    def __init__(self, worlds: Sequence[World], quotas: Sequence[Mapping[str, Any]] = ()) -> None:
        self._worlds = list(worlds)
        self._by_world = {world.name: Coverage([world]) for world in worlds}
        classes = dict.fromkeys(name for world in worlds for name in world.classes)
        self._by_class = {name: _Class(worlds, name) for name in classes}
        self._by_mistake: dict[str, _Mistake] = {}
        self._quotas = [(cell_of(quota, worlds), {**quota, **dict.fromkeys(STAGES, 0)}) for quota in quotas]

    def plan(self, world: str, task_class: str, profile: Profile) -> None:
        """Count a task."""
        self._count("planned", world, task_class, row_of(profile))

    def add(
        self,
        world: str,
        task_class: str,
        profile: Profile,
        reached: Collection[str],
        kept: bool,
        codes: Collection[str],
    ) -> None:
        """Count a trajectory of a task that `plan` has counted. `codes`: the mistakes of its preference pairs, with a ``+``
        behind those of pairs that are kept."""
        row = shown_row(profile, reached)
        self._count("reached", world, task_class, row)
        if kept:
            self._count("kept", world, task_class, row)
        for code in codes:
            found = self._by_mistake.setdefault(code.rstrip("+"), _Mistake([0, 0], [0, 0]))
            for place in range(1 + code.endswith("+")):
                found.pairs[place] += 1
                found.levels[place] |= row

    def _count(self, stage: str, world: str, task_class: str, row: int) -> None:
        self._by_world[world].count(stage, row)
        self._by_class[task_class].found[stage].add_pairs(row)
        for cell, found in self._quotas:
            found[stage] += cell.holds(world, row)

    def report(self, filtered: bool = True) -> dict[str, Any]:
        """What `Coverage.report` gives, and ``worlds``, ``task_classes``, ``mistakes``, ``quotas`` and ``gaps``: what is missing of what
        should be kept, or shown as long as the rows are not `filtered`."""
        total = Coverage([])
        for coverage in self._by_world.values():
            total.join(coverage)
        worlds = {name: coverage.report() for name, coverage in self._by_world.items()}
        return {
            **total.report(),
            "worlds": {name: {k: v for k, v in found.items() if k != "dimensions"} for name, found in worlds.items()},
            "task_classes": {name: found.report() for name, found in self._by_class.items()},
            "mistakes": {code: _mistake(found, total) for code, found in sorted(self._by_mistake.items())},
            "quotas": [found for _, found in self._quotas],
            "gaps": self._gaps(total, STAGES if filtered else STAGES[:2]),
        }

    def _gaps(self, total: Coverage, stages: Sequence[str]) -> dict[str, Any]:
        valid, last = total.valid, total.found[stages[-1]]
        counts = {stage: total.found[stage].count(valid) for stage in stages}
        possible = {world.name: valid_tuples(world) for world in self._worlds}
        gaps: dict[str, Any] = {"stage": stages[-1]}
        for size, found in (("pairs", _missing_pairs(valid, last)), ("triples", _missing_triples(valid, last))):
            before = valid.count(valid)[size]
            lost = {}
            for stage in stages:
                lost[stage] = before - counts[stage][size]
                before = counts[stage][size]
            first = [_gap(cells, total, stages, possible) for cells in islice(found, NAMED)]
            gaps[size] = {"missing": sum(lost.values()), "lost": lost, "first": first}
        return gaps


def _mistake(found: _Mistake, total: Coverage) -> dict[str, Any]:
    (made, kept), (beside_made, beside_kept) = found
    valid = total.valid.levels
    return {
        "made": made,
        "kept": kept,
        "levels": {
            "valid": valid.bit_count(),
            "reached": (beside_made & valid).bit_count(),
            "kept": (beside_kept & valid).bit_count(),
        },
        "never_beside": [_level(number) for number in bits_of(valid & ~beside_kept)],
    }


def _missing_pairs(valid: Tuples, found: Tuples) -> Iterator[tuple[int, ...]]:
    for a in bits_of(valid.levels):
        for b in bits_of((valid.pairs[a] & ~found.pairs[a]) >> a << a):
            if b != a:
                yield a, b


def _missing_triples(valid: Tuples, found: Tuples) -> Iterator[tuple[int, ...]]:
    for a in bits_of(valid.levels):
        for b in bits_of(valid.pairs[a] >> a + 1 << a + 1):
            for c in bits_of((valid.beside(a, b) & ~found.beside(a, b)) >> b + 1 << b + 1):
                yield a, b, c


def _gap(cells: tuple[int, ...], total: Coverage, stages: Sequence[str], possible: dict[str, Tuples]) -> dict[str, Any]:
    return {
        "levels": [_level(number) for number in cells],
        "lost": next(stage for stage in stages if not _holds(total.found[stage], cells)),
        "worlds": [name for name, found in possible.items() if _holds(found, cells)],
    }


def _holds(found: Tuples, cells: tuple[int, ...]) -> bool:
    a, b, *rest = cells
    return bool((found.beside(a, b) if rest else found.pairs[a]) >> (rest[0] if rest else b) & 1)


def _level(number: int) -> str:
    return "=".join(CELLS[number])
