"""The user's words: enough of them, in the form that the profile asks for, and never a value that is not the user's."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import make_plan
from trajgym.gym_envs.plan import Ending, Fact, Goal, Plan, Step
from trajgym.gym_envs.reading import Reading
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.trace import Trace
from trajgym.gym_envs.user import asides, noise, openings, replies
from trajgym.gym_envs.user.dims import EVERYWHERE, FORBIDDEN, NEUTRAL, cell_pairs
from trajgym.gym_envs.user.machine import User
from trajgym.gym_envs.user.realiser import Voice
from trajgym.gym_envs.user.sentences import label_of, sentence
from trajgym.seeding import Rng

SURFACES = ("typos", "sms_lowercase", "asr_disfluent", "emoji_slang", "code_switch")
VERBOSITIES = ("one_word", "terse", "normal", "rambling", "pasted_wall")
BANKS = {
    **{
        name: getattr(openings, name)
        for name in ("LEADS", "CLOSERS", "GREET", "VAGUE", "OFF_TOPIC", "ANYWAY", "PLAIN", "ALSO")
    },
    **openings.PATIENCE,
    **replies.CORES,
    "INFORM": replies.INFORM,
    "ANSWERS": replies.ANSWERS,
    "ASK_TELL": tuple(form for forms in replies.ASK_TELL.values() for form in forms),
    "ASIDES": asides.ASIDES,
    "WALL_LINES": asides.WALL_LINES,
    "WALL_LEADS": asides.WALL_LEADS,
}
ALL_FORMS = [
    *(form for forms in BANKS.values() for form in forms),
    *(form for table in (replies.TERSE, replies.ONE_WORD, replies.ONE_WORD_PATIENCE) for forms in table.values() for form in forms),
    *replies.BARE, *replies.INFORM_TEXT, *openings.CONTEXT, *asides.WALL_HEADS,
]  # fmt: skip


def plan_of(**values: str) -> Plan:
    """A plan whose goal has one slot for each of `values`."""
    facts = {slot: Fact(slot, value, "id", f"{slot} code", (slot,)) for slot, value in values.items()}
    goal = Goal("g0", ("please look something up for me", "please find {a} for me"), tuple(facts), "a look-up")
    step = Step("find", "find", dict(values), slots=tuple(facts), phrase="find it")
    return Plan([goal], facts, [step], endings={0: Ending("solved", ("Done.",))})


def messages(profile: dict[str, str], key: str, **values: str) -> list[str]:
    """What a user says when it is greeted, asked for everything it knows twice, held up, and told that all is done."""
    plan = plan_of(**values)
    user, trace = User(plan, profile, key), Trace()
    says = [user.open()]
    trace.hear(says[0], plan)
    for asks in ((), *[tuple(values)] * (len(values) + 3), (), ()):
        says.append(user.hear(Reading("well", asks=asks, question=bool(asks)), trace, True))
        trace.hear(says[-1], plan)
    trace.done["find"] = 1
    says.append(user.hear(Reading("Done.", claims=("done.",)), trace, True))
    return [say.text for say in says]


@pytest.mark.parametrize("act", sorted(BANKS))
def test_twenty_forms_for_every_act(act: str) -> None:
    assert len(set(BANKS[act])) >= 20


def test_a_normal_user_has_twenty_ways_to_say_each_thing() -> None:
    """Counted as they come out, whatever they are put together from."""
    plan = plan_of(a="O-123", b="K-9")
    fact, free = plan.facts["a"], Fact("t", "green", "choice", "colour")
    said: dict[str, set[str]] = {}
    for key in range(300):
        voice = Voice(Rng(key), {}, plan)
        for act in replies.CORES:
            said.setdefault(act, set()).add(voice.line(act, fact, "a"))
        for kind in replies.ASK_TELL:
            said.setdefault("ask_tell " + kind, set()).add(voice.ask_tell(kind))
        for level in openings.PATIENCE:
            said.setdefault("patience " + level, set()).add(voice.patience(level))
        one = {
            "greet": voice.greeting(),
            "off_topic": voice.off_topic(),
            "vague": voice.vague("an order"),
            "open": voice.request("opening", ["please find it"], []),
            "request": voice.request("plain", ["please find it"], []),
            "anyway": voice.request("anyway", ["please find it"], []),
            "also": voice.request("also", ["please find it"], []),
            "inform": voice.answer(voice.facts([("a", fact)], True)),
            "inform unasked": voice.answer(voice.facts([("a", fact)], False)),
            "inform a choice": voice.answer(voice.facts([("t", free)], True)),
            "inform more": voice.answer(voice.facts([("a", fact), ("b", plan.facts["b"])], False)),
            "repeat facts": voice.answer(voice.facts([("a", fact)], False), voice.line("repeat")),
        }
        for act, text in one.items():
            said.setdefault(act, set()).add(text)
    few = {act: len(texts) for act, texts in said.items() if len(texts) < 20}
    assert not few
    assert sum(map(len, said.values())) > 1500


def test_forms_hold_no_value() -> None:
    for form in ALL_FORMS:
        assert not re.search(r"\d|@|\b(monday|january|euro|dollar)", form.lower()), form


def test_terse_and_one_word_users_have_words_for_every_act() -> None:
    assert set(replies.ONE_WORD) == set(replies.CORES)
    assert set(replies.TERSE) == set(replies.CORES)


VALUE = st.from_regex(
    r"[A-Z]{1,3}-[0-9]{2,6}|[a-z]{2,8}@[a-z]{2,6}\.org|[A-Z][a-z]{3,8} [A-Z][a-z]{3,8}", fullmatch=True
)
CLASHES = {frozenset(pair) for left, right, _ in FORBIDDEN for pair in cell_pairs(left, right)}


def together(profile: dict[str, str]) -> dict[str, str]:
    """`profile` without what never goes with a level that stands before it."""
    kept: dict[str, str] = {}
    for cell in profile.items():
        if not any(frozenset((cell, other)) in CLASHES for other in kept.items()):
            kept[cell[0]] = cell[1]
    return kept


PROFILE = st.fixed_dictionaries(
    {},
    optional={
        "surface": st.sampled_from(SURFACES),
        "verbosity": st.sampled_from(VERBOSITIES),
        "info_giving": st.sampled_from(("one_per_turn", "only_when_asked")),
        "opening": st.sampled_from(("underspecified", "vague", "wrong_topic_first", "greeting_only")),
        "patience": st.sampled_from(("medium", "low_hangup", "repeats_demand")),
        **{
            name: st.sampled_from([level for level in levels if level != NEUTRAL[name]])
            for name, levels in EVERYWHERE.items()
        },
    },
).map(together)


@settings(max_examples=150, deadline=None)
@given(profile=PROFILE, values=st.lists(VALUE, min_size=3, max_size=3, unique=True), key=st.integers(0, 10**6))
def test_every_value_survives_and_no_other_is_said(profile: dict[str, str], values: list[str], key: int) -> None:
    said = messages(profile, str(key), a=values[0], b=values[1], c=values[2])
    text = "\n".join(said)
    for value in values:
        assert value in text
    rest = text
    for value in sorted(values, key=len, reverse=True):
        rest = rest.replace(value, " ")
    # an API call has braces of its own
    assert not re.search(r"[\d@]" if profile.get("channel") == "api_call" else r"[\d@{}]", rest), rest
    assert profile.get("channel") != "sms" or max(map(len, said)) <= 160


@given(words=st.lists(st.sampled_from(("{slot}", "{SlotA}", "blue", "jacket", "please", "Hello,", "don't", "send")), min_size=1, max_size=12),
       surface=st.sampled_from(SURFACES), key=st.integers(0, 10**6))  # fmt: skip
def test_noise_leaves_placeholders_and_literals_alone(words: list[str], surface: str, key: int) -> None:
    noisy = noise.disturb(" ".join(words), surface, Rng(key), frozenset({"blue", "jacket"}), key % noise.ACCENTS)
    for kept in ("{slot}", "{SlotA}", "blue", "jacket"):
        assert noisy.split().count(kept) == words.count(kept)
    assert " ".join(words).count("blue jacket") == noisy.count("blue jacket")


def test_noise_would_break_a_value_that_is_not_kept() -> None:
    """The check above can fail: without protection the same words do get broken."""
    assert any("jacket" not in noise.disturb("jacket", "typos", Rng(key), frozenset(), 0) for key in range(5))


def _sounds(text: str) -> bool:
    return any(f" {sound} " in f" {text} " for sound in noise.SOUNDS)


SIGNS = {
    "sms_lowercase": lambda text: (
        not re.search("[A-Z]", text.replace("O-123", "").replace("K-9", "")) and not _sounds(text)
    ),
    "asr_disfluent": lambda text: _sounds(text),
    "emoji_slang": lambda text: bool(re.search(r"[\U0001f300-\U0001faff✨❤]", text)),
}


@pytest.mark.parametrize("surface", sorted(SIGNS))
def test_surface_shows_and_is_absent_elsewhere(surface: str) -> None:
    for key in map(str, range(20)):
        sign = SIGNS[surface]
        assert sign(messages({"surface": surface}, key, a="O-123", b="K-9")[0])
        for other in ("clean", *SIGNS):
            if other != surface:
                profile = {} if other == "clean" else {"surface": other}
                assert not sign(messages(profile, key, a="O-123", b="K-9")[0])


@pytest.mark.parametrize("surface", ("typos", "code_switch"))
def test_words_are_changed_by_the_channel(surface: str) -> None:
    """These channels change words that the clean grammar has; the clean user says none of the changed ones."""
    vocabulary = {word for form in ALL_FORMS for word in re.findall(r"[^\W\d_]+", form.lower())}
    own = set("please look something up for me find a b code".split())
    for key in map(str, range(20)):
        noisy, clean = (
            set(re.findall(r"[^\W\d_]+", messages(profile, key, a="O-123", b="K-9")[0].lower()))
            - vocabulary
            - own
            - {"o", "k"}
            for profile in ({"surface": surface}, {})
        )
        assert noisy and not clean


def test_verbosity_orders_the_length_of_messages() -> None:
    lengths: dict[str, float] = {}
    for level in VERBOSITIES:
        profile = {} if level == "normal" else {"verbosity": level}
        said = [messages(profile, str(key), a="O-123", b="K-9") for key in range(40)]
        lengths[level] = sum(len(text.split()) for texts in said for text in texts) / len(said)
        assert any("\n\n" in texts[0] for texts in said) == (level == "pasted_wall")
        assert any(aside in texts[0] for texts in said for aside in asides.ASIDES) == (level == "rambling")
    assert lengths["one_word"] < lengths["terse"] < lengths["normal"] < lengths["rambling"] < lengths["pasted_wall"]


def test_patience_is_heard_in_the_first_request_only_at_its_level() -> None:
    for level, forms in openings.PATIENCE.items():
        for key in map(str, range(20)):
            assert any(form in messages({"patience": level}, key, a="O-1")[0] for form in forms)
            assert not any(form in text for form in forms for text in messages({}, key, a="O-1"))


def test_five_thousand_openings_hardly_repeat() -> None:
    plan = plan_of(a="O-123", b="K-9")
    counts = Counter(User(plan, {}, str(key)).open().text for key in range(5000))
    assert counts.most_common(1)[0][1] <= 50
    assert len(counts) > 4500


@pytest.mark.long
def test_five_thousand_openings_of_a_world_hardly_repeat() -> None:
    world = registry.load("retail_desk")
    counts: Counter[str] = Counter()
    for index in range(5000):
        task = make_task(world, 3, index)
        state = world.build(task)
        plan = make_plan(world, state, task)
        state.close()
        counts[User(plan, task.profile, task.id).open().text] += 1
    text, most = counts.most_common(1)[0]
    assert most <= 50, text
    assert len(counts) > 4500


def test_sentences_get_the_stop_they_need() -> None:
    assert sentence("please cancel it") == "Please cancel it."
    assert sentence("can you cancel it") == "Can you cancel it?"
    assert sentence("what I need is a refund") == "What I need is a refund."
    assert sentence("how many are left") == "How many are left?"
    assert sentence("one more thing: what's the weather in Rome") == "One more thing: what's the weather in Rome?"
    assert sentence("that took long. can you change it") == "That took long. can you change it?"
    assert sentence("do the laundry") == "Do the laundry."


def test_labels_agree() -> None:
    assert label_of("order number", "id").into("{the} {label} {is} {value}") == "my order number is {value}"
    assert label_of("new dates", "date").into("{the} {label} {is} {value}") == "the new dates are {value}"
    assert label_of("your e-mail address", "email").into("{the} {label} {is} x") == "my e-mail address is x"
    assert label_of("how many boxes", "number").into("as for {the} {label}: x") == "as for how many boxes: x"


def test_facts_are_told_in_the_words_of_the_fact() -> None:
    plan = plan_of(a="5400")
    plan.facts["a"].spoken = "an hour and a half"
    plan.facts["a"].value = 5400
    user = User(plan, {}, "k")
    trace = Trace()
    say = user.open()
    trace.hear(say, plan)
    assert "an hour and a half" in say.text and "5400" not in say.text
    assert trace.knows("an hour and a half") and trace.knows(5400)
