"""Each level of how a user behaves towards the agent leaves its sign in the transcript, and no other level leaves that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from trajgym.chat import assistant
from trajgym.gym_envs import beliefs, registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.trace import contains
from trajgym.gym_envs.user import manners
from trajgym.gym_envs.user.company import OTHERS, PAIRS
from trajgym.gym_envs.user.dims import DIMENSIONS
from trajgym.trajectory import Trajectory

SAMPLES = 8


def said(trajectory: Trajectory) -> list[str]:
    """The user's messages."""
    heard = [*trajectory.opening, *(message for turn in trajectory.turns for message in turn.results)]
    return [message["content"] or "" for message in heard if message["role"] == "user"]


def holds(text: str, act: str) -> bool:
    """Does `text` hold a form of `act`?"""
    return any(form.strip() in text for form in manners.CORES[act])


def any_holds(trajectory: Trajectory, act: str) -> bool:
    return any(holds(text, act) for text in said(trajectory))


def _comes_back(trajectory: Trajectory) -> bool:
    if "aside" not in trajectory.acts:
        return False
    at = trajectory.acts.index("aside")
    texts = said(trajectory)
    return holds(texts[at], "aside") and holds(texts[at + 1], "return")


def _contradicts(trajectory: Trajectory) -> bool:
    """Both values are said, in one message that is not the settling one."""
    return "settle" in trajectory.acts and any("O-101" in text and "O-102" in text for text in said(trajectory))


def _relays(trajectory: Trajectory) -> bool:
    """One other person stands in the wish, and in front of each answer."""
    who, word = next(((who, word) for who, word in OTHERS if who in said(trajectory)[0].lower()), ("", ""))
    answers = [text for act, text in zip(trajectory.acts, said(trajectory), strict=False) if act == "inform"]
    fronts = [text[:60].lower() for text in answers]
    return bool(who) and all(f"{who} " in front or f"{word} says" in front for front in fronts)


def _believes(trajectory: Trajectory, level: str) -> bool:
    """A wrong value is stated with the wish, in a form of `level`; the right one reaches the user."""
    fronts = [form.split('"')[0].strip() for form in beliefs.PREMISES[level]]
    told = " ".join(turn.message["content"] or "" for turn in trajectory.turns)
    return "430" in said(trajectory)[0] and any(front in said(trajectory)[0] for front in fronts) and "340" in told


def _misreads(trajectory: Trajectory) -> bool:
    """An id that no order has is told, looked up in vain, and put right when the agent comes back with it."""
    texts = said(trajectory)
    told = next((text for text in texts if "O-1" in text), "")
    answers = [message["content"] or "" for turn in trajectory.turns for message in turn.results]
    failed = any("not_found" in answer for answer in answers)
    at = trajectory.acts.index("wrong_id") if "wrong_id" in trajectory.acts else -1
    return failed and "O-101" not in told and at > 0 and "O-101" in texts[at]


def _two_sign(trajectory: Trajectory) -> bool:
    """Both sign, and each message begins with another of the two."""
    texts = said(trajectory)
    return any(
        f"{b}: " in texts[0] and all(t.startswith(f"{(a, b)[n % 2]}: ") for n, t in enumerate(texts)) for a, b in PAIRS
    )


SIGNS: dict[tuple[str, str], Callable[[Trajectory], bool]] = {
    ("cooperation", "guarded"): lambda t: "ask_why" in t.acts and any_holds(t, "ask_why"),
    ("cooperation", "evasive"): lambda t: "dodge" in t.acts and any_holds(t, "dodge"),
    ("cooperation", "contradictory"): _contradicts,
    ("cooperation", "hostile"): lambda t: any_holds(t, "insult"),
    ("interruption", "aside_then_back"): _comes_back,
    ("interruption", "offtopic_chitchat"): lambda t: holds(said(t)[0], "chat") and "chat" in t.acts,
    ("interruption", "new_intent_midway"): lambda t: (
        "new_intent_midway" in t.acts and t.acts.index("new_intent_midway") < t.acts.index("confirm")
    ),
    ("knowledge_error", "outdated_fact"): lambda t: _believes(t, "outdated_fact"),
    ("knowledge_error", "false_premise"): lambda t: _believes(t, "false_premise"),
    ("knowledge_error", "wrong_id"): _misreads,
    ("multi_party", "relays_third_party"): _relays,
    ("multi_party", "two_speakers"): _two_sign,
    ("multi_party", "handoff_expected"): lambda t: (
        holds(said(t)[0], "expects") and t.outcome.ending == "handed_off:transfer"
    ),
}
"""For each level of `SHOWN` but the neutral one, what shows it."""
SHOWN = sorted({dimension for dimension, _ in SIGNS})


def play(stage: Any, sample: int = 0, case: str = "cancel", **profile: str) -> Trajectory:
    episode = Episode(stage.task(case, **profile), sample=sample)
    episode.start()
    done: Done = stage.finish(episode)
    assert done.trajectory.outcome.reward == 1, done.trajectory.outcome.why
    assert not done.trajectory.mistakes
    return done.trajectory


@pytest.mark.parametrize("dimension", SHOWN)
def test_every_level_shows_its_sign_and_no_other_does(stage: Any, dimension: str) -> None:
    levels = DIMENSIONS[dimension].levels
    assert {level for name, level in SIGNS if name == dimension} >= set(levels) - {DIMENSIONS[dimension].neutral}
    for level in levels:
        for sample in range(SAMPLES):
            trajectory = play(stage, sample, **_with(dimension, level))
            shown = [other for other in levels if (dimension, other) in SIGNS and SIGNS[dimension, other](trajectory)]
            assert shown == ([] if level == DIMENSIONS[dimension].neutral else [level]), said(trajectory)
            assert (dimension in trajectory.reached) == bool(shown)


def _with(dimension: str, level: str) -> dict[str, str]:
    """The least profile in which `level` can show."""
    return {dimension: level} | ({"info_giving": "only_when_asked"} if level in ("guarded", "evasive") else {})


# -- cooperation -------------------------------------------------------------------------------------------------------


def started(stage: Any, **profile: str) -> Episode:
    episode = Episode(stage.task("cancel", **profile))
    episode.start()
    return episode


def words_of(episode: Episode) -> str:
    return str(episode.history[-1]["content"])


def test_a_guarded_user_gives_a_fact_on_a_reason_or_at_the_second_ask(stage: Any) -> None:
    for answer in ("It's how I find your entry.", "May I have your e-mail address?"):
        episode = started(stage, cooperation="guarded", info_giving="only_when_asked")
        episode.send(assistant("May I have your e-mail address?"))
        assert episode.acts[-1] == "ask_why" and "ada@mail.test" not in words_of(episode)
        episode.send(assistant(answer))
        assert episode.acts[-1] == "inform" and "ada@mail.test" in words_of(episode)
        episode.send(assistant("And what is the order number?"))
        assert episode.acts[-1] == "inform"  # asking why is done once


def test_an_evasive_user_has_to_be_asked_again(stage: Any) -> None:
    episode = started(stage, cooperation="evasive", info_giving="only_when_asked")
    episode.send(assistant("May I have your e-mail address?"))
    assert episode.acts[-1] == "dodge"
    episode.send(assistant("I see."))
    assert "ada@mail.test" not in words_of(episode)
    episode.send(assistant("May I have your e-mail address?"))
    assert "ada@mail.test" in words_of(episode)


def test_who_takes_one_of_two_values_without_asking_makes_a_mistake(stage: Any) -> None:
    for order in ("O-101", "O-102"):
        episode = started(stage, cooperation="contradictory")
        assert {"O-101", "O-102"} <= set(words_of(episode).replace(".", " ").replace(",", " ").split())
        episode.send(assistant(None, [("find_customer", {"email": "ada@mail.test"})]))
        episode.send(assistant(None, [("get_order", {"order_id": order})]))
        codes = {verdict.code for verdict in episode.turns[-1].verdicts}
        assert codes & {"M07", "M02", "M01"}, codes


def test_a_contradiction_is_settled_when_it_is_asked_for_in_any_words(stage: Any) -> None:
    for question in ("Which order number is right?", "You gave me two, which one do you mean?"):
        episode = started(stage, cooperation="contradictory")
        episode.send(assistant(None, [("find_customer", {"email": "ada@mail.test"})]))
        episode.send(assistant(question))
        assert episode.acts[-1] == "settle"
        assert "O-101" in words_of(episode) and "O-102" not in words_of(episode)
    silent = started(stage, cooperation="contradictory")
    silent.send(assistant("One moment."))
    assert silent.acts[-1] != "settle"


def test_insults_do_not_keep_facts_back(stage: Any) -> None:
    calm, hostile = (play(stage, 3, **profile) for profile in ({}, {"cooperation": "hostile"}))
    assert calm.acts == hostile.acts


# -- interruption ------------------------------------------------------------------------------------------------------


def test_an_aside_costs_no_patience_and_is_said_once(stage: Any) -> None:
    trajectory = play(stage, interruption="aside_then_back", patience="low_hangup")
    assert trajectory.acts.count("aside") == 1 and "hang_up" not in trajectory.acts


def test_who_leaves_in_silence_says_first_that_the_aside_is_over(stage: Any) -> None:
    """Where nothing has to be asked the aside comes at the end."""
    trajectory = play(stage, case="reads", interruption="aside_then_back", ending="silent_stop")
    assert trajectory.acts == ["open", "aside", "back", "stop"]
    assert {"interruption", "ending"} <= set(trajectory.reached)


def test_a_refusal_is_answered_and_not_talked_past(stage: Any) -> None:
    trajectory = play(stage, case="refuse", interruption="offtopic_chitchat")
    assert trajectory.acts == ["open", "thank_anyway"] and "interruption" in trajectory.reached


def test_a_level_that_could_not_show_is_not_reached(stage: Any) -> None:
    """An agent that hands over without a word hears no aside."""
    episode = Episode(stage.task("hand_off", interruption="aside_then_back"))
    episode.start()
    assert stage.finish(episode).trajectory.reached == []


def test_the_wish_put_in_midway_has_to_be_done(stage: Any) -> None:
    """An agent that goes on as if nothing had been said gets nothing for it."""
    episode = Episode(stage.task("cancel", interruption="new_intent_midway"))
    episode.start()
    while episode.acts[-1] != "new_intent_midway":
        episode.send(episode.oracle())
    episode.send(assistant("Shall I cancel order O-101 (by mistake)?"))
    episode.send(assistant(None, [("cancel_order", {"order_id": "O-101", "reason": "by mistake"})]))
    need = episode.send(assistant("Order O-101 is cancelled. It was worth 340."))
    assert not isinstance(need, Done) and episode.acts[-1] == "missing"
    trajectory = stage.finish(episode).trajectory
    assert trajectory.outcome.reward == 1  # it is never too late
    stubborn = Episode(stage.task("cancel", interruption="new_intent_midway"))
    stubborn.start()
    need = stubborn.send(assistant("All done."))
    while not isinstance(need, Done):
        need = stubborn.send(assistant("All done."))
    assert need.trajectory.outcome.reward == 0


# -- knowledge_error ---------------------------------------------------------------------------------------------------


def test_who_takes_over_what_the_user_believes_is_wrong(stage: Any) -> None:
    """The same messages are right where the user believes nothing."""
    for profile, right in (({}, "It was worth 340."), ({"knowledge_error": "false_premise"}, "It was worth 430.")):
        episode = started(stage, **profile)
        while not any(move.kind == "close" for move in episode.moves()):
            episode.send(episode.oracle())
        need = episode.send(assistant(f"Order O-101 is cancelled. {right}"))
        codes = {verdict.code for turn in episode.turns for verdict in turn.verdicts}
        assert ("M23" in codes) == bool(profile)
        assert isinstance(need, Done) != bool(profile)


def test_the_expert_says_that_the_user_is_mistaken(stage: Any) -> None:
    trajectory = play(stage, knowledge_error="outdated_fact")
    last = str(trajectory.turns[-1].message["content"]).lower()
    assert "340" in last and any(word in last for word in ("whatever", "not what", "put that right"))
    assert "430" not in last


def test_a_claim_is_about_no_other_value_of_the_plan() -> None:
    """A wrong value that stands elsewhere in the plan would be "agreed to" by whoever says the other thing."""
    for name in ("desktop_assistant", "craft_world", "phone_settings"):
        world, seen = registry.load(name), 0
        for index in range(150):
            task = make_task(world, 3, index)
            if task.profile.get("knowledge_error") not in beliefs.PREMISES:
                continue
            episode = Episode(task)
            episode.start()
            plan = episode.plan
            (wrong,) = plan.wrong_claims
            elsewhere = " | ".join(f"{step.args} {step.phrase} {step.done}" for step in plan.steps)
            assert not wrong.isdigit() or not contains(elsewhere, int(wrong)), task.index
            episode.close()
            seen += 1
        assert seen > 5


# -- multi_party -------------------------------------------------------------------------------------------------------


def test_who_expects_a_hand_over_is_told_first_and_then_passed_on(stage: Any) -> None:
    report = assistant("Order O-101 is cancelled. It was worth 340.")
    over = assistant(None, [("transfer", {"team": "returns", "summary": "Order O-101 was cancelled."})])
    for messages, right in (((report, over), True), ((over,), False), ((report, assistant("Goodbye!")), False)):
        episode = started(stage, multi_party="handoff_expected")
        while "cancel" not in episode.trace.done:
            episode.send(episode.oracle())
        for message in messages:
            need = episode.send(message)
        while not isinstance(need, Done):
            need = episode.send(assistant("Goodbye!"))
        assert bool(need.trajectory.outcome.reward) == right
        assert not (right and need.trajectory.mistakes)
