"""Which profiles a world's tasks get: a covering array for each task class first, then draws that look like real users.

The rows of `covering_rows` hold every pair of levels that can occur in the class, in as few tasks as a greedy search finds.
After them, `draw` takes half of its rows from what real users seem to be like (`REAL_LIKE`) and half evenly.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from trajgym.gym_envs.user.dims import ACTING, DIMENSIONS, Levels
from trajgym.gym_envs.user.space import BIT, CELLS, DIMENSION_BITS, SEARCH_ORDER, Space, bits_of, space
from trajgym.gym_envs.world import World
from trajgym.seeding import Rng

_DOABLE: Levels = {"feasibility": ("doable",), "pressure": ("none",)}
_ASKED_OPENINGS = ("underspecified", "vague")
_OTHER_OPENINGS = ("full_spec", "wrong_topic_first", "greeting_only")

REGIONS: dict[str, tuple[Levels, ...]] = {
    "act": (
        {
            **_DOABLE,
            "opening": _OTHER_OPENINGS,
            "info_giving": ("front_loaded", "one_per_turn", "wrong_then_right"),
        },
    ),
    "ask_first": (
        {**_DOABLE, "opening": _ASKED_OPENINGS},
        {**_DOABLE, "opening": _OTHER_OPENINGS, "info_giving": ("only_when_asked", "dont_know")},
    ),
    "answer_no_tool": ({"feasibility": ("no_tool_needed",)},),
    "refuse_policy": ({"feasibility": ("policy_forbidden",)},),
    "infeasible": ({"feasibility": ("out_of_scope", "missing_tool", "impossible_state")},),
    "recover": (_DOABLE,),
    "inject": ({"feasibility": ("doable",), "pressure": ("injected_content",)},),
}
"""Where a task class lies among the profiles: in one of its regions (which do not overlap), each the levels that its
dimensions may have. It is `trajgym.gym_envs.user.dims.task_class` the other way round."""

REAL_LIKE: dict[str, dict[str, float]] = {
    "goal_structure": {
        "single": 55,
        "multi_parallel": 25,
        "multi_sequential": 8,
        "conditional": 5,
        "aggregate_compare": 5,
        "standing_rule": 2,
    },
    "opening": {"full_spec": 40, "underspecified": 30, "vague": 15, "wrong_topic_first": 5, "greeting_only": 10},
    "info_giving": {
        "front_loaded": 45,
        "one_per_turn": 20,
        "only_when_asked": 20,
        "wrong_then_right": 7,
        "dont_know": 8,
    },
    "patience": {"high": 45, "medium": 35, "low_hangup": 10, "repeats_demand": 10},
    "verbosity": {"one_word": 5, "terse": 30, "normal": 45, "rambling": 15, "pasted_wall": 5},
    "surface": {
        "clean": 40,
        "typos": 20,
        "sms_lowercase": 22,
        "asr_disfluent": 5,
        "emoji_slang": 8,
        "code_switch": 5,
    },
    "cooperation": {"cooperative": 76, "guarded": 7, "evasive": 6, "contradictory": 4, "hostile": 7},
    "mind_change": {
        "none": 76,
        "arg_change_pre": 10,
        "arg_change_post_write": 4,
        "goal_switch": 5,
        "cancel_all": 5,
    },
    "correction": {"none": 78, "self_correct": 9, "corrects_agent_rightly": 7, "corrects_agent_wrongly": 6},
    "interruption": {"none": 78, "aside_then_back": 8, "offtopic_chitchat": 7, "new_intent_midway": 7},
    "ambiguity": {
        "none": 60,
        "two_entities": 11,
        "relative_time": 10,
        "pronoun_ref": 8,
        "implicit_goal": 7,
        "unit_or_format": 4,
    },
    "knowledge_error": {"none": 84, "wrong_id": 6, "outdated_fact": 5, "false_premise": 5},
    "feasibility": {
        "doable": 77,
        "no_tool_needed": 8,
        "out_of_scope": 3,
        "missing_tool": 2,
        "policy_forbidden": 8,
        "impossible_state": 2,
    },
    "pressure": {
        "none": 70,
        "insists": 15,
        "authority_claim": 5,
        "emotional_appeal": 7,
        "social_engineering": 3,
        "injected_content": 4,
    },
    "confirmation": {
        "auto_yes": 70,
        "asks_summary": 8,
        "wants_silence": 10,
        "denies_then_accepts": 7,
        "never_confirms": 5,
    },
    "user_actions": {"none": 50, "must_act": 36, "acts_wrong": 8, "refuses_to_act": 6},
    "multi_party": {"single": 84, "relays_third_party": 7, "two_speakers": 5, "handoff_expected": 4},
    "ending": {"explicit_thanks": 60, "silent_stop": 25, "reopens": 10, "asks_for_human": 5},
}
"""How often real users seem to be so, in percent: an estimate (missing information as in NoisyToolBench, the rest by
judgement), good for a mixture and nothing more."""

_CANDIDATES = 4
"""Rows tried for each row of a covering array; more make it a little shorter and slower to find."""


@lru_cache(maxsize=512)
def regions(world: World, task_class: str) -> tuple[int, ...]:
    """The regions of a class in a world, as sets of levels; those that hold no valid row are left out."""
    home = space(world)
    found = []
    for region in REGIONS[task_class]:
        allowed = home.levels
        for name, levels in region.items():
            allowed &= ~DIMENSION_BITS[name] | sum(BIT[name, level] for level in levels)
        if home.find(allowed):
            found.append(allowed)
    return tuple(found)


@lru_cache(maxsize=512)
def covering_rows(world: World, task_class: str) -> tuple[int, ...]:
    """Valid rows of a class that hold every pair of levels that occurs in it; none when the class cannot occur."""
    home, inside = space(world), regions(world, task_class)
    uncovered = _pairs(home, inside)
    rng = Rng("covering", task_class)
    rows: list[int] = []
    while any(uncovered):
        candidates = [_candidate(home, inside, uncovered, rng) for _ in range(_CANDIDATES)]
        row = max(candidates, key=lambda row: _gain(row, uncovered))
        for number in bits_of(row):
            uncovered[number] &= ~row
        rows.append(row)
    return tuple(rows)


def _pairs(home: Space, inside: tuple[int, ...]) -> list[int]:
    """For each level, the levels of other dimensions that it occurs with."""
    partners = [0] * len(CELLS)
    for region in inside:
        for a in bits_of(region):
            beside = home.within(1 << a, region) & ~(1 << a)
            for b in bits_of(beside & ~partners[a]):
                if partners[a] >> b & 1:
                    continue  # another pair's row has shown it by now
                row = home.find(home.within(1 << a | 1 << b, region))
                for number in bits_of(row):
                    partners[number] |= row & ~(1 << number)
    return partners


def _gain(row: int, uncovered: list[int]) -> int:
    return sum((uncovered[number] & row).bit_count() for number in bits_of(row))


def _candidate(home: Space, inside: tuple[int, ...], uncovered: list[int], rng: Rng) -> int:
    """A row that starts from a pair still to be covered, and takes at each further dimension the level that covers most."""
    a = _fullest(range(len(CELLS)), uncovered, rng)
    b = _fullest(bits_of(uncovered[a]), uncovered, rng)
    allowed = next(left for left in (home.within(1 << a | 1 << b, region) for region in inside) if home.find(left))
    row = 1 << a | 1 << b
    order = [mask for mask in SEARCH_ORDER if not mask & row]
    rng.shuffle(order)
    for mask in order:
        levels = bits_of(allowed & mask)
        scores = {number: (uncovered[number] & row).bit_count() + rng.random() for number in levels}
        for number in sorted(levels, key=scores.__getitem__, reverse=True):
            left = home.within(1 << number, allowed)
            if not home.clash[number] & allowed or home.find(left):  # what rules nothing out leaves a row
                allowed = left
                row |= 1 << number
                break
    return row


def _fullest(numbers: Sequence[int], uncovered: list[int], rng: Rng) -> int:
    """One of the levels `numbers` that are part of most uncovered pairs."""
    counts = [uncovered[number].bit_count() for number in numbers]
    most = max(counts)
    return rng.choice([number for number, count in zip(numbers, counts, strict=True) if count == most])


_WEIGHTS = [REAL_LIKE[name][level] for name, level in CELLS]
_EVEN = [1.0] * len(CELLS)


@lru_cache(maxsize=2048)
def _wheel(domain: int, real_like: bool) -> tuple[list[float], list[int]]:
    """Running sums of the weights of the levels in `domain`, and their numbers."""
    numbers = bits_of(domain)
    weights = _WEIGHTS if real_like else _EVEN
    return list(accumulate(weights[number] for number in numbers)), numbers


def draw(world: World, task_class: str, rng: Rng) -> int:
    """A valid row of the class."""
    home, inside = space(world), regions(world, task_class)
    clash = home.clash
    while True:
        allowed = inside[rng.below(len(inside))]
        real_like = rng.chance(0.5)
        for mask in SEARCH_ORDER:
            domain = allowed & mask
            if not domain:
                break  # a dead end, which is rare: draw again
            if domain & (domain - 1):
                sums, numbers = _wheel(domain, real_like)
                number = numbers[bisect(sums, rng.random() * sums[-1])]
            else:
                number = domain.bit_length() - 1
            allowed = allowed & ~mask & ~clash[number] | 1 << number
        else:
            return allowed


assert all(set(REAL_LIKE[name]) == set(DIMENSIONS[name].levels) for name in ACTING)
