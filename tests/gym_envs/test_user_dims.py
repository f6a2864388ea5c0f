"""The dimensions of user behaviour: what is valid, what is refused and what class a task has."""

from __future__ import annotations

from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajgym.errors import TrajgymError
from trajgym.gym_envs import registry
from trajgym.gym_envs.user import dims
from trajgym.gym_envs.user.dims import DIMENSIONS, FORBIDDEN, NEUTRAL, check, task_class
from trajgym.gym_envs.user.space import BIT, profile_of, row_of, space, valid
from trajgym.gym_envs.world import World


class Everything(World):
    name = "everything"
    title = "All that acts"
    tools = ()
    dims: ClassVar = {name: DIMENSIONS[name].levels for name in DIMENSIONS}
    removable = ("a_tool",)


class Narrow(World):
    name = "narrow"
    title = "Few dimensions, with rules of its own"
    tools = ()
    dims: ClassVar = {
        "opening": ("vague", "greeting_only"),
        "patience": ("low_hangup",),
        "feasibility": ("policy_forbidden", "missing_tool"),
        "tone": ("angry",),
    }
    forbidden = (({"opening": ("vague",)}, {"patience": ("low_hangup",), "feasibility": ("policy_forbidden",)}),)


EVERYTHING, NARROW = Everything(), Narrow()

profiles = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(dimension.levels) for name, dimension in DIMENSIONS.items()}
)


def clashes(full: dict[str, str]) -> bool:
    """The forbidden pairs, read as they are written."""
    return any(
        full[a] in levels_a and full[b] in levels_b
        for left, right, _ in FORBIDDEN
        for a, levels_a in left.items()
        for b, levels_b in right.items()
    )


def test_there_are_24_dimensions_with_119_levels() -> None:
    assert len(DIMENSIONS) == 24
    assert sum(len(dimension.levels) for dimension in DIMENSIONS.values()) == 119
    for dimension in DIMENSIONS.values():
        assert dimension.neutral in dimension.levels
        assert dimension.neutral not in dimension.decisive
        assert set(dimension.decisive) <= set(dimension.levels)


def test_every_forbidden_pair_names_levels_that_exist_and_leaves_the_neutral_user_alone() -> None:
    for left, right, why in FORBIDDEN:
        assert why
        for side in (left, right):
            for name, levels in side.items():
                assert set(levels) <= set(DIMENSIONS[name].levels)
    assert not clashes(NEUTRAL)


@given(profiles)
def test_check_refuses_exactly_what_is_forbidden(profile: dict[str, str]) -> None:
    if clashes({**NEUTRAL, **profile}):
        with pytest.raises(TrajgymError, match="never goes with"):
            check(profile)
    else:
        check(profile)


@given(profiles)
def test_valid_is_check_where_everything_acts(profile: dict[str, str]) -> None:
    assert valid(profile, EVERYTHING) == (not clashes({**NEUTRAL, **profile}))


@pytest.mark.parametrize(
    ("profile", "may"),
    [
        ({}, True),
        ({"opening": "vague"}, True),
        ({"opening": "vague", "patience": "low_hangup"}, False),  # the world's own rule
        ({"opening": "vague", "feasibility": "policy_forbidden"}, False),
        ({"feasibility": "policy_forbidden"}, True),
        ({"opening": "greeting_only"}, False),  # info_giving is pinned to front_loaded, and nothing is in front
        ({"opening": "underspecified"}, False),  # not a level of this world
        ({"surface": "typos"}, False),  # not a dimension of this world
        ({"feasibility": "missing_tool"}, False),  # the world has no tool to remove
        ({"tone": "angry"}, True),
        ({"tone": "neutral"}, True),
        ({"tone": "warm"}, False),  # the world has one level of it
        ({"language": "es"}, True),  # words change everywhere
        ({"channel": "email"}, True),
        ({"channel": "ticket"}, True),
        ({"channel": "ticket", "patience": "low_hangup"}, False),  # nobody waits there
        ({"channel": "voice", "surface": "asr_disfluent"}, False),  # a world without noise has none on the telephone
        ({"interruption": "offtopic_chitchat"}, True),  # acts everywhere
        ({"interruption": "new_intent_midway"}, False),  # but this asks for a further wish and for a yes
        ({"mood": "odd"}, False),
        ({"opening": "vage"}, False),
    ],
)
def test_valid_in_a_narrow_world(profile: dict[str, str], may: bool) -> None:
    assert valid(profile, NARROW) is may


def test_a_world_may_leave_out_what_acts_everywhere() -> None:
    quiet = type("Quiet", (Narrow,), {"name": "quiet", "dims": {**Narrow.dims, "interruption": ("aside_then_back",)}})()
    assert valid({"interruption": "aside_then_back"}, quiet)
    assert not valid({"interruption": "offtopic_chitchat"}, quiet)


def test_a_rule_of_a_world_holds_for_the_levels_that_ask_the_same_of_a_plan() -> None:
    """One more wish midway asks for a spare one, as reopening does."""
    profile = {"interruption": "new_intent_midway", "surface": "typos"}
    assert valid(profile, EVERYTHING)
    rule = ({"ending": ("reopens",)}, {"surface": ("typos",)})
    strict = type("Strict", (Everything,), {"name": "strict", "forbidden": (rule,)})()
    assert not valid(profile, strict)
    assert valid({"interruption": "new_intent_midway"}, strict)


def test_a_level_that_no_row_can_hold_is_no_level() -> None:
    levels = space(EVERYTHING).levels
    assert levels & BIT["surface", "typos"]
    narrow = {**{name: (NEUTRAL[name],) for name in dims.EVERYWHERE}, "surface": DIMENSIONS["surface"].levels}
    silent = type("Silent", (World,), {"name": "silent", "title": "Nobody speaks", "tools": (), "dims": narrow})()
    assert not space(silent).levels & BIT["surface", "asr_disfluent"]  # nobody speaks in a chat
    assert space(silent).levels & BIT["surface", "typos"]
    assert not space(NARROW).levels & BIT["opening", "greeting_only"]


@pytest.mark.parametrize(
    ("profile", "hint"),
    [({"patiense": "high"}, "'patience'"), ({"patience": "low_hangupp"}, "'low_hangup'")],
)
def test_a_misspelt_name_is_answered_with_the_right_one(profile: dict[str, str], hint: str) -> None:
    with pytest.raises(TrajgymError) as error:
        check(profile)
    assert hint in error.value.hint
    assert error.value.exit_code == 2


def test_garbled_speech_is_heard_on_the_telephone_and_nowhere_else() -> None:
    world = registry.load("retail_desk")
    assert valid({"channel": "voice", "surface": "asr_disfluent"}, world)
    for channel in ("chat", "sms", "email", "ticket", "api_call"):
        assert not valid({"channel": channel, "surface": "asr_disfluent"}, world)
    assert not valid({"channel": "voice", "surface": "typos"}, world)
    assert not space(registry.load("extract_api")).levels & BIT["surface", "asr_disfluent"]  # it has no telephone


def test_a_new_world_has_all_that_changes_words_alone() -> None:
    bare = type("Bare", (World,), {"name": "bare", "title": "Says nothing of users", "tools": ()})()
    for name in ("expertise", "tone", "language", "accessibility", "channel"):
        for level in dims.EVERYWHERE[name]:
            assert valid({name: level}, bare)
    quiet = type(
        "Quiet", (World,), {"name": "quiet", "title": "Excludes", "tools": (), "dims": {"tone": ("neutral",)}}
    )()
    assert not valid({"tone": "angry"}, quiet)


@pytest.mark.parametrize("field", ["dims", "forbidden"])
def test_a_world_that_names_what_does_not_exist_is_refused(field: str) -> None:
    wrong = {"opening": ("vage",)}
    value = wrong if field == "dims" else ((wrong, {"patience": ("medium",)}),)
    world = type("Odd", (Everything,), {"name": "odd", field: value})()
    with pytest.raises(TrajgymError, match=r"odd.*'vage'"):
        space(world)


@pytest.mark.parametrize(
    ("profile", "faults", "expected"),
    [
        ({}, {}, "act"),
        ({"opening": "greeting_only", "info_giving": "one_per_turn"}, {}, "act"),
        ({"opening": "vague"}, {}, "ask_first"),
        ({"info_giving": "dont_know"}, {}, "ask_first"),
        ({"opening": "vague"}, {"kind": "timeout", "at": 0}, "recover"),
        ({}, {"kind": "stale", "at": 0}, "act"),
        ({"pressure": "injected_content", "opening": "vague"}, {"kind": "timeout"}, "inject"),
        ({"feasibility": "no_tool_needed"}, {}, "answer_no_tool"),
        ({"feasibility": "policy_forbidden", "pressure": "insists", "opening": "vague"}, {}, "refuse_policy"),
        ({"feasibility": "missing_tool"}, {}, "infeasible"),
        ({"feasibility": "out_of_scope"}, {}, "infeasible"),
        ({"feasibility": "impossible_state"}, {}, "infeasible"),
    ],
)
def test_the_class_is_a_function_of_profile_and_faults(
    profile: dict[str, str], faults: dict[str, object], expected: str
) -> None:
    assert task_class(profile, faults) == expected


@given(profiles)
def test_a_profile_and_its_row_say_the_same(profile: dict[str, str]) -> None:
    row = row_of(profile)
    assert row.bit_count() == len(DIMENSIONS)
    back = profile_of(row)
    assert back == {name: level for name, level in profile.items() if level != NEUTRAL[name]}
    assert list(back) == [name for name in DIMENSIONS if name in back]
