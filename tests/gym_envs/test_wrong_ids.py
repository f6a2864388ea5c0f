"""The user who gives an id that fits nothing: looked up in vain, asked for again, and only then used."""

from __future__ import annotations

from typing import Any

import pytest

from trajgym.chat import assistant
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.trace import contains
from trajgym.gym_envs.user.space import valid
from trajgym.trajectory import Trajectory

WRONG = {"knowledge_error": "wrong_id"}
WORLDS = [name for name in registry.names() if valid(WRONG, registry.load(name))]


def failed(stage: Any, **profile: str) -> Episode:
    """An episode in which the order was looked up in vain."""
    episode: Episode = stage.start("cancel", **WRONG, **profile)
    while "look!" not in episode.trace.done:
        episode.send(episode.oracle())
    return episode


def wrong_of(episode: Episode) -> str:
    return episode.plan.facts["order"].spoken


def codes(episode: Episode) -> set[str]:
    return {verdict.code for verdict in episode.turns[-1].verdicts}


def test_eight_worlds_have_ids_to_get_wrong() -> None:
    assert len(WORLDS) == 8
    assert "tool_picker" not in WORLDS


def test_the_expert_is_not_clairvoyant(stage: Any) -> None:
    episode: Episode = stage.start("cancel", **WRONG)
    assert wrong_of(episode) not in ("O-101", "O-102", "O-103", "O-104")
    done: Done = stage.finish(episode)
    calls = [
        call["function"]["arguments"]
        for turn in done.trajectory.turns
        for call in turn.message.get("tool_calls", ())
        if call["function"]["name"] == "get_order"
    ]
    assert [wrong_of(episode) in calls[0], "O-101" in calls[1], len(calls)] == [True, True, 2]
    asked = next(turn.message["content"] for turn in done.trajectory.turns if turn.message["content"])
    assert wrong_of(episode) in asked  # it says what it looked for


@pytest.mark.parametrize(
    ("mistake", "code"),
    [
        (assistant(None, [("get_order", {"order_id": "O-101"})]), "M07"),  # a guess, though a right one
        (assistant(None, [("get_order", {"order_id": "O-104"})]), "M07"),
        (assistant(None, [("cancel_order", {"order_id": "O-101", "reason": "by mistake"})]), "M07"),
        (assistant("I'm sorry, I can't find that order. Goodbye!"), "M12"),
        (assistant("Order O-101 is cancelled."), "M11"),
    ],
)
def test_who_guesses_or_goes_on_makes_a_mistake(stage: Any, mistake: Any, code: str) -> None:
    episode = failed(stage)
    episode.send(mistake)
    assert code in codes(episode)


def test_the_same_call_again_is_a_mistake(stage: Any) -> None:
    episode = failed(stage)
    episode.send(assistant(None, [("get_order", {"order_id": wrong_of(episode)})]))
    assert codes(episode) == {"M17"}


def test_who_asks_again_before_looking_asks_for_what_is_known(stage: Any) -> None:
    episode: Episode = stage.start("cancel", **WRONG)
    episode.send(assistant("Could you give me the order number, please?"))
    assert codes(episode) == {"M08"} and episode.acts[-1] == "repeat"
    assert wrong_of(episode) in str(episode.history[-1]["content"])


def test_the_user_puts_it_right_in_whatever_words_it_hears_of_it(stage: Any) -> None:
    for words in (
        "What is the order number?",
        "Unfortunately I could not find anything.",
        "Nothing is stored under {wrong}.",
        "Hmm, are you sure about the number of the order?",
    ):
        episode = failed(stage)
        episode.send(assistant(words.replace("{wrong}", wrong_of(episode))))
        assert episode.acts[-1] == "wrong_id", words
        assert "O-101" in str(episode.history[-1]["content"])
    silent = failed(stage)
    silent.send(assistant("One moment, please."))
    assert silent.acts[-1] != "wrong_id"


def test_an_agent_that_never_asks_again_gets_nothing(stage: Any) -> None:
    episode = failed(stage)
    need = episode.send(assistant("All done."))
    while not isinstance(need, Done):
        need = episode.send(assistant("All done."))
    assert need.trajectory.outcome.reward == 0
    assert any("wrong_id" in reason for reason in need.trajectory.outcome.why)


@pytest.mark.parametrize("name", WORLDS)
def test_a_wrong_id_finds_nothing_in_its_world(name: str) -> None:
    world, seen = registry.load(name), 0
    for index in range(400):
        task = make_task(world, 7, index)
        if task.profile.get("knowledge_error") != "wrong_id":
            continue
        episode = Episode(task)
        need = episode.start()
        facts = episode.plan.facts
        slot = next(slot for event in episode.plan.events if event.kind == "wrong_id" for slot in event.tells)
        right, wrong = facts[slot].spoken, facts[slot.partition("#")[0]].spoken
        assert sum(a != b for a, b in zip(right, wrong, strict=True)) in (1, 2)
        while not isinstance(need, Done):
            need = episode.send(episode.oracle())
        check(need.trajectory, right, wrong)
        seen += 1
        if seen == 6:
            return
    raise AssertionError(f"only {seen} tasks")


def check(trajectory: Trajectory, right: str, wrong: str) -> None:
    assert trajectory.outcome.reward == 1 and not trajectory.mistakes, trajectory.outcome.why
    heard = [*trajectory.opening, *(message for turn in trajectory.turns for message in turn.results)]
    told = [message["content"] or "" for message in heard if message["role"] == "user"]
    assert next(n for n, text in enumerate(told) if contains(text, wrong)) < next(
        n for n, text in enumerate(told) if contains(text, right)
    )
