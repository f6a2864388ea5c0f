"""Tickets and API calls: one message holds all of it, the yes too, and nobody answers what is asked afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from trajgym.chat import Message, assistant
from trajgym.errors import TrajgymError
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode, NeedWords
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.user import forms
from trajgym.gym_envs.user.dims import DIMENSIONS, FORMS, NEUTRAL, check, task_class
from trajgym.gym_envs.user.languages import TONGUES
from trajgym.gym_envs.user.openings import APPROVALS
from trajgym.gym_envs.user.space import valid
from trajgym.gym_envs.world import World
from trajgym.seeding import Rng
from trajgym.task import Task
from trajgym.trajectory import Trajectory

WORLDS = ("retail_desk", "bank_ops", "knowledge_desk", "phone_settings", "dual_control_support")


def on(task: Task, channel: str, world: World) -> Task | None:
    """`task` as it comes through a form: what cannot go with one is left out. None when that makes it another class."""
    profile = {"channel": channel}
    for name, level in task.profile.items():
        if name != "channel" and valid({**profile, name: level}, world):
            profile[name] = level
    if not valid(profile, world) or task_class(profile, task.faults) != task.task_class:
        return None
    return replace(task, profile=profile)


def play(episode: Episode, before: Sequence[Message] = ()) -> Trajectory:
    need = episode.start()
    for message in before:
        assert not isinstance(need, Done)
        need = episode.send(message)
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    return need.trajectory


def said(episode: Episode) -> list[str]:
    return [message["content"] or "" for message in episode.history if message["role"] == "user"]


@pytest.mark.parametrize("channel", FORMS)
@pytest.mark.parametrize("name", WORLDS)
def test_everything_is_said_once_and_the_expert_goes_straight_to_work(name: str, channel: str) -> None:
    world = registry.load(name)
    played = confirmed = 0
    for index in range(400):
        task = on(make_task(world, 12, index), channel, world)
        if task is None or played == 200:
            continue
        episode = Episode(task)
        run = play(episode)
        assert run.outcome.reward == 1 and not run.mistakes, (index, run.outcome.why, said(episode))
        assert [act for act in run.acts if act != "program"] in (["open"], ["open", "stop"])
        assert "channel" in run.reached
        assert all(fact in " ".join(said(episode)[0].split()) for fact in spoken(episode))
        played += 1
        confirmed += any(step.confirm for step in episode.plan.steps)
    assert played == 200
    assert confirmed > 20 or name in ("knowledge_desk", "phone_settings")


def spoken(episode: Episode) -> list[str]:
    """The words of the facts that the plan's steps take, where no language or form has changed what stands around them."""
    slots = {slot for step in episode.plan.steps for slot in step.slots}
    return [" ".join(episode.plan.facts[slot].spoken.split()) for slot in sorted(slots)]


def form_task(world: str, channel: str, **profile: str) -> Task:
    """A task with something to confirm that is told through a form."""
    home = registry.load(world)
    for index in range(100):
        task = make_task(home, 5, index)
        if task.task_class == "act" and task.tool_view["mode"] == "native":
            task = replace(task, profile={"channel": channel, **profile})
            episode = Episode(task)
            episode.start()
            episode.close()
            if any(step.confirm for step in episode.plan.steps):
                return task
    raise AssertionError(world)


@pytest.mark.parametrize("channel", FORMS)
def test_asking_is_a_mistake_and_a_machine_answers(channel: str) -> None:
    task = form_task("bank_ops", channel)
    for words, code in (
        ("Shall I go ahead? Please confirm with yes.", "M08"),
        ("What is your customer number?", "M08"),
    ):
        episode = Episode(task)
        run = play(episode, [assistant(words, [])])
        assert run.mistakes == [code]
        assert run.acts[:2] == ["open", "automatic"] and run.acts[-1] == "stop"
        assert said(episode)[1:] == [text for text in forms.AUTOMATIC[channel] if text in said(episode)[1:]]
        assert run.outcome.reward == 1  # it went on with what the form says


@pytest.mark.parametrize("channel", FORMS)
@pytest.mark.parametrize("words", ["Shall I go ahead?", "One moment, please.", "I'm sorry, I can't do that.", "Done!"])
def test_nobody_waits_for_ever(channel: str, words: str) -> None:
    episode = Episode(form_task("bank_ops", channel))
    episode.start()
    for _ in range(2):
        assert not isinstance(episode.send(assistant(words, [])), Done)
    need = episode.send(assistant(words, []))
    assert isinstance(need, Done) and not need.truncated
    assert need.trajectory.outcome.reward == 0 and need.trajectory.outcome.blame == "agent"
    assert need.trajectory.acts == ["open", "automatic", "automatic", "stop"]


def test_work_between_the_words_is_progress() -> None:
    """Words beside the work never end the episode, however many."""
    episode = Episode(form_task("bank_ops", "ticket"))
    need = episode.start()
    while not isinstance(need, Done):
        need = episode.send(assistant("Let me see.", []))
        if not isinstance(need, Done):
            need = episode.send(episode.oracle())
    assert need.trajectory.outcome.gates.goal


@pytest.mark.parametrize("channel", FORMS)
def test_without_the_yes_in_advance_the_same_work_is_a_mistake(channel: str) -> None:
    """A planted loss: the yes of the form is what lets the expert write."""
    episode = Episode(form_task("bank_ops", channel))
    need = episode.start()
    episode.trace.confirmed.clear()
    asked = False
    while not isinstance(need, Done):
        asked |= any(move.kind == "confirm" for move in episode.moves())
        need = episode.send(episode.oracle())
    assert asked and need.trajectory.outcome.reward == 0


@pytest.mark.parametrize(
    ("name", "level"),
    [("opening", "underspecified"), ("patience", "low_hangup"), ("ending", "explicit_thanks"), ("ending", "silent_stop"),
     ("confirmation", "wants_silence"), ("ambiguity", "two_entities"), ("multi_party", "two_speakers"),
     ("cooperation", "evasive"), ("interruption", "offtopic_chitchat"), ("pressure", "insists")],
)  # fmt: skip
def test_what_needs_a_second_turn_never_comes(name: str, level: str) -> None:
    for channel in FORMS:
        profile = {
            "channel": channel,
            "feasibility": "policy_forbidden" if name == "pressure" else "doable",
            name: level,
        }
        if level == NEUTRAL[name]:
            check(profile)
            continue
        with pytest.raises(TrajgymError, match=r"never goes with .*(no second user turn|nobody waits)"):
            check(profile)


def test_both_levels_occur_in_every_world_of_ours() -> None:
    for name in registry.names():
        assert all(valid({"channel": channel}, registry.load(name)) for channel in FORMS), name


# -- the forms ----------------------------------------------------------------------------------------------------------


def test_tickets_have_many_forms_and_no_values() -> None:
    parts = [*forms._SUBJECT, *forms._REPORTER, *forms._UNNAMED, *forms._PRIORITY, *forms._DEGREES, *forms._DESCRIPTION]
    assert len({*parts, *forms._APPROVAL}) >= 30
    assert len(set(APPROVALS)) >= 20 and all(len(tongue.approvals) >= 4 for tongue in TONGUES.values())
    answers = [text for texts in forms.AUTOMATIC.values() for text in texts]
    assert all(len(set(texts)) >= 8 for texts in forms.AUTOMATIC.values())
    assert not [text for text in (*parts, *APPROVALS, *answers) if re.search(r"\d|@", text)]
    tickets = {forms.Ticket(Rng("k", n), "en_native", "an order", None).around("x", "open", False) for n in range(200)}
    assert len(tickets) > 190


@pytest.mark.parametrize("body", ["Send O-101 to Ada.", 'Say "hello" to C:\\new\nnow.', "把 O-101 寄给 Ada。"])
def test_an_api_call_holds_its_words_as_they_are(body: str) -> None:
    shapes = set()
    for n in range(60):
        text = forms.ApiCall(Rng("k", n)).around(body, "open", False)
        assert body in text
        shapes.add((text.startswith("POST /"), "application/json" in text, "\n  " in text))
        if "text/plain" not in text:
            fields = json.loads(text[text.index("{") :])
            assert body in fields.values() and fields["confirmed"] is True and fields["reply_to"] is None
    assert len(shapes) == (1 if '"' in body else 5)


def test_a_model_is_not_asked_to_word_a_form() -> None:
    for channel in ("email", *FORMS):
        need = Episode(replace(form_task("bank_ops", "ticket"), profile={"channel": channel}), user="m").start()
        assert isinstance(need, NeedWords) and bool(need.language) is (channel == "email")


def test_the_dimension_acts_whole() -> None:
    world = registry.load("retail_desk")
    assert all(valid({"channel": level}, world) for level in DIMENSIONS["channel"].levels)
