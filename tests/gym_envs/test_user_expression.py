"""How users express themselves: each level of tone, expertise, needs, language and channel is found in the transcript by a
signature of its own, in no other transcript, and never at the price of a fact or of the right behaviour."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import islice

import pytest

from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.user import conduct, openings, replies, tone
from trajgym.gym_envs.user.dims import DIMENSIONS, EVERYWHERE, NEUTRAL
from trajgym.gym_envs.user.dressing import learner
from trajgym.gym_envs.user.languages import TONGUES
from trajgym.gym_envs.user.space import valid
from trajgym.gym_envs.user.tongue import ENGLISH
from trajgym.seeding import Rng
from trajgym.task import Task
from trajgym.trajectory import Trajectory

Signature = Callable[[list[str]], bool]
Cell = tuple[str, str]
FOREIGN = ("es", "de", "zh", "hi_latin")


def _words(pattern: str) -> Signature:
    find = re.compile(rf"\b({pattern})\b", re.IGNORECASE).search
    return lambda said: any(find(text) for text in said)


def _mixed(words: str) -> Signature:
    """Two different words of a language in one transcript: one alone may be a name."""
    known = frozenset(words.split())
    return lambda said: len(known & set(re.findall(r"[^\W\d_]+", " ".join(said).lower()))) >= 2


def _email(said: list[str]) -> bool:
    return all(re.match(r"Subject: \S.*\n\n\S.*[,:：]\n\n(.|\n)+\n\n[^\n]+(?:\n[^\n]+)?$", text) for text in said)


def _sms(said: list[str]) -> bool:
    return all(len(text) <= 160 for text in said) and _words("txt me|by text|texting|via sms|sms only")(said)


def _ticket(said: list[str]) -> bool:
    """One message: three fields, what is wanted under a heading, and a yes in the last line."""
    form = r"(?:[^\n:]+: \S[^\n]*\n){3}\n[^\n:]+:\n(.|\n)+\n\n(approval|sign-off|release|note): [^\n]+$"
    return len(said) == 1 and re.match(form, said[0], re.IGNORECASE) is not None


def _api_call(said: list[str]) -> bool:
    """One message: a request line or an object, and a yes as a machine says it."""
    agreed = re.search(r'"confirmed": true|^X-Confirmed: true$', said[0], re.MULTILINE) is not None
    return len(said) == 1 and re.match(r"POST /|\{", said[0]) is not None and agreed


SIGNATURES: dict[Cell, Signature] = {
    ("tone", "warm"): _words("so kind|bless you|you('re| are) (a )?star|big smile|makes me smile|warm wishes|sunshine"),
    ("tone", "anxious"): _words("worried|nervous|anxious|scared|panicking"),
    ("tone", "frustrated"): _words("frustrat(ed|ing)|fed up|end of my tether|sick and tired|sigh"),
    ("tone", "angry"): _words("outrageous|furious|angry|disgrace|unacceptable|livid"),
    ("tone", "sarcastic"): _words(
        "oh joy|what (a )?treat|lucky me|just what i wanted|delightful|isn't this fun|is not this fun|slow clap"
    ),
    ("expertise", "novice"): _words(
        "not good with computers|beginner|no clue|new to all this|not a technical person|only just learned"
    ),
    ("expertise", "expert_jargon"): _words(
        "low-severity|sop|crud|triage|atomic|cache|ack|sla|kpis|idempotent|payload|throughput"
    ),
    ("expertise", "misconception"): _words(
        "see my screen|this window|mouse cable|prints? out|printed out|capitals|sun is up|monitor stores|unplugged"
    ),
    ("accessibility", "screen_reader"): _words("screen reader"),
    ("accessibility", "plain_language"): _words("simple words|easy language|plain language|easy sentences"),
    ("accessibility", "dyslexia"): _words("dyslexia|dyslexic"),
    ("accessibility", "slow_pace"): _words("slowly|one step at a time|slow pace|(?:don't|not) rush me|not too fast"),
    ("language", "en_l2"): _words("my english|not native speaker|english is not|learn english"),
    ("language", "es"): _mixed(
        "hola gracias sí por favor buenos buenas muy esto está necesito para dato muchas hágalo como"
    ),
    ("language", "de"): _mixed("hallo danke bitte ja das ich guten ist machen sie vielen und für noch es brauche gern"),
    ("language", "zh"): lambda said: any(re.search("[\u4e00-\u9fff]", text) for text in said),
    ("language", "hi_latin"): _mixed(
        "hai haan ji namaste namaskar dhanyavaad shukriya kripya yeh mujhe theek bilkul aur chahiye kar dijiye"
    ),
    ("channel", "email"): _email,
    ("channel", "sms"): _sms,
    ("channel", "ticket"): _ticket,
    ("channel", "api_call"): _api_call,
    ("channel", "voice"): _words("hear me|calling|on speaker|hands-free|the line"),
}


def said(trajectory: Trajectory) -> list[str]:
    """What the user said: in JSON mode, where tools answer as the user, without their errors."""
    heard = [*trajectory.opening, *(message for turn in trajectory.turns for message in turn.results)]
    texts = [message["content"] for message in heard if message["role"] == "user"]
    return [text for text in texts if not text.startswith('{"error":')]


def play(task: Task) -> Trajectory:
    episode = Episode(task)
    need = episode.start()
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    return need.trajectory


def plain_tasks(world: str, count: int) -> list[Task]:
    """Tasks to be done that are told in chat, without anything particular about the user."""
    stream = (make_task(registry.load(world), 5, index) for index in range(200))
    found = (t for t in stream if t.task_class == "act" and t.tool_view["mode"] == "native")
    return [replace(task, profile={}) for task in islice(found, count)]


TASKS = [*plain_tasks("retail_desk", 4), *plain_tasks("shell_fs", 3)]


def found_in(trajectory: Trajectory) -> set[Cell]:
    texts = said(trajectory)
    return {cell for cell, signature in SIGNATURES.items() if signature(texts)}


def test_every_level_that_acts_everywhere_has_a_signature() -> None:
    """Those of conduct are in ``test_user_conduct.py``, that of a rule in ``test_user_goals.py``."""
    others = (*conduct.DIMENSIONS, "knowledge_error", "goal_structure")
    words = {name: names for name, names in EVERYWHERE.items() if name not in others}
    levels = {(name, level) for name, names in words.items() for level in names if level != NEUTRAL[name]}
    assert levels == set(SIGNATURES)


def test_the_neutral_user_shows_none_of_it() -> None:
    for task in TASKS:
        run = play(task)
        assert not found_in(run) and run.outcome.reward == 1


@pytest.mark.parametrize(("name", "level"), sorted(SIGNATURES))
def test_each_level_is_found_by_its_signature_and_by_no_other(name: str, level: str) -> None:
    for task in TASKS:
        run = play(replace(task, profile={name: level}))
        assert found_in(run) == {(name, level)}, said(run)
        assert run.reached == [name]
        assert run.outcome.reward == 1 and not run.mistakes


@pytest.mark.parametrize("world", ["retail_desk", "tool_picker", "knowledge_desk"])
def test_what_is_marked_as_reached_did_show(world: str) -> None:
    """In the stream of tasks, where everything comes with everything else: English, and words that arrive as they were said."""
    shown = 0
    for index in range(160):
        task = make_task(registry.load(world), 8, index)
        if task.profile.get("surface", "clean") != "clean" or task.profile.get("language", "en_l2") != "en_l2":
            continue
        run = play(task)
        here = {cell for cell in task.profile.items() if cell in SIGNATURES and cell[0] in run.reached}
        assert here <= found_in(run), (index, here - found_in(run), said(run))
        shown += len(here)
    assert shown > 10


def test_hardly_any_planned_level_stays_unheard() -> None:
    planned = heard = 0
    for index in range(150):
        run = play(make_task(registry.load("retail_desk"), 9, index))
        due = [name for name in run.task.profile if name in EVERYWHERE]
        planned += len(due)
        heard += sum(name in run.reached for name in due)
    assert planned > 300
    assert heard >= 0.99 * planned


@pytest.mark.parametrize("cell", sorted(tone.ENGLISH), ids="=".join)
def test_each_sentence_carries_its_own_sign_and_no_other(cell: Cell) -> None:
    for form in (form for forms in tone.ENGLISH[cell] for form in forms):
        assert {other for other, find in SIGNATURES.items() if find([form]) and other != ("channel", "sms")} | {
            cell
        } == {cell}, form
        assert SIGNATURES[cell]([form]), form
    long, short = tone.ENGLISH[cell]
    assert len({*long, *short}) >= 16


def test_no_sentence_of_a_neutral_user_carries_a_sign() -> None:
    forms = [
        *openings.LEADS,
        *openings.CLOSERS,
        *openings.GREET,
        *openings.VAGUE,
        *openings.OFF_TOPIC,
        *openings.CONTEXT,
    ]
    forms += [
        form for acts in (replies.CORES, replies.TERSE, replies.ONE_WORD) for act in acts.values() for form in act
    ]
    for form in forms:
        assert not [cell for cell, find in SIGNATURES.items() if find([form])], form


# -- languages ----------------------------------------------------------------------------------------------------------

_NEEDED = {
    "correct": "{value} {label}", "unknown": "{label}", "did": "{seen}", "looked": "{seen}", "contradict": "{value}", "settle": "{value}",
    "form": "{wish}", "rule": "{wish}", "relay": "{who}", "relay_wish": "{who}",
}  # fmt: skip
_MAY = {"contradict": "{label}"}


@pytest.mark.parametrize("language", FOREIGN)
def test_a_language_has_words_for_every_act(language: str) -> None:
    tongue = TONGUES[language]
    for acts in (tongue.cores, tongue.terse, tongue.one_word):
        assert set(acts) >= set(replies.CORES)
        for act, forms in acts.items():
            for form in forms:
                slots, needed = set(re.findall(r"\{\w+\}", form)), set(_NEEDED.get(act, "").split())
                assert needed <= slots <= needed | set(_MAY.get(act, "").split()), form
    assert set(tongue.manners) == set(tone.ENGLISH) - {("language", "en_l2")}
    assert set(tongue.patience) == set(openings.PATIENCE)
    assert all(len(forms) >= 3 for forms in tongue.cores.values())
    assert set(tongue.leads) == {*ENGLISH.leads, ""}
    for form in (*tongue.inform, *tongue.inform_text, *tongue.bare):
        assert "{value}" in form


@pytest.mark.parametrize("language", FOREIGN)
def test_no_foreign_sentence_is_english_or_holds_a_value(language: str) -> None:
    tongue = TONGUES[language]
    english = {form for forms in replies.CORES.values() for form in forms}
    forms = [form for forms in tongue.cores.values() for form in forms]
    for form in forms:
        assert form not in english and not re.search(r"\d|@", form)
    signed = [form for form in forms if re.search(tongue.sign, form, re.IGNORECASE)]
    assert len(signed) > 0.75 * len(forms)
    assert not [form for form in english if re.search(tongue.sign, form, re.IGNORECASE)]


@pytest.mark.parametrize("name", ["tone", "expertise", "accessibility"])
@pytest.mark.parametrize("language", FOREIGN)
def test_tones_and_needs_are_heard_in_every_language(language: str, name: str) -> None:
    manners = TONGUES[language].manners
    levels = [level for level in DIMENSIONS[name].levels if level != NEUTRAL[name]]
    for level in levels:
        for task in TASKS[:2]:
            run = play(replace(task, profile={"language": language, name: level}))
            texts = "\n".join(said(run))
            heard = [
                other for other in levels if any(form in texts for forms in manners[name, other] for form in forms)
            ]
            assert heard == [level]
            assert set(run.reached) == {"language", name}
            assert run.outcome.reward == 1 and not run.mistakes


def test_a_learner_loses_articles_and_no_value() -> None:
    kept = frozenset(("the", "wall"))
    assert learner("I'm at The Wall, can't see {a} wall", Rng("k"), kept) == "I am at The Wall, can not see {a} wall"
    heard = [learner("I'd like the blue jacket", Rng(key), frozenset()) for key in range(20)]
    assert {text for text in heard if "blue jacket" in text} == {
        "I would like blue jacket",
        "I would like the blue jacket",
    }


# -- channels -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("world", ["retail_desk", "travel_planner", "bank_ops", "knowledge_desk"])
def test_a_text_message_is_never_longer_than_160_characters(world: str) -> None:
    home = registry.load(world)
    played = 0
    for index in range(200):
        task = make_task(home, 6, index)
        profile = {**task.profile, "channel": "sms"}
        if not valid(profile, home):
            continue
        run = play(replace(task, profile=profile))
        assert max(map(len, said(run))) <= 160
        assert run.outcome.reward == 1 and not run.mistakes
        played += 1
    assert played > 20
    # a planted loss: the same tasks in a chat have longer messages
    assert any(len(text) > 160 for index in range(60) for text in said(play(make_task(home, 6, index))))


def test_an_email_that_hides_its_matter_hides_it_in_the_subject_too() -> None:
    for opening in ("greeting_only", "wrong_topic_first"):
        profile = {"channel": "email", "opening": opening, "info_giving": "one_per_turn"}
        for task in TASKS:
            texts = said(play(replace(task, profile=profile)))
            assert texts[0].startswith("Subject: A question\n")
            assert texts[1].startswith("Subject: Re: A question\n")


def test_a_snapshot_holds_the_user_and_not_its_language() -> None:
    profile = {"language": "zh", "channel": "email", "tone": "angry"}
    plain, dressed = (Episode(replace(TASKS[0], profile=levels)) for levels in ({}, profile))
    sizes = []
    for episode in (plain, dressed):
        episode.start()
        sizes.append(len(episode.snapshot()))
        episode.close()
    assert sizes[1] < sizes[0] + 5000
