"""How hard tasks are: knobs as ordered attributes of a task, and what a level comes to in a world.

A knob reads its position from the recipe alone, so the difficulty of a row can be told from its sidecar. The knob `level` moves
what the world makes (plan depth, tools shown, size of the world, what has to be asked for); the others move what the user and
the tools do on top of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from trajgym.gym_envs.faults import FAULTS
from trajgym.gym_envs.lens import STYLES
from trajgym.gym_envs.planning import make_plan
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.user.absent import user_of
from trajgym.gym_envs.world import World
from trajgym.task import LEVELS, Task

_STYLED = (None, *STYLES)
_SCANNED = 400
"""Tasks of a stream by which it is seen how far a world's knobs go: its covering arrays are among them."""


@dataclass(frozen=True)
class Knob:
    """An ordered attribute of tasks. `positions` says in words what they are, the easiest first; `of` tells a task's."""

    name: str
    positions: tuple[str, ...]
    of: Callable[[Task], int]

    @property
    def top(self) -> int:
        return len(self.positions) - 1


def _highest(ranks: Mapping[str, int]) -> Callable[[Task], int]:
    """The highest rank among the levels of a profile; what is not ranked is easiest."""

    def position(task: Task) -> int:
        return max((ranks.get(f"{name}:{level}", 0) for name, level in task.profile.items()), default=0)

    return position


def _ranks(*steps: str) -> dict[str, int]:
    return {level: rank for rank, levels in enumerate(steps, 1) for level in levels.split()}


def _changes(task: Task) -> int:
    """A change before anything is done, one after it, two changes."""
    if "mind_change" in task.profile and "correction" in task.profile:
        return 3
    return _highest(_CHANGES)(task)


def _faults(task: Task) -> int:
    """A fault that passes, one that comes twice, one that only shows in the answer."""
    kind = task.faults.get("kind")
    if kind is None:
        return 0
    if not FAULTS[kind].passes or FAULTS[kind].shows:
        return 3
    return 1 if task.faults.get("times", 1) == 1 else 2


_HIDDEN = _ranks(
    "info_giving:one_per_turn opening:greeting_only expertise:novice",
    "opening:underspecified opening:wrong_topic_first confirmation:asks_summary cooperation:guarded identity:partial_id",
    "info_giving:only_when_asked opening:vague cooperation:evasive "
    "ambiguity:relative_time ambiguity:pronoun_ref ambiguity:unit_or_format",
    "info_giving:dont_know info_giving:wrong_then_right ambiguity:two_entities ambiguity:implicit_goal cooperation:contradictory "
    "expertise:misconception knowledge_error:wrong_id knowledge_error:outdated_fact knowledge_error:false_premise",
)
_CHANGES = _ranks(
    "mind_change:arg_change_pre correction:self_correct correction:corrects_agent_rightly correction:corrects_agent_wrongly "
    "mind_change:cancel_all confirmation:never_confirms interruption:aside_then_back interruption:offtopic_chitchat "
    "goal_structure:multi_parallel goal_structure:multi_sequential",
    "mind_change:arg_change_post_write mind_change:goal_switch ending:reopens interruption:new_intent_midway "
    "goal_structure:conditional goal_structure:aggregate_compare goal_structure:standing_rule",
)
_NOISE = _ranks(
    "verbosity:terse surface:sms_lowercase channel:sms channel:email accessibility:plain_language accessibility:screen_reader "
    "accessibility:slow_pace",
    "verbosity:rambling surface:typos surface:emoji_slang expertise:expert_jargon language:en_l2 channel:ticket channel:api_call "
    "accessibility:dyslexia multi_party:relays_third_party",
    "verbosity:one_word verbosity:pasted_wall surface:asr_disfluent surface:code_switch language:es language:de language:zh "
    "language:hi_latin channel:voice multi_party:two_speakers",
)
_PRESSURE = _ranks(
    "pressure:insists patience:medium tone:anxious tone:frustrated ending:asks_for_human multi_party:handoff_expected "
    "confirmation:denies_then_accepts",
    "pressure:emotional_appeal pressure:authority_claim patience:repeats_demand confirmation:wants_silence tone:angry "
    "tone:sarcastic identity:third_party",
    "pressure:social_engineering pressure:injected_content patience:low_hangup cooperation:hostile identity:wrong_id_claim "
    "user_actions:acts_wrong user_actions:refuses_to_act",
)

KNOBS: dict[str, Knob] = {
    knob.name: knob
    for knob in (
        Knob("level", tuple(f"L{level}" for level in LEVELS), lambda task: task.level),
        Knob(
            "hidden",
            ("all is said at once", "one thing at a time", "a part is left out", "only when asked, or relative", "unknown, wrong or ambiguous"),
            _highest(_HIDDEN),
        ),
        Knob("changes", ("no change", "a change before the work", "a change after it, or one more wish", "two changes"), _changes),
        Knob("faults", ("none", "one that passes", "the same twice", "partial, stale or another schema"), _faults),
        Knob("names", ("tools as they are", *STYLES), lambda task: _STYLED.index(task.tool_view.get("names"))),
        Knob("noise", ("clean", "short or careless", "rambling, typos, slang", "one word, a wall of text, speech, two languages"), _highest(_NOISE)),
        Knob("pressure", ("none", "insists or grows impatient", "appeals, authority, demands", "tricks, planted orders, hangs up"), _highest(_PRESSURE)),
    )
}  # fmt: skip
"""All knobs, in the order in which a curriculum turns them."""


def positions(task: Task) -> dict[str, int]:
    """Where each knob stands for `task`."""
    return {name: knob.of(task) for name, knob in KNOBS.items()}


@lru_cache(maxsize=256)
def _reach(world: World) -> tuple[tuple[str, int], ...]:
    made = [make_task(world, 0, index) for index in range(_SCANNED)]
    return tuple((name, max(map(knob.of, made))) for name, knob in KNOBS.items())


def reach(world: World) -> dict[str, int]:
    """The highest position that each knob has in the world's tasks."""
    return dict(_reach(world))


class Size(NamedTuple):
    """What a level comes to, on average over tasks: calls that a task needs at least, tools that the agent sees, and facts that
    the user has and does not tell in its first message."""

    calls: float
    tools: float
    hidden: float


def size(world: World, level: int, count: int = 200) -> Size:
    """The averages over the first `count` tasks of `level` (in blocks of 100, each task class has its share)."""
    calls = tools = hidden = 0
    for index in range(count):
        task = replace(
            make_task(world, 0, index, level), backend=0
        )  # to build all backends would take longer than the rest
        state = world.build(task)
        plan = make_plan(world, state, task)
        state.close()
        told = user_of(plan, task.profile, task.id).open().told
        calls += plan.minimum_calls()
        tools += len(world.shown_names(task))
        hidden += sum("#" not in slot and slot not in told for slot in plan.facts)
    return Size(calls / count, tools / count, hidden / count)
