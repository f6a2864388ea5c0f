"""Who users are: the same in every episode of a task, and never against what the plan or the world says of them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.users import invented
from trajgym import persona_of
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.plan import Ending, Fact, Goal, Plan
from trajgym.gym_envs.stream import tasks
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.user.machine import User
from trajgym.gym_envs.user.openings import INTRODUCTIONS
from trajgym.gym_envs.user.people import NAMES, OCCUPATIONS, PLACES, VOICES
from trajgym.gym_envs.user.who import Persona, Who, in_words
from trajgym.task import Task

FREE = "tool_picker"
"""A world that says nothing about its users."""


def task_of(seed: int, **profile: str) -> Task:
    return Task(FREE, 1, seed, 0, 0, "act", profile=profile)


def plan_of(*facts: Fact) -> Plan:
    slots = tuple(fact.slot for fact in facts)
    goal = Goal("g0", ("please look something up for me",), slots, "a look-up")
    return Plan([goal], {fact.slot: fact for fact in facts}, [], endings={0: Ending("solved", ("Done.",))})


def opening(task: Task, plan: Plan | None = None, silent: tuple[str, ...] = ()) -> str:
    plan = plan or plan_of()
    return User(plan, task.profile, task.id, Who(task, plan, silent)).open().text


def shows(persona: Persona, text: str) -> set[str]:
    """The parts of `persona` that are in `text`."""
    words = {
        "name": persona.name, "place": persona.place, "occupation": persona.work, "age": f"I'm {in_words(persona.age)}"
    }  # fmt: skip
    return {part for part, word in words.items() if re.search(rf"\b{re.escape(word)}\b", text)}


def test_the_lists_are_large_and_hold_no_value() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 200
    assert len(set(PLACES)) == len(PLACES) >= 100
    assert len(set(OCCUPATIONS)) == len(OCCUPATIONS) >= 100
    phrases = [phrase for each in VOICES.values() for phrase in each]
    assert len(VOICES) >= 5 and len(set(phrases)) == len(phrases)
    for text in (*NAMES, *PLACES, *OCCUPATIONS, *phrases, *INTRODUCTIONS):
        assert text.strip() and not re.search(r"\d|@|\n", text), text


def test_ages_in_words() -> None:
    assert [in_words(age) for age in (18, 20, 34, 90)] == ["eighteen", "twenty", "thirty-four", "ninety"]


def test_the_same_task_has_the_same_persona_in_every_process() -> None:
    code = "import trajgym; print(*[trajgym.persona_of(trajgym.Task('w', 1, n, 0, 0, 'act')) for n in range(40)], sep='\\n')"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert other.splitlines() == [str(persona_of(Task("w", 1, n, 0, 0, "act"))) for n in range(40)]


def test_five_thousand_tasks_have_a_thousand_personas() -> None:
    people = [persona_of(task_of(seed)) for seed in range(5000)]
    assert len(set(people)) >= 4900
    assert {person.age for person in people} == set(range(18, 91))
    assert {person.name for person in people} == set(NAMES) and {person.voice for person in people} == set(VOICES)


def test_the_old_used_to_work() -> None:
    assert Persona("Mia", 80, "Lund", "drive a tram", "plain").work == "used to drive a tram"
    assert Persona("Mia", 30, "Lund", "drive a tram", "plain").work == "drive a tram"


def test_two_episodes_of_a_task_have_the_same_signature() -> None:
    for seed in range(40):
        task = task_of(seed, channel="email")
        plan = plan_of()
        texts = [User(plan, task.profile, f"{task.id}-{sample}", Who(task, plan)).open().text for sample in range(3)]
        name = persona_of(task).name
        assert all(re.search(rf"\n{name}(, .*)?$", text) for text in texts)


def test_every_letter_of_an_episode_is_signed_alike() -> None:
    world = registry.load(FREE)
    found = 0
    for index in range(200):
        task = replace(make_task(world, index, 1), profile={"channel": "email"}, task_class="act", faults={})
        episode = Episode(task)
        need = episode.start()
        while not isinstance(need, Done):
            need = episode.send(episode.oracle())
        texts = [m["content"] for m in episode.history if m["role"] == "user"]
        signatures = {text.rsplit("\n", 1)[-1] for text in texts}
        if episode.plan.facts and persona_of(task).name in texts[0].rsplit("\n", 1)[-1]:
            assert len(signatures) == 1
            found += len(texts) > 1
        if found == 10:
            return
    pytest.fail("no user sent two letters with its name")


@pytest.mark.parametrize(
    ("profile", "some"),
    [({}, True), ({"verbosity": "rambling"}, True), ({"language": "de"}, True), ({"verbosity": "terse"}, False),
     ({"verbosity": "one_word"}, False), ({"channel": "sms"}, False), ({"multi_party": "two_speakers"}, False)],
)  # fmt: skip
def test_who_says_something_about_itself(profile: dict[str, str], some: bool) -> None:
    seen: Counter[str] = Counter()
    for seed in range(300):
        task = task_of(seed, **profile)
        seen.update(shows(persona_of(task), opening(task)))
    assert bool(seen) == some
    if profile == {}:
        assert set(seen) == {"name", "age", "place", "occupation"}
        assert max(seen.values()) < 60  # most users say nothing about themselves


def test_what_the_plan_says_is_left_to_it() -> None:
    facts = {
        "name": Fact("n", "Farid Greco", "name", "your full name"),
        "place": Fact("p", "Reykjavik", "place", "the city"),
        "age": Fact("a", 12, "number", "the age of the guest"),
        "occupation": Fact("o", "baker", "text", "your occupation"),
    }
    for part, fact in facts.items():
        for seed in range(200):
            task = task_of(seed, verbosity="rambling")
            assert part not in shows(persona_of(task), opening(task, plan_of(fact))), part


def test_what_is_to_be_told_or_kept_secret_is_never_said() -> None:
    for seed in range(200):
        task = task_of(seed)
        plan = plan_of()
        plan.secrets = (persona_of(task).place, persona_of(task).name)
        assert not shows(persona_of(task), opening(task, plan)) & {"name", "place"}


def test_a_world_that_knows_its_users_decides() -> None:
    for seed in range(200):
        task = task_of(seed, channel="email")
        assert not shows(persona_of(task), opening(task, silent=("name", "place"))) & {"name", "place"}
    assert "name" in registry.load("retail_desk").knows_user


def test_who_claims_to_be_a_lawyer_does_not_drive_a_tram() -> None:
    for seed in range(300):
        task = task_of(seed, pressure="authority_claim")
        assert "occupation" not in shows(persona_of(task), opening(task))


def test_slips_of_the_fingers_spare_names() -> None:
    seen = 0
    for seed in range(300):
        task = task_of(seed, surface="typos", verbosity="rambling")
        text, persona = opening(task), persona_of(task)
        seen += bool(shows(persona, text) & {"name", "place"})
    assert seen > 60


def test_pet_phrases_belong_to_a_voice() -> None:
    phrases = {phrase: voice for voice, each in VOICES.items() for phrase in each}
    heard = 0
    for seed in range(400):
        task = task_of(seed, verbosity="rambling")
        voices = {voice for phrase, voice in phrases.items() if phrase in opening(task)}
        assert voices <= {persona_of(task).voice}
        heard += len(voices)
    assert heard > 20


def test_nothing_typed_is_invented_in_any_world() -> None:
    worlds = [registry.load(name) for name in registry.names() if name not in ("http_api", "shell_fs")]
    for _, task in tasks(worlds, 160, 5):
        episode = Episode(task)
        need = episode.start()
        while not isinstance(need, Done):
            need = episode.send(episode.oracle())
        assert not invented(episode), task.profile


@pytest.mark.long
def test_no_opening_comes_often() -> None:
    world = registry.load(FREE)
    texts: Counter[str] = Counter()
    for index in range(1000):
        task = replace(make_task(world, index, 3), profile={}, task_class="act", faults={}, tool_view={}, backend=0)
        episode = Episode(task)
        episode.start()
        texts[str(episode.opening[0]["content"])] += 1
        episode.close()
    assert max(texts.values()) <= 10
