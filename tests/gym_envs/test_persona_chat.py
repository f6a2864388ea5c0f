"""Answers without a tool, in the tone and the form that the user asks for: in every world, and checked by a rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from worlds_tested import NAMES

from trajgym.chat import Message, assistant, dumps, loads
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.operators import propose
from trajgym.gym_envs.persona import in_form, small_talk
from trajgym.gym_envs.plan import Ending, Goal, Plan, Tell
from trajgym.gym_envs.style import Form
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.user.machine import User
from trajgym.seeding import Rng
from trajgym.task import Task

TASKS = 500


def chats(world: str) -> list[Task]:
    """The tasks among the world's first 500 that want no tool."""
    made = (make_task(registry.load(world), 5, index) for index in range(TASKS))
    return [task for task in made if task.task_class == "answer_no_tool"]


def words(episode: Episode, text: str) -> Message:
    return assistant(dumps({"tool": "no_tool", "reply": text}) if episode.json_mode else text)


def text_of(episode: Episode, message: Message) -> str:
    content = message["content"] or ""
    return str(loads(content)["reply"]) if episode.json_mode else content


def at_the_answer(task: Task) -> Episode:
    """An episode in which nothing is left but to answer."""
    episode = Episode(task)
    episode.start()
    while episode.moves()[0].kind != "close":
        episode.send(episode.oracle())
    return episode


@pytest.mark.parametrize("world", NAMES)
def test_every_world_is_asked_for_answers_in_a_form(world: str) -> None:
    wishes: Counter[str] = Counter()
    for task in chats(world):
        episode = at_the_answer(task)
        form = episode.plan.form
        if form is None:
            episode.close()
            continue
        wishes[form.wish] += 1
        right = episode.oracle()
        assert not episode.check(right), (task.index, right)
        wrong = propose(episode, "M24", Rng(task.id))
        assert wrong is not None and wrong[1].code == "M24", task.index
        broken = f"So, in short, it is this, the result of that: {text_of(episode, right)}. I hope you like it."
        assert form.breach(broken), (form, broken)
        assert "M24" in [verdict.code for verdict in episode.check(words(episode, broken))], (form, broken)
        need = episode.send(right)
        while not isinstance(need, Done):
            need = episode.send(episode.oracle())
        assert need.trajectory.outcome.reward == 1, task.index
        assert not need.trajectory.mistakes
    assert len(wishes) >= 6, wishes


@pytest.mark.parametrize("world", ["retail_desk", "tool_picker"])
def test_an_answer_in_another_form_is_no_answer(world: str) -> None:
    """The user says so; with the right form the episode can still be won."""
    told = 0
    for task in chats(world)[:12]:
        task = replace(task, profile={"feasibility": "no_tool_needed"})
        for again in (False, True):
            episode = at_the_answer(task)
            form = episode.plan.form
            if form is None:
                continue
            wrong = f"So, in short, it is this, the result of that: {form.says[0]}. I hope you like it."
            need = episode.send(words(episode, wrong))
            assert not isinstance(need, Done)
            assert episode.acts[-1] == "form" and not episode.trace.tells
            told += 1
            for _ in range(30):
                need = episode.send(episode.oracle() if again else words(episode, "As I said."))
                if isinstance(need, Done):
                    break
            assert isinstance(need, Done) and need.trajectory.outcome.reward == again, task.index
    assert told >= 4


GOOD_AND_BAD = [
    (Form("", (), words=1), "5.90", "It is 5.90"),
    (Form("", (), words=4), "It is 5.90 euros", "It is 5.90 euros then"),
    (Form("", (), lower=True), "it is p3.", "It is p3."),
    (Form("", (), bullets=2), "- 5.90 euros\n\n* Glad to help", "- 5.90 euros, glad to help"),
    (Form("", (), bullets=2), "- 5.90 euros\n- Bye", "Here you are:\n- 5.90 euros\n- Bye"),
    (Form("", (), without="is"), "This: 5.90", "That Is 5.90"),
    (Form("", (), begins="Ahoy"), '"Ahoy!" It is 5.90', "It is 5.90, ahoy"),
    (Form("", (), ends="yours truly"), "It is 5.90. Yours truly.", "Yours truly: it is 5.90."),
    (Form("", (), holds="a b"), "as you like: a b", "as you like: a  b"),
    (Form("", (), lower=True, words=2), "two words", "Two words"),
]


@pytest.mark.parametrize(("form", "good", "bad"), GOOD_AND_BAD)
def test_limits_of_a_form(form: Form, good: str, bad: str) -> None:
    assert form.breach(good) == ""
    assert form.breach(bad)


def plan_of(question: str, value: object, *says: str) -> Plan:
    tells = [Tell("answer", value, "text", says)]
    return Plan([Goal("g0", (question,), (), "it")], {}, [], tells, endings={0: Ending("answered", ("",))})


def test_every_way_of_saying_keeps_the_form_and_has_the_answer() -> None:
    seen = set()
    for number in range(400):
        plan = plan_of(
            "how late it is", "06:15", "It is {value}", "{value} it is", "In the hall the clock shows {value}"
        )
        in_form(plan, Rng("form", number))
        if plan.form is None:
            assert plan.goals[0].says == ("how late it is",)
            continue
        seen.add(plan.form.wish.split('"')[0])
        assert plan.form.wish in plan.goals[0].says[0]
        assert plan.form.says
        for text in plan.form.says:
            assert plan.form.breach(text) == "" and "06:15" in text, (plan.form, text)
    assert len(seen) > 12


def test_games_can_be_won_and_lost() -> None:
    games = [plan.form for n in range(200) if (plan := small_talk([("?", 1, ("{value}",))], WORDS, Rng(n))).form]
    assert len(games) > 30
    for form in games:
        assert all(form.breach(text) == "" for text in form.says)
        assert form.breach(form.holds.upper()) and form.breach(form.holds.replace(" ", ", "))


WORDS = ("anchor", "bell", "cloud", "dune", "ember", "fern")


def test_noise_leaves_the_words_of_a_form_alone() -> None:
    for number in range(60):
        plan = small_talk([("what the time is", "06:15", ("{value}",))], WORDS, Rng("noise", number))
        in_form(plan, Rng("form", number))
        if plan.form is None:
            continue
        said = User(plan, {"surface": "typos"}, f"e{number}").open().text.lower()
        needed = " ".join(plan.form.literals).replace("- ", "").lower().split()
        assert [word for word in needed if word not in said] == []
