"""Which profiles a world's tasks get: a covering array for each task class first, then draws that look like real users.

The rows of an `Array` hold every pair of levels that can occur in the class, in as few tasks as a greedy search finds. What
comes after them is in `trajgym.gym_envs.user.targets`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from trajgym.gym_envs.user.dims import DIMENSIONS, Levels
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
    "expertise": {"novice": 25, "average": 55, "expert_jargon": 12, "misconception": 8},
    "tone": {"neutral": 45, "warm": 18, "anxious": 10, "frustrated": 17, "angry": 6, "sarcastic": 4},
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
    "language": {"en_native": 68, "en_l2": 16, "es": 6, "de": 4, "zh": 3, "hi_latin": 3},
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
    "identity": {"verified_ok": 82, "partial_id": 8, "third_party": 5, "wrong_id_claim": 5},
    "confirmation": {
        "auto_yes": 70,
        "asks_summary": 8,
        "wants_silence": 10,
        "denies_then_accepts": 7,
        "never_confirms": 5,
    },
    "user_actions": {"none": 50, "must_act": 36, "acts_wrong": 8, "refuses_to_act": 6},
    "accessibility": {"none": 86, "screen_reader": 3, "plain_language": 5, "dyslexia": 3, "slow_pace": 3},
    "channel": {"chat": 64, "sms": 8, "email": 14, "voice": 8, "ticket": 4, "api_call": 2},
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


class Array:
    """The covering array of a class in a world, row by row: valid rows that hold every pair of levels that occurs in it, those
    that bring most first; none when the class cannot occur. Rows are found as they are asked for."""

    def __init__(self, world: World, task_class: str, seed: int) -> None:
        self._home, self._inside = space(world), regions(world, task_class)
        self._uncovered = partners(self._home, self._inside)
        self._rng = Rng("covering", world.name, task_class, seed)
        self._rows: list[int] = []
        self._whole = not any(self._uncovered)

    def row(self, k: int) -> int | None:
        """Row `k`; None behind the last one."""
        while k >= len(self._rows) and not self._whole:
            self._rows.append(self._next())
            self._whole = not any(self._uncovered)
        return self._rows[k] if k < len(self._rows) else None

    def __len__(self) -> int:
        """How many rows it has; all are found for it."""
        while self.row(len(self._rows)) is not None:
            pass
        return len(self._rows)

    def _next(self) -> int:
        uncovered = self._uncovered
        counts = [others.bit_count() for others in uncovered]
        candidates = [_candidate(self._home, self._inside, uncovered, counts, self._rng) for _ in range(_CANDIDATES)]
        row = max(candidates, key=lambda row: _gain(row, uncovered))
        for number in bits_of(row):
            uncovered[number] &= ~row
        return row


@lru_cache(maxsize=512)
def covering_array(world: World, task_class: str, seed: int) -> Array:
    """The array with which a stream of the world begins in a class."""
    return Array(world, task_class, seed)


def partners(home: Space, inside: Sequence[int]) -> list[int]:
    """For each level, the levels of other dimensions that it occurs with in the regions `inside`."""
    found = [0] * len(CELLS)
    for region in inside:
        for a in bits_of(region):
            allowed = home.within(1 << a, region)
            sure, doubtful = home.beside(allowed)
            found[a] |= sure & ~(1 << a)
            for b in bits_of(doubtful & ~found[a]):
                if home.find(home.within(1 << b, allowed)):
                    found[a] |= 1 << b
    return found


def _gain(row: int, uncovered: list[int]) -> int:
    return sum((uncovered[number] & row).bit_count() for number in bits_of(row))


def _candidate(home: Space, inside: tuple[int, ...], uncovered: list[int], counts: list[int], rng: Rng) -> int:
    """A row that starts from a pair still to be covered, and takes at each further dimension the level that covers most.
    `counts`: with how many levels each one is still to be covered."""
    a = _most(range(len(CELLS)), counts, rng)
    b = _most(bits_of(uncovered[a]), counts, rng)
    start = 1 << a | 1 << b
    allowed, row = next(home.fits(start, inside)), start
    order = [mask for mask in SEARCH_ORDER if not mask & start]
    rng.shuffle(order)
    for mask in order:
        allowed = _best(home, mask, allowed, row, uncovered, rng)
        row |= allowed & mask
    return row


def _most(numbers: Sequence[int], counts: list[int], rng: Rng) -> int:
    """One of the levels with the highest count."""
    most = max(counts[number] for number in numbers)
    return rng.choice([number for number in numbers if counts[number] == most])


def _best(home: Space, mask: int, allowed: int, row: int, uncovered: list[int], rng: Rng) -> int:
    """What is left of `allowed` with the level of a dimension that covers most with `row` and leaves a valid row."""
    domain = allowed & mask
    while True:
        most, best, rest = -1, [0], domain
        while rest:
            bit = rest & -rest
            rest ^= bit
            number = bit.bit_length() - 1
            gain = (uncovered[number] & row).bit_count()
            if gain > most:
                most, best = gain, [number]
            elif gain == most:
                best.append(number)
        number = best[0] if len(best) == 1 else rng.choice(best)
        left = home.settle(number, mask, allowed)
        if left:
            return left
        domain ^= 1 << number


assert all(set(REAL_LIKE[name]) == set(DIMENSIONS[name].levels) for name in DIMENSIONS)
