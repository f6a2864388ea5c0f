"""What is read from conversations, how far two sets are apart, and a fit that finds what was planted."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from trajgym.errors import TrajgymError
from trajgym.measures.chatlog import read_log
from trajgym.measures.realism import Realism, jensen_shannon
from trajgym.measures.signs import FEATURES, Talk, values_in

Turns = list[tuple[str, str]]

PLAIN: Turns = [
    ("user", "I would like to cancel order O-12345, please."),
    ("assistant", "Shall I go ahead?"),
    ("user", "Yes, do that."),
    ("assistant", "It is cancelled."),
    ("user", "Thank you, that is all."),
]


def bins(turns: Turns) -> dict[str, str]:
    talk = Talk(turns)
    return {feature.name: feature.bin_of(talk) for feature in FEATURES}


def changed(place: int, text: str) -> Turns:
    return [*PLAIN[:place], ("user", text), *PLAIN[place + 1 :]]


def test_a_plain_conversation() -> None:
    assert bins(PLAIN) == {
        "words in a message": "3-5 words",
        "user messages": "3-4",
        "opening": "all facts",
        "facts in the first message": "all of them",
        "surface": "clean",
        "tone": "neutral",
        "messages that ask": "none",
        "polite messages": "over half",
        "corrections": "none",
        "ending": "thanks",
    }


@pytest.mark.parametrize(
    ("turns", "feature", "found"),
    [
        (changed(0, "Hi there, good morning!"), "opening", "greeting only"),
        (changed(0, "It is about an order"), "opening", "topic only"),
        (changed(0, "I bought something and it does not fit, so it should go back to you"), "opening", "no facts"),
        (changed(2, "My mail is ada@mail.test"), "opening", "some facts"),
        (changed(2, "My mail is ada@mail.test"), "facts in the first message", "up to half"),
        (changed(0, "Hello?"), "facts in the first message", "no facts"),
        ([("user", text.lower()) for _, text in PLAIN], "surface", "no capitals"),
        (changed(2, "Yse, do thta, pleaes"), "surface", "slips"),
        (changed(2, "Yes 🙏"), "surface", "emoji or slang"),
        (changed(2, "Um, yes, do that"), "surface", "spoken"),
        (changed(2, "Sí, por favor, ahora"), "surface", "two languages"),
        (changed(2, "This is ridiculous, yes"), "tone", "frustrated"),
        (changed(2, "That is unacceptable"), "tone", "angry"),
        (changed(2, "Yes, I am worried"), "tone", "anxious"),
        (changed(2, "What will that cost?"), "messages that ask", "up to half"),
        (changed(2, "Oops, I meant O-54321"), "corrections", "of itself"),
        (changed(2, "That's not right, it was O-54321"), "corrections", "of the agent"),
        (PLAIN[:4], "ending", "without a word"),
        (changed(4, "One more thing: change my address"), "ending", "one more wish"),
        (changed(4, "I want to talk to a human"), "ending", "a human is asked for"),
        (changed(0, "word " * 300), "user messages", "3-4"),
        ([("user", "word " * 300)], "words in a message", "over 40 words"),
    ],
)
def test_a_planted_sign_is_read(turns: Turns, feature: str, found: str) -> None:
    assert bins(turns)[feature] == found


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("order O-123 of 2026-01-02", 2),
        ("ada@mail.test", 1),
        ('the mail "Old plans"', 1),
        ("it is for Ada", 1),
        ("It is", 0),
    ],
)
def test_values(text: str, count: int) -> None:
    assert values_in(text) == count


def test_distances() -> None:
    assert jensen_shannon([0.5, 0.5], [0.5, 0.5]) == 0
    assert jensen_shannon([1, 0], [0, 1]) == pytest.approx(1)
    assert jensen_shannon([1, 0], [0.5, 0.5]) == pytest.approx(0.5579, abs=1e-4)
    ours, theirs = Realism(), Realism()
    for _ in range(10):
        ours.add(PLAIN)
        theirs.add(PLAIN[:4])
    distances = ours.distances(theirs)
    assert distances["ending"] == 1
    assert distances["surface"] == 0
    assert list(distances) == [feature.name for feature in FEATURES]
    assert ours.report()["conversations"] == 10
    ours.add([("assistant", "Hello?")])
    assert ours.talks == 10


def test_the_fit_finds_planted_shares_through_rough_readings() -> None:
    """A third of the users that stop in silence are taken for thankful ones; the fit knows that from our own rows."""
    silent, thankful, human = PLAIN[:4], PLAIN, changed(4, "A human, now")
    ours, theirs = Realism(), Realism()
    for i in range(300):
        ours.add(silent if i % 3 else thankful, {"ending": "silent_stop"})
        ours.add(thankful, {"ending": "explicit_thanks"})
        ours.add(human, {"ending": "asks_for_human"})
    draw = random.Random(5)
    for i in range(1000):
        level = "silent_stop" if i < 600 else "explicit_thanks" if i < 900 else "asks_for_human"
        seen = human if level == "asks_for_human" else thankful if level[0] == "e" or draw.random() < 1 / 3 else silent
        theirs.add(seen)
    prior = {
        "ending": {"explicit_thanks": 70, "silent_stop": 15, "reopens": 10, "asks_for_human": 5},
        "tone": {"neutral": 100},
    }
    proposed = ours.propose(theirs, prior)
    assert list(proposed) == ["ending"]  # of tone, our rows know nothing
    found = proposed["ending"]
    assert list(found) == list(prior["ending"])
    assert sum(found.values()) == pytest.approx(100, abs=0.2)
    assert found["reopens"] == 10  # never seen: it keeps its share
    assert found["silent_stop"] == pytest.approx(54, abs=3)
    assert found["asks_for_human"] == pytest.approx(9, abs=1)


def test_levels_that_look_alike_share_as_before() -> None:
    ours, theirs = Realism(), Realism()
    correcting = changed(2, "That's not right, it was O-54321")
    for level in ("corrects_agent_rightly", "corrects_agent_wrongly"):
        ours.add(correcting, {"correction": level})
    ours.add(PLAIN, {"correction": "none"})
    for i in range(100):
        theirs.add(correcting if i < 40 else PLAIN)
    prior = {"correction": {"none": 80, "corrects_agent_rightly": 15, "corrects_agent_wrongly": 5}}
    assert ours.propose(theirs, prior)["correction"] == {
        "none": 60, "corrects_agent_rightly": 30, "corrects_agent_wrongly": 10
    }  # fmt: skip


GOOD = '{"messages": [{"role": "user", "content": "hi"}]}'


@pytest.mark.parametrize(
    ("lines", "message", "hint"),
    [
        ("", "holds no conversations", '"messages"'),
        ("\n\n", "holds no conversations", '"messages"'),
        (f"{GOOD}\n{{broken", "log.jsonl:2: This is not JSON", ""),
        (f"{GOOD}\n[1]", "log.jsonl:2: This is not a JSON object", ""),
        ('{"conversations": [{"from": "human", "value": "hi"}]}', "log.jsonl:1: messages: It is missing", ""),
        ('{"mesages": []}', "log.jsonl:1: messages: It is missing", "Is 'mesages' meant to be 'messages'?"),
        ('{"messages": {}}', "log.jsonl:1: messages: It is not a list", ""),
        ('{"messages": []}', "log.jsonl:1: messages: No user says anything", ""),
        ('{"messages": ["hi"]}', "log.jsonl:1: messages[0]: It is not an object", ""),
        (
            '{"messages": [{"role": "usr", "content": "hi"}]}',
            "messages[0].role: 'usr' is no role",
            "Did you mean 'user'?",
        ),
        ('{"messages": [{"content": "hi"}]}', "messages[0].role: It is missing", ""),
        ('{"messages": [{"role": "user", "content": 3}]}', "messages[0].content: It is neither", ""),
        ('{"messages": [{"role": "assistant", "content": "hi"}]}', "No user says anything", ""),
    ],
)
def test_a_log_that_is_none_is_one_sentence(lines: str, message: str, hint: str, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(lines)
    with pytest.raises(TrajgymError) as error:
        list(read_log(log))
    assert message in error.value.message
    assert error.value.message.count(". ") == 0
    assert hint in error.value.hint


def test_logs_as_servers_write_them(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(
        '{"messages": [{"role": "system", "content": "be kind"}, {"role": "user", "content": [{"type": "text", "text": "see"}, '
        '{"type": "image_url", "image_url": {"url": "x"}}]}, {"role": "assistant", "content": null, "tool_calls": []}, '
        '{"role": "tool", "content": "42"}, {"role": "assistant", "content": "It is 42."}], "id": 7}\r\n\n' + GOOD
    )
    assert list(read_log(log)) == [[("user", "see"), ("assistant", "It is 42.")], [("user", "hi")]]
    with pytest.raises(TrajgymError, match=r"nowhere\.jsonl cannot be read: no such file"):
        list(read_log(tmp_path / "nowhere.jsonl"))
