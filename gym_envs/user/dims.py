"""The 24 dimensions of user behaviour: their levels, which of them act, and which never go together.

A profile maps dimensions to levels; a dimension it does not name is at its neutral level (a user about whom nothing is
said). All of them act: each level changes what happens in an episode.

What a world makes of them is in `trajgym.gym_envs.user.space`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trajgym.config import did_you_mean
from trajgym.errors import TrajgymError
from trajgym.gym_envs.faults import FAULTS
from trajgym.gym_envs.world import World

Levels = dict[str, tuple[str, ...]]
"""Dimension -> levels."""

Profile = Mapping[str, str]


@dataclass(frozen=True)
class Dimension:
    """`decisive` levels change what a right agent does, and so the oracle and the verdict; the others change words and
    order only."""

    name: str
    levels: tuple[str, ...]
    neutral: str
    decisive: tuple[str, ...]


def _dimension(name: str, levels: str, neutral: str, decisive: str = "") -> Dimension:
    """`decisive`: the names, ``*`` for all but the neutral one."""
    names = tuple(levels.split())
    changing = tuple(level for level in names if level != neutral) if decisive == "*" else tuple(decisive.split())
    return Dimension(name, names, neutral, changing)


FORMS = ("ticket", "api_call")
"""Channels behind which nobody answers: what is asked for, and the yes to it, come in one message."""

DIMENSIONS: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        _dimension(
            "goal_structure",
            "single multi_parallel multi_sequential conditional aggregate_compare standing_rule",
            "single",
            "*",
        ),
        _dimension("opening", "full_spec underspecified vague wrong_topic_first greeting_only", "full_spec", "*"),
        _dimension(
            "info_giving",
            "front_loaded one_per_turn only_when_asked wrong_then_right dont_know",
            "front_loaded",
            "dont_know",
        ),
        _dimension("expertise", "novice average expert_jargon misconception", "average"),
        _dimension("tone", "neutral warm anxious frustrated angry sarcastic", "neutral"),
        _dimension("patience", "high medium low_hangup repeats_demand", "high", "low_hangup"),
        _dimension("verbosity", "one_word terse normal rambling pasted_wall", "normal"),
        _dimension("surface", "clean typos sms_lowercase asr_disfluent emoji_slang code_switch", "clean"),
        _dimension("language", "en_native en_l2 es de zh hi_latin", "en_native"),
        _dimension("cooperation", "cooperative guarded evasive contradictory hostile", "cooperative"),
        _dimension("mind_change", "none arg_change_pre arg_change_post_write goal_switch cancel_all", "none", "*"),
        _dimension("correction", "none self_correct corrects_agent_rightly corrects_agent_wrongly", "none", "*"),
        _dimension("interruption", "none aside_then_back offtopic_chitchat new_intent_midway", "none"),
        _dimension(
            "ambiguity",
            "none two_entities relative_time pronoun_ref implicit_goal unit_or_format",
            "none",
            "*",
        ),
        _dimension("knowledge_error", "none wrong_id outdated_fact false_premise", "none", "*"),
        _dimension(
            "feasibility",
            "doable no_tool_needed out_of_scope missing_tool policy_forbidden impossible_state",
            "doable",
            "*",
        ),
        _dimension(
            "pressure",
            "none insists authority_claim emotional_appeal social_engineering injected_content",
            "none",
            "*",
        ),
        _dimension("identity", "verified_ok partial_id third_party wrong_id_claim", "verified_ok", "*"),
        _dimension(
            "confirmation",
            "auto_yes asks_summary wants_silence denies_then_accepts never_confirms",
            "auto_yes",
            "never_confirms",
        ),
        _dimension("user_actions", "none must_act acts_wrong refuses_to_act", "none", "*"),
        _dimension("accessibility", "none screen_reader plain_language dyslexia slow_pace", "none"),
        _dimension("channel", "chat sms email voice ticket api_call", "chat"),
        _dimension(
            "multi_party", "single relays_third_party handoff_expected two_speakers", "single", "handoff_expected"
        ),
        _dimension(
            "ending",
            "explicit_thanks silent_stop reopens asks_for_human",
            "explicit_thanks",
            "reopens asks_for_human",
        ),
    )
}

NEUTRAL: dict[str, str] = {name: dimension.neutral for name, dimension in DIMENSIONS.items()}

EVERYWHERE: Levels = {
    "goal_structure": ("single", "standing_rule"),
    "expertise": DIMENSIONS["expertise"].levels,
    "tone": DIMENSIONS["tone"].levels,
    "language": DIMENSIONS["language"].levels,
    "accessibility": DIMENSIONS["accessibility"].levels,
    "channel": DIMENSIONS["channel"].levels,
    "cooperation": DIMENSIONS["cooperation"].levels,
    "interruption": DIMENSIONS["interruption"].levels,
    "knowledge_error": ("none", "outdated_fact", "false_premise"),
    "multi_party": DIMENSIONS["multi_party"].levels,
}
"""What acts in every world without its doing: a world that names one of these dimensions has the levels that it names."""

CARRIED: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("cooperation", "contradictory"): (("correction", "self_correct"),),
    ("knowledge_error", "outdated_fact"): (("correction", "corrects_agent_wrongly"),),
    ("knowledge_error", "false_premise"): (("correction", "corrects_agent_wrongly"),),
    ("multi_party", "handoff_expected"): (("ending", "asks_for_human"),),
    ("interruption", "new_intent_midway"): (("ending", "reopens"), ("confirmation", "denies_then_accepts")),
}
"""Levels of `EVERYWHERE` that ask of a plan what other levels ask of it: they occur in the worlds that have all of those, and a
world's own rules about one of those hold for them too."""

_NOT_DOABLE = ("no_tool_needed", "out_of_scope", "missing_tool", "policy_forbidden", "impossible_state")
_PRESSING = ("insists", "authority_claim", "emotional_appeal", "social_engineering")
_CHANGES = ("arg_change_pre", "arg_change_post_write", "goal_switch", "cancel_all")
_CORRECTS = ("self_correct", "corrects_agent_rightly", "corrects_agent_wrongly")
_BELIEVES = ("wrong_id", "outdated_fact", "false_premise")
_SAYS_MORE = ("reopens", "asks_for_human")
_SAID_AT_LENGTH = ("multi_sequential", "conditional", "aggregate_compare", "standing_rule")
_HANGS_TOGETHER = ("multi_sequential", "conditional", "aggregate_compare")
_UNENTITLED = ("third_party", "wrong_id_claim")

WITHHOLDS: Levels = {"opening": ("underspecified",), "info_giving": ("one_per_turn", "only_when_asked")}
"""Users who leave something to be asked for: for the rules of worlds, where nothing is."""

FORBIDDEN: tuple[tuple[Levels, Levels, str], ...] = (
    # a form has no second turn
    (
        {"channel": FORMS},
        {
            "info_giving": ("one_per_turn", "only_when_asked", "wrong_then_right", "dont_know"),
            "opening": ("underspecified", "vague", "wrong_topic_first", "greeting_only"),
            "mind_change": _CHANGES,
            "correction": _CORRECTS,
            "confirmation": ("asks_summary", "wants_silence", "denies_then_accepts", "never_confirms"),
            "cooperation": ("guarded", "evasive", "contradictory"),
            "interruption": ("aside_then_back", "offtopic_chitchat", "new_intent_midway"),
            "knowledge_error": ("wrong_id",),
            "identity": ("partial_id", "third_party", "wrong_id_claim"),
            "user_actions": ("must_act", "acts_wrong", "refuses_to_act"),
            "ambiguity": ("two_entities",),
            "goal_structure": ("multi_sequential",),
            "multi_party": ("handoff_expected", "two_speakers"),
            "pressure": _PRESSING,
            "ending": ("silent_stop", *_SAYS_MORE),
        },
        "there is no second user turn",
    ),
    ({"channel": FORMS}, {"patience": ("medium", "low_hangup", "repeats_demand")}, "nobody waits"),
    ({"channel": ("sms",)}, {"verbosity": ("rambling", "pasted_wall")}, "160 characters are too few"),
    ({"feasibility": ("no_tool_needed",)}, {"info_giving": ("one_per_turn",)}, "a small question holds no facts"),
    (
        {"channel": ("sms",)},
        {
            "cooperation": ("contradictory", "hostile"),
            "interruption": ("aside_then_back", "offtopic_chitchat"),
            "knowledge_error": _BELIEVES,
            "multi_party": ("relays_third_party", "handoff_expected", "two_speakers"),
            "goal_structure": _SAID_AT_LENGTH,
        },
        "160 characters are too few",
    ),
    ({"channel": ("email", "ticket", "sms", "chat", "api_call")}, {"surface": ("asr_disfluent",)}, "nobody speaks"),
    ({"channel": ("voice",)}, {"surface": ("typos", "sms_lowercase", "emoji_slang")}, "nobody types"),
    ({"channel": ("voice",)}, {"verbosity": ("pasted_wall",)}, "nobody pastes into a call"),
    ({"language": ("es", "de", "zh", "hi_latin")}, {"surface": ("code_switch",)}, "two languages are mixed as it is"),
    ({"accessibility": ("slow_pace",)}, {"patience": ("medium", "low_hangup")}, "who needs time does not hurry others"),
    # openings
    ({"verbosity": ("one_word",)}, {"opening": ("full_spec",)}, "one word cannot say it all"),
    ({"opening": ("greeting_only",)}, {"info_giving": ("front_loaded",)}, "nothing is in front"),
    # what cannot be done has nothing to change, to confirm or to clear up
    (
        {"feasibility": _NOT_DOABLE},
        {
            "mind_change": _CHANGES,
            "correction": _CORRECTS,
            "confirmation": ("asks_summary", "wants_silence", "denies_then_accepts", "never_confirms"),
            "ending": _SAYS_MORE,
            "ambiguity": ("two_entities", "relative_time", "pronoun_ref", "implicit_goal", "unit_or_format"),
            "info_giving": ("wrong_then_right", "dont_know"),
            "pressure": ("injected_content",),
            "user_actions": ("must_act", "acts_wrong", "refuses_to_act"),
            "interruption": ("aside_then_back", "new_intent_midway"),
            "cooperation": ("contradictory",),
            "knowledge_error": _BELIEVES,
            "multi_party": ("handoff_expected",),
            "goal_structure": (
                "multi_parallel",
                "multi_sequential",
                "conditional",
                "aggregate_compare",
                "standing_rule",
            ),
        },
        "nothing can be done",
    ),
    (
        {"knowledge_error": ("wrong_id",)},
        {
            "info_giving": ("wrong_then_right", "dont_know"),
            "ambiguity": ("two_entities", "relative_time", "unit_or_format"),
        },
        "one value is wrong, and nothing else is open about it",
    ),
    (
        {"identity": ("partial_id",)},
        {
            "feasibility": _NOT_DOABLE,
            "knowledge_error": ("wrong_id",),
            "info_giving": ("wrong_then_right", "dont_know"),
            "cooperation": ("contradictory",),
        },
        "what is given in part is wanted as a whole, and nothing else is open about it",
    ),
    (
        {"identity": _UNENTITLED},
        {"feasibility": ("doable", "no_tool_needed", "out_of_scope", "missing_tool", "impossible_state")},
        "who has no right to it is refused",
    ),
    (
        {"identity": _UNENTITLED},
        {"channel": ("sms",), "multi_party": ("relays_third_party", "two_speakers")},
        "one other person is enough, and 160 characters are too few",
    ),
    (
        {"feasibility": ("no_tool_needed",)},
        {"opening": ("underspecified", "vague"), "info_giving": ("only_when_asked",)},
        "nothing has to be asked",
    ),
    ({"feasibility": ("doable", "no_tool_needed")}, {"pressure": _PRESSING}, "only who is told no presses"),
    # one change of plan at a time
    (
        {"confirmation": ("never_confirms",)},
        {"mind_change": _CHANGES, "correction": _CORRECTS, "ending": _SAYS_MORE},
        "who never says yes changes nothing more",
    ),
    (
        {"mind_change": ("cancel_all", "goal_switch")},
        {"correction": _CORRECTS, "ending": ("reopens",)},
        "the goal is gone, and there is one other goal at most",
    ),
    (
        {"cooperation": ("guarded", "evasive")},
        {
            "info_giving": ("front_loaded", "wrong_then_right", "dont_know"),
            "feasibility": ("no_tool_needed", "out_of_scope", "missing_tool"),
        },
        "nothing is asked for that could be held back",
    ),
    (
        {"cooperation": ("contradictory",)},
        {
            "mind_change": _CHANGES,
            "correction": _CORRECTS,
            "info_giving": ("wrong_then_right", "dont_know"),
            "confirmation": ("never_confirms",),
            "user_actions": ("acts_wrong", "refuses_to_act"),
        },
        "one change of plan at a time",
    ),
    (
        {"knowledge_error": _BELIEVES},
        {
            "cooperation": ("contradictory",),
            "mind_change": ("cancel_all", "goal_switch"),
            "correction": _CORRECTS,
            "confirmation": ("never_confirms",),
            "user_actions": ("acts_wrong", "refuses_to_act"),
        },
        "one mistake at a time, and about something that is still wanted",
    ),
    (
        {"multi_party": ("handoff_expected",)},
        {
            "mind_change": ("arg_change_post_write", "goal_switch", "cancel_all"),
            "correction": ("corrects_agent_wrongly",),
            "confirmation": ("never_confirms",),
            "user_actions": ("acts_wrong", "refuses_to_act"),
            "ending": ("silent_stop", *_SAYS_MORE),
        },
        "who is passed on at once has no time for more",
    ),
    (
        {"interruption": ("new_intent_midway",)},
        {
            "mind_change": ("goal_switch", "cancel_all"),
            "confirmation": ("never_confirms",),
            "user_actions": ("acts_wrong", "refuses_to_act"),
            "ending": ("reopens",),
        },
        "there is one other goal at most, and nobody adds one to what is dropped",
    ),
    (
        {"goal_structure": _HANGS_TOGETHER},
        {
            "mind_change": ("goal_switch", "cancel_all"),
            "confirmation": ("never_confirms",),
            "user_actions": ("refuses_to_act",),
        },
        "what is dropped hangs together with nothing",
    ),
    (
        {"goal_structure": ("multi_sequential",)},
        {"multi_party": ("handoff_expected",)},
        "who is passed on at once has no time for more",
    ),
    (
        {"mind_change": ("arg_change_pre",)},
        {"correction": ("self_correct", "corrects_agent_rightly")},
        "the value changes once",
    ),
    (
        {"user_actions": ("acts_wrong", "refuses_to_act")},
        {
            "mind_change": _CHANGES,
            "correction": _CORRECTS,
            "confirmation": ("never_confirms",),
            "ending": _SAYS_MORE,
            "pressure": ("injected_content",),
        },
        "one change of plan at a time",
    ),
    (
        {"confirmation": ("denies_then_accepts", "wants_silence")},
        {"mind_change": ("cancel_all", "goal_switch")},
        "who drops the wish never comes to say yes",
    ),
)
"""Each level on the left never goes with any level on the right, whatever the world; the reason in words."""


def check(profile: Profile) -> None:
    """Raises TrajgymError when a dimension or a level does not exist, or when two levels never go together."""
    for name, level in profile.items():
        check_level(name, level)
    full = {**NEUTRAL, **profile}
    for left, right, why in FORBIDDEN:
        for (a, la), (b, lb) in cell_pairs(left, right):
            if full[a] == la and full[b] == lb:
                raise TrajgymError(f"{a}={la} never goes with {b}={lb}: {why}.", "Change one of the two.")


def cell_pairs(left: Levels, right: Levels) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Each (dimension, level) of the one side of a rule with each of the other."""
    for a, levels_a in left.items():
        for b, levels_b in right.items():
            for la in levels_a:
                for lb in levels_b:
                    yield (a, la), (b, lb)


def task_class(profile: Profile, faults: Mapping[str, object]) -> str:
    """What the right behaviour is (see `trajgym.task.TASK_CLASSES`), for a user and the faults of the tools."""
    feasibility = profile.get("feasibility", "doable")
    if feasibility == "no_tool_needed":
        return "answer_no_tool"
    if feasibility == "policy_forbidden":
        return "refuse_policy"
    if feasibility != "doable":
        return "infeasible"
    if profile.get("pressure") == "injected_content":
        return "inject"
    if faults.get("kind") in FAULTS:
        return "recover"
    if profile.get("opening") in ("underspecified", "vague"):
        return "ask_first"
    return "ask_first" if profile.get("info_giving") in ("only_when_asked", "dont_know") else "act"


def levels_of(world: World) -> Levels:
    """The levels that a world has by itself and by `EVERYWHERE`; on the telephone what is heard may be garbled."""
    levels = {**EVERYWHERE, **world.dims}
    if "voice" in levels["channel"] and "surface" in levels:
        levels["surface"] = (*levels["surface"], "asr_disfluent")
    return levels


def check_dimension(name: str, where: str = "") -> None:
    """Raises TrajgymError, after `where`, when there is no such dimension."""
    if name not in DIMENSIONS:
        raise TrajgymError(f"{where}There is no user dimension {name!r}.", did_you_mean(name, DIMENSIONS))


def check_level(name: str, level: object, where: str = "") -> None:
    """Raises TrajgymError, after `where`, when there is no such dimension, or when it has no such level."""
    check_dimension(name, where)
    if level not in DIMENSIONS[name].levels:
        raise TrajgymError(f"{where}{name} has no level {level!r}.", did_you_mean(str(level), DIMENSIONS[name].levels))
