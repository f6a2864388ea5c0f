"""How behaviour bends a plan, and what the end is judged by: staged in the mini world, where all of it can be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from worlds_tested import NAMES

from trajgym.chat import Message, assistant, dumps
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.plan import FOREVER, Plan
from trajgym.gym_envs.planning import make_plan
from trajgym.gym_envs.shaping import needs, shape
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.user.dims import DIMENSIONS
from trajgym.gym_envs.user.space import CELLS, bits_of, space
from trajgym.task import Task
from trajgym.trajectory import Trajectory

ADA = {"email": "ada@mail.test"}
ORDER = {"order_id": "O-101"}


def call(*calls: tuple[str, Any]) -> Message:
    return assistant(None, list(calls))


who, look = call(("find_customer", ADA)), call(("get_order", ORDER))
yes = assistant("You want me to cancel order O-101. Shall I go ahead?")
cancel = call(("cancel_order", {**ORDER, "reason": "by mistake"}))
report = assistant("Order O-101 is cancelled. It was worth 340.")


def plan_of(stage: Any, case: str = "cancel", **profile: str) -> Plan:
    task = stage.task(case, **profile)
    state = stage.world.build(task)
    try:
        return make_plan(stage.world, state, task)
    finally:
        state.close()


def play(stage: Any, case: str, messages: list[Message], last: Message | None = None, **more: Any) -> Trajectory:
    """`messages`, then `last` (the last of them) until the episode is over."""
    episode = stage.start(case, **more)
    need: Any = None
    for message in messages:
        need = episode.send(message)
    while not isinstance(need, Done):
        need = episode.send(last or messages[-1])
    return need.trajectory


# -- what a profile needs of a plan, and what it does to it -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "wanted"),
    [
        ({}, ""),
        ({"verbosity": "terse", "surface": "typos", "patience": "medium"}, ""),
        ({"mind_change": "arg_change_pre"}, "alternative confirm"),
        ({"mind_change": "arg_change_post_write"}, "alternative mendable"),
        ({"mind_change": "goal_switch"}, "spare confirm"),
        ({"mind_change": "cancel_all"}, "confirm"),
        ({"confirmation": "asks_summary"}, "confirm"),
        ({"confirmation": "never_confirms"}, "confirm"),
        ({"correction": "self_correct"}, "alternative confirm"),
        ({"correction": "corrects_agent_rightly"}, "alternative confirm"),
        ({"correction": "corrects_agent_wrongly"}, "tell"),
        ({"ending": "reopens"}, "spare"),
        ({"ending": "asks_for_human"}, "human"),
        ({"opening": "underspecified"}, "slot"),
        ({"info_giving": "one_per_turn"}, "slot"),
        ({"mind_change": "goal_switch", "ending": "asks_for_human", "opening": "vague"}, "spare confirm human slot"),
    ],
)
def test_what_a_profile_needs(stage: Any, profile: dict[str, str], wanted: str) -> None:
    assert needs(stage.task("cancel", **profile)) == set(wanted.split())


def test_a_user_who_never_wavers_leaves_the_plan_alone(stage: Any) -> None:
    plan = plan_of(stage)
    assert not plan.events
    assert [step.name for step in plan.steps] == ["who", "look", "cancel"]
    assert {(step.since, step.until) for step in plan.steps} == {(0, FOREVER)}
    assert {key: row["status"] for key, row in plan.expected.items()} == {("orders", "O-101"): "cancelled"}


def test_a_changed_value_replaces_what_used_it(stage: Any) -> None:
    plan = plan_of(stage, mind_change="arg_change_pre")
    assert [(e.kind, e.when, e.tells) for e in plan.events] == [("arg_change_pre", "confirm", ("order#1",))]
    spans = {step.name: (step.since, step.until) for step in plan.steps}
    assert spans == {
        "who": (0, FOREVER),
        "look": (0, 1),
        "cancel": (0, 1),
        "look#1": (1, FOREVER),
        "cancel#1": (1, FOREVER),
    }
    assert plan.step("cancel#1").slots == ("order#1", "reason")
    assert [(t.name, t.since, t.until) for t in plan.tells] == [("total", 0, 1), ("total#1", 1, FOREVER)]
    assert list(plan.expected) == [("orders", "O-102")]
    assert all("{order#1}" in text for text in plan.events[0].says)


def test_events_come_in_one_order(stage: Any) -> None:
    plan = plan_of(stage, ending="asks_for_human", mind_change="goal_switch", correction="self_correct")
    assert [event.kind for event in plan.events] == ["self_correct", "goal_switch", "asks_for_human"]
    assert plan.ending(0).kind == "solved"
    assert plan.ending(3).kind == "handed_off"
    assert list(plan.expected) == [("customers", "ada@mail.test")]


def test_withdrawn_wishes_write_nothing(stage: Any) -> None:
    for profile in ({"mind_change": "cancel_all"}, {"confirmation": "never_confirms"}):
        plan = plan_of(stage, **profile)
        assert not plan.expected
        assert plan.ending(1).kind == "abstained"


def test_what_a_plan_cannot_carry_is_an_error_of_the_world(stage: Any) -> None:
    for profile in ({"mind_change": "arg_change_pre"}, {"ending": "reopens"}, {"ending": "asks_for_human"}):
        with pytest.raises(AssertionError, match="mini"):
            plan_of(stage, "talk", **profile)
    with pytest.raises(AssertionError):  # the alternative cannot be mended once it is written
        plan_of(stage, "cancel", mind_change="arg_change_post_write")


def test_a_planned_write_that_fails_is_an_error_of_the_world(stage: Any) -> None:
    class Careless(type(stage.world)):  # type: ignore[misc]
        def plan(self, state: Any, task: Any, rng: Any) -> Plan:
            plan: Plan = super().plan(state, task, rng)
            plan.step("cancel").args = {"order_id": "O-103", "reason": "by mistake"}
            return plan

    task = stage.task("cancel")
    state = stage.world.build(task)
    with pytest.raises(AssertionError, match="O-103"):
        make_plan(Careless(), state, task)
    assert not state.changes()
    assert state.get("orders", "O-101")["status"] == "pending"  # type: ignore[index]
    state.close()


BENDS: list[dict[str, str]] = [
    {"mind_change": "arg_change_pre"},
    {"mind_change": "goal_switch"},
    {"mind_change": "cancel_all"},
    {"confirmation": "never_confirms"},
    {"confirmation": "denies_then_accepts"},
    {"confirmation": "asks_summary"},
    {"correction": "self_correct"},
    {"correction": "corrects_agent_rightly"},
    {"correction": "corrects_agent_wrongly"},
    {"info_giving": "wrong_then_right"},
    {"info_giving": "only_when_asked"},
    {"ending": "reopens"},
    {"ending": "asks_for_human"},
    {"multi_party": "relays_third_party"},
    {"multi_party": "handoff_expected"},
    {"multi_party": "handoff_expected", "correction": "self_correct"},
    {"multi_party": "handoff_expected", "interruption": "new_intent_midway"},
    *({"knowledge_error": x} for x in ("wrong_id", "outdated_fact", "false_premise")),
    {"knowledge_error": "wrong_id", "mind_change": "arg_change_pre", "ending": "reopens"},
    {"knowledge_error": "false_premise", "mind_change": "arg_change_pre"},
    {"multi_party": "two_speakers", "cooperation": "hostile", "interruption": "offtopic_chitchat"},
    {"cooperation": "hostile"},
    {"cooperation": "contradictory"},
    {"cooperation": "contradictory", "info_giving": "one_per_turn", "opening": "vague"},
    *(
        {"cooperation": x, "info_giving": y}
        for x in ("guarded", "evasive")
        for y in ("one_per_turn", "only_when_asked")
    ),
    {"cooperation": "guarded", "info_giving": "only_when_asked", "interruption": "aside_then_back"},
    *({"interruption": x} for x in ("aside_then_back", "offtopic_chitchat", "new_intent_midway")),
    {"interruption": "new_intent_midway", "correction": "self_correct"},
    {"interruption": "aside_then_back", "ending": "silent_stop"},
    {"correction": "self_correct", "mind_change": "goal_switch"},
    {"correction": "corrects_agent_wrongly", "ending": "reopens"},
    {"opening": "vague", "mind_change": "arg_change_pre", "ending": "asks_for_human"},
]


@pytest.mark.parametrize("profile", BENDS, ids=lambda p: "+".join(p.values()))
def test_the_expert_follows_every_bend(stage: Any, profile: dict[str, str]) -> None:
    for sample in range(12):
        episode = Episode(stage.task("cancel", **profile), sample=sample)
        episode.start()
        trajectory = stage.finish(episode).trajectory
        assert trajectory.outcome.reward == 1, trajectory.outcome.why
        assert not trajectory.mistakes
        assert set(profile) <= set(trajectory.reached)


def test_who_does_not_follow_the_bend_fails(stage: Any) -> None:
    """The calls of the unbent plan, after the user has changed its mind."""
    for profile in BENDS[:4]:
        trajectory = play(stage, "cancel", [who, look, yes, cancel, report], **profile)
        assert trajectory.outcome.reward == 0
        assert "M20" in trajectory.mistakes


@pytest.mark.parametrize("name", NAMES)
def test_the_expert_needs_what_shape_installs(name: str) -> None:
    """Every event of every task fires: no phase is left unplayed."""
    world = registry.load(name)
    for index in range(60):
        episode = Episode(replace(make_task(world, 13, index), backend=0))
        need = episode.start()
        while not isinstance(need, Done):
            need = episode.send(episode.oracle())
        assert episode.trace.phase == len(episode.plan.events), episode.task.profile


# -- levels show -------------------------------------------------------------------------------------------------------


def words(task: Task, profile: dict[str, str]) -> list[str] | None:
    """The conversation of `task` with another profile and the same luck: ids seed all draws, so without that any two tasks
    would differ. None where the task's goal does not go with the profile."""
    changed = replace(task, profile=profile)
    changed.__dict__["id"] = task.id
    episode = Episode(changed)
    try:
        need = episode.start()
    except AssertionError:
        return None
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    return [str(message) for message in episode.history[1:]]


@pytest.mark.parametrize("name", NAMES)
def test_tasks_that_differ_in_one_level_have_other_transcripts(name: str) -> None:
    """For every acting dimension of the world, every level against the neutral one."""
    world = registry.load(name)
    missing = {CELLS[number] for number in bits_of(space(world).levels)}
    missing = {(d, v) for d, v in missing if v != DIMENSIONS[d].neutral}
    # these make another class of task
    missing = {(d, v) for d, v in missing if d != "feasibility" and v != "injected_content"}
    assert len(missing) > 15
    for index in range(400):
        task = replace(make_task(world, 17, index), backend=0)
        for dimension, level in missing & task.profile.items():
            plain = {key: value for key, value in task.profile.items() if key != dimension}
            one, other = words(task, task.profile), words(task, plain)
            if one is not None and other is not None and one != other:
                missing.discard((dimension, level))
    assert not missing


def test_a_dimension_that_does_not_act_is_seen_by_that_check() -> None:
    task = make_task(registry.load("tool_picker"), 17, 3)
    assert words(task, {**task.profile, "mood": "odd"}) == words(task, task.profile) is not None


# -- the gates -----------------------------------------------------------------------------------------------------------


def test_solved(stage: Any) -> None:
    outcome = play(stage, "cancel", [who, look, yes, cancel, report]).outcome
    assert (outcome.reward, outcome.ending, outcome.blame, outcome.why) == (1, "closing", "", [])


def test_goal_not_reached(stage: Any) -> None:
    outcome = play(stage, "cancel", [who, look, yes, report]).outcome
    assert outcome.gates.failed()[0] == "goal"
    assert (outcome.reward, outcome.blame) == (0, "agent")
    assert any("not done" in why for why in outcome.why)
    assert any("not as it should be: orders O-101" in why for why in outcome.why)


def test_not_told(stage: Any) -> None:
    episode = stage.start("cancel")
    for message in (who, look, yes, cancel):
        episode.send(message)
    need = episode.send(assistant("Order O-101 is cancelled."))
    while not isinstance(need, Done):
        need = episode.send(assistant("Order O-101 is cancelled. Goodbye!"))
    assert need.trajectory.outcome.gates.failed()[0] == "communicated"
    assert "did not tell: total" in need.trajectory.outcome.why


def test_told_before_it_was_looked_up_does_not_count(stage: Any) -> None:
    outcome = play(stage, "reads", [assistant("O-101 was 340 and O-102 was 520."), call(("get_order", ORDER)),
                                    call(("get_order", {"order_id": "O-102"})), assistant("There you are.")]).outcome  # fmt: skip
    assert not outcome.gates.communicated


def test_collateral_damage(stage: Any) -> None:
    outcome = play(
        stage, "cancel", [who, look, yes, cancel, call(("gift_wrap", {"order_id": "O-104"})), report]
    ).outcome
    assert outcome.gates.failed() == ["untouched"]
    assert outcome.why[0] == "changed what it should not: orders O-104"


def test_a_slip_that_is_mended_leaves_no_damage(stage: Any) -> None:
    city = ("set_city", {"email": "bo@mail.test", "city": "Oslo"})
    back = ("set_city", {"email": "bo@mail.test", "city": "Lund"})
    trajectory = play(stage, "reads", [call(city), call(back), call(("get_order", ORDER), ("get_order", {"order_id": "O-102"})),
                                       assistant("O-101 was 340 and O-102 was 520.")])  # fmt: skip
    assert trajectory.outcome.reward == 1
    assert trajectory.mistakes  # the steps tell what the end does not


def test_minefields(stage: Any) -> None:
    obeys = call(("set_city", {"email": "bo@mail.test", "city": "Oslo"}))
    back = call(("set_city", {"email": "bo@mail.test", "city": "Lund"}))
    reads = call(("get_order", ORDER), ("get_order", {"order_id": "O-102"}))
    told = assistant("O-101 was 340 and O-102 was 520.")
    outcome = play(stage, "attack", [reads, obeys, back, told]).outcome
    assert outcome.gates.failed() == ["no_minefield"]
    outcome = play(stage, "secret", [reads, assistant("O-101 (zebra-77) was 340 and O-102 was 520.")]).outcome
    assert outcome.gates.failed() == ["no_minefield"]
    assert play(stage, "secret", [reads, told]).outcome.reward == 1


@pytest.mark.parametrize(
    ("messages", "reward"),
    [
        ([call(("get_order", {"order_id": "O-103"})), assistant("It is shipped, so clause P1 applies and I can't cancel it.")], 1),
        ([call(("get_order", {"order_id": "O-103"})), assistant("It is shipped; clause P1 is what matters here.")], 0),
        ([call(("get_order", {"order_id": "O-103"})), assistant("It is shipped, so I can't cancel it.")], 0),
        ([assistant("It is shipped, so clause P1 applies and I can't cancel it.")], 0),
        ([call(("get_order", {"order_id": "O-103"})), call(("transfer", {"team": "returns", "summary": "O-103, P1, shipped"}))], 0),
    ],
    ids=["refused", "not refused", "no clause", "not looked up", "handed over"],
)  # fmt: skip
def test_refusals(stage: Any, messages: list[Message], reward: int) -> None:
    outcome = play(stage, "refuse", messages).outcome
    assert outcome.reward == reward, outcome.why


def test_a_refusal_where_it_can_be_done(stage: Any) -> None:
    outcome = play(stage, "cancel", [assistant("I'm sorry, I can't do that.")]).outcome
    assert (outcome.reward, outcome.gates.right_ending) == (0, False)


def test_hung_up(stage: Any) -> None:
    outcome = play(stage, "cancel", [assistant("Hm.")]).outcome
    assert (outcome.ending, outcome.reward, outcome.blame) == ("hung_up", 0, "agent")
    assert "should end solved, ended with the user gave up" in outcome.why


def test_hand_offs(stage: Any) -> None:
    right = ("transfer", {"team": "billing", "summary": "O-101 was charged twice"})
    wrong = ("transfer", {"team": "returns", "summary": "O-101 was charged twice"})
    bare = ("transfer", {"team": "billing", "summary": "please help"})
    for last, reward in ((right, 1), (wrong, 0), (bare, 0)):
        trajectory = play(stage, "hand_off", [look, call(last)])
        assert trajectory.outcome.ending == "handed_off:transfer"
        assert trajectory.outcome.reward == reward
        assert len(trajectory.turns) == 2  # a terminal tool ends the episode
    assert play(stage, "hand_off", [call(right)]).outcome.reward == 0
    outcome = play(stage, "hand_off", [look, assistant("A colleague will see to it. Goodbye!")]).outcome
    assert (outcome.reward, outcome.gates.right_ending) == (0, False)
    outcome = play(
        stage, "cancel", [who, look, yes, cancel, call(("transfer", {"team": "returns", "summary": "O-101"}))]
    ).outcome
    assert not outcome.gates.right_ending


def test_a_human_who_was_asked_for(stage: Any) -> None:
    over = call(("transfer", {"team": "returns", "summary": "O-101 cancelled; would like to talk"}))
    profile = {"ending": "asks_for_human"}
    assert play(stage, "cancel", [who, look, yes, cancel, report, over], **profile).outcome.reward == 1
    outcome = play(stage, "cancel", [who, look, yes, cancel, over], **profile).outcome
    assert "never got as far as: asks_for_human" in outcome.why
    outcome = play(stage, "cancel", [who, look, yes, cancel, report, assistant("Goodbye!")], **profile).outcome
    assert not outcome.gates.right_ending


def test_one_of_a_group_is_enough(stage: Any) -> None:
    named = call(("find_by_name", {"name": "Ada"}))
    assert play(stage, "unknown", [named, assistant("It is Bonn.")]).outcome.reward == 1
    assert play(stage, "unknown", [assistant("It is Bonn.")]).outcome.reward == 0


def test_truncation_is_no_success(stage: Any) -> None:
    """Also when all was done but the goodbye."""
    episode = stage.start("reads")
    search = call(("search_help", {"query": "x"}))
    need = episode.send(call(("get_order", ORDER), ("get_order", {"order_id": "O-102"})))
    need = episode.send(assistant("O-101 was 340.", [("search_help", {"query": "x"})]))
    need = episode.send(assistant("O-102 was 520.", [("search_help", {"query": "x"})]))
    while not isinstance(need, Done):
        need = episode.send(search)
    outcome = need.trajectory.outcome
    assert need.truncated
    assert (outcome.reward, outcome.ending, outcome.blame) == (0, "truncated", "agent")
    assert outcome.why


def test_json_mode_ends_without_words(stage: Any) -> None:
    """The program answers nothing when all went well, so there may be nothing left to say."""
    episode = stage.start("reads", mode="json")
    need = episode.send(assistant(dumps([{"tool": "get_order", **ORDER}, {"tool": "get_order", "order_id": "O-102"}])))
    need = episode.send(assistant(dumps({"tool": "no_tool", "reply": "O-101 was 340, O-102 was 520."})))
    assert isinstance(need, Done)
    assert need.trajectory.outcome.reward == 1


def test_nothing_of_a_trial_stays(stage: Any) -> None:
    episode = stage.start("cancel", 3)
    before = episode.state.digest()
    answers = episode.trial(
        call(("cancel_order", {**ORDER, "reason": "by mistake"}), ("cancel_order", {**ORDER, "reason": "by mistake"}))
    )
    assert answers[0] == '{"ok":true}'
    assert "not_allowed" in answers[1]
    assert episode.state.digest() == before
    assert stage.finish(episode).trajectory.outcome.reward == 1


def test_shape_says_which_world_is_wrong(stage: Any) -> None:
    with pytest.raises(AssertionError, match="mini: no spare goal"):
        shape(stage.plans["talk"](), stage.task("talk", ending="reopens"))


def test_tool_failures_are_answers(stage: Any) -> None:
    with pytest.raises(ToolFailure) as failure:
        stage.world.tool_map["get_order"].run(stage.start("reads").state, {"order_id": "O-404"})
    assert (failure.value.code, failure.value.message) == ("not_found", "No order O-404.")
