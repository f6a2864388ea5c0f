"""A model words the simulated user: taken only where nothing is lost, added or given away; the draft else, and counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

import trajgym
from trajgym.errors import TrajgymError
from trajgym.generators.user_words import objection, values_in
from trajgym.gym_envs.episode import NeedWords
from trajgym.gym_envs.replay import replay
from trajgym.testing.expert import Expert
from trajgym.testing.loopback import Loopback

KEY = "sk-test-user-1"


def asked(request: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(request["messages"][1]["content"])
    return found


def polite(request: dict[str, Any]) -> str:
    """Other words around the same values."""
    return f"Well, to be clear with you: {asked(request)['says_now']}"


_ABROAD = {
    "German": "Also, für Sie noch einmal: {}",
    "Spanish": "Bueno, para que quede claro: {}",
    "Hindi in Latin letters": "Matlab yeh hai ji: {}",
    "Chinese": "我再说清楚一点：{}",
}


def polyglot(request: dict[str, Any]) -> str:
    """As `polite`, in the user's language."""
    return _ABROAD.get(asked(request)["writes"], "Well, to be clear with you: {}").format(asked(request)["says_now"])


def forgetful(request: dict[str, Any]) -> str:
    return re.sub(r"\S*\d\S*", "that one", asked(request)["says_now"]) + " and so on"


def inventive(request: dict[str, Any]) -> str:
    return asked(request)["says_now"] + " My number is 4711."


def speechless(request: dict[str, Any]) -> str:
    return ""


def foreign(request: dict[str, Any]) -> str:
    return asked(request)["says_now"] + " 请帮我处理一下这个问题，谢谢你的帮助，我很着急，请快一点" * 2


def learns(request: dict[str, Any]) -> str:
    """Loses a value first, and keeps it when told so."""
    return polite(request) if "mind" in asked(request) else forgetful(request)


Words = Callable[[dict[str, Any]], str]


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Callable[[Words], Loopback]]:
    """Starts a server that words users."""
    open_servers: list[Loopback] = []

    def start(words: Words) -> Loopback:
        loopback = Loopback(lambda body, key: {"role": "assistant", "content": words(body)})
        open_servers.append(loopback)
        return loopback.__enter__()

    yield start
    for loopback in open_servers:
        loopback.__exit__(None, None, None)


def generate(path: Path, server: Loopback, **more: Any) -> trajgym.Run:
    run = trajgym.Run(path)
    given = {
        "worlds": ["tool_picker", "retail_desk"],
        "n": 24,
        "seed": 5,
        "user_model": "words",
        "concurrency": 4,
    } | more
    run.generate(user_base_url=server.base_url, **given)
    return run


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAJGYM_USER_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-teacher")


def test_its_words_are_said_recorded_and_proved(server: Any, tmp_path: Path) -> None:
    run = generate(tmp_path / "run", server(polyglot))
    voices = []
    for trajectory in run.trajectories():
        assert trajectory.outcome.reward == 1
        assert replay(trajectory) is None
        assert trajectory.user["name"] == "words"
        voices += trajectory.user["voices"]
        said = [m["content"] for m in trajectory.opening if m["role"] == "user"]
        worded = trajectory.user["voices"][0] == "model"
        if "surface" not in trajectory.task.profile:
            fronts = ("Well, to be clear", *(words.partition("{")[0] for words in _ABROAD.values()))
            assert all(str(text).startswith(fronts) == worded for text in said)
    assert voices.count("model") > len(voices) / 3
    # the grammar's where the user writes a learner's English, or where a text message is full
    assert set(voices) <= {"model", "template", "template:length"}
    assert run.filter().kept > 12
    assert KEY.encode() not in b"".join(file.read_bytes() for file in run.path.iterdir() if file.is_file())


@pytest.mark.parametrize(
    ("words", "why"),
    [(forgetful, "lost_value"), (inventive, "new_value"), (speechless, "empty"), (foreign, "language")],
)
def test_what_cannot_be_said_is_not_said(words: Words, why: str, server: Any, tmp_path: Path) -> None:
    loopback = server(words)
    run = generate(tmp_path / "run", loopback, n=10, worlds=["retail_desk"])
    plain = trajgym.Run(tmp_path / "plain")
    plain.generate(worlds=["retail_desk"], n=10, seed=5)
    refused = 0
    for trajectory, same in zip(run.trajectories(), plain.trajectories(), strict=True):
        voices = trajectory.user["voices"]
        refused += sum(voice == f"template:{why}" for voice in voices)
        if "model" not in voices:
            assert trajectory.opening == same.opening
            assert [turn.results for turn in trajectory.turns] == [turn.results for turn in same.turns]
        assert trajectory.outcome.reward == 1
    assert refused > 0
    assert loopback.requests > refused  # each was asked for twice


def test_it_may_try_once_more(server: Any, tmp_path: Path) -> None:
    run = generate(tmp_path / "run", server(learns), n=8, worlds=["retail_desk"])
    voices = [voice for trajectory in run.trajectories() for voice in trajectory.user["voices"]]
    assert "model" in voices
    assert "template:lost_value" not in voices


def test_nothing_is_asked_for_twice(server: Any, tmp_path: Path) -> None:
    loopback = server(polite)
    run = generate(tmp_path / "run", loopback, n=6)
    before = loopback.requests
    first = [trajectory.encode() for trajectory in run.trajectories()]
    run.generate(n=20)
    assert [trajectory.encode() for trajectory in run.trajectories()][:6] == first
    assert len(set(loopback.by_key)) == loopback.requests > before


def test_teacher_and_user_are_different_models(server: Any, tmp_path: Path, tasks_of: Any) -> None:
    """A model plays, and errs now and then; another words the user; pairs stand on the words that were said."""
    with Loopback(Expert(tasks_of(12), 0.3)) as teacher:
        run = generate(
            tmp_path / "run", server(polite), worlds=["tool_picker"], n=12, seed=7, teacher="openai", model="plays",
            base_url=teacher.base_url, pairs_per_task=2,
        )  # fmt: skip
    assert {t.teacher["name"] for t in run.trajectories()} == {"plays"}
    assert {t.user["name"] for t in run.trajectories()} == {"words"}
    report = run.filter()
    assert report.kept > 3
    pairs = [pair for pair, _ in run.pairs()]
    assert any(pair.rejected_from == "teacher" for pair in pairs)


def need(draft: str, **more: Any) -> NeedWords:
    given: dict[str, Any] = {
        "values": (),
        "hidden": (),
        "heard": "",
        "limit": 4000,
        "language": "en_native",
        "turn": 0,
    } | more
    return NeedWords(draft, **given)


@pytest.mark.parametrize(
    ("draft", "text", "why"),
    [
        ("Cancel O-12345 please", "Please cancel O-12345 for me", ""),
        ("Cancel O-12345 please", "Please cancel O-12346 for me", "lost_value"),
        ("Mail ada@x.example", "Write to ada@x.example", ""),
        ("Mail ada@x.example", "Write to ada@y.example", "lost_value"),
        ("On 2026-05-01, please", "It is for 2026-05-01, if you can", ""),
        ("On 2026-05-01, please", "It is for 2026-05-01 at 10:30", "new_value"),
        ("Thanks, bye", "Thank you so much and good bye!", ""),
        ("Thanks, bye", "x" * 500, "length"),
        ("I would like to cancel the order now", "no", "length"),
        ("Please help me with my order now", "Por favor ayude con el pedido ahora mismo gracias", "language"),
    ],
)
def test_what_is_taken_and_what_is_not(draft: str, text: str, why: str) -> None:
    assert objection(need(draft), text) == why


@pytest.mark.parametrize(
    ("language", "draft", "text", "why"),
    [
        ("de", "Bitte: „Cancel it.“ Ich habe 42.", "Also bitte „Cancel it.“, ich habe 42.", ""),
        ("de", "Bitte: „Cancel it.“ Ich habe 42.", "Also bitte „Stop it.“, ich habe 42.", "lost_value"),
        ("de", "Bitte: „Cancel it.“ Ich habe 42.", "Look, „Cancel it.“, the number here reads 42.", "language"),
        ("es", "Hola, por favor: «Cancel it.»", "Buenas, quiero esto por favor: «Cancel it.»", ""),
        ("hi_latin", 'Kripya yeh kar dijiye: "Cancel it."', 'Ji, yeh kar dijiye kripya: "Cancel it."', ""),
        ("zh", "您好，请：“Cancel it.” 再说一遍。", "你好，麻烦了：“Cancel it.” 重复一次。", ""),
        ("zh", "您好，请：“Cancel it.” 再说一遍。", "Hello there: “Cancel it.” as I said", "language"),
    ],
)
def test_a_foreigner_goes_on_in_its_language(language: str, draft: str, text: str, why: str) -> None:
    assert objection(need(draft, language=language), text) == why


def test_a_fact_that_was_not_told_stays_untold() -> None:
    wanted = need("My order has a problem", hidden=("Ada Byron",))
    assert objection(wanted, "There is a problem with my order") == ""
    assert objection(wanted, "I am Ada Byron and there is a problem with my order") == "undisclosed"


def test_a_text_message_stays_short() -> None:
    wanted = need("Please cancel my order for me " * 4, limit=160)
    assert objection(wanted, "Could you please cancel my order for me " * 5) == "length"


def test_values_are_what_has_digits_and_addresses() -> None:
    assert values_in("Order O-12345, 12.50 by 10:30; write a.b@c.example.") == {
        "O-12345",
        "12.50",
        "10:30",
        "a.b@c.example",
    }


def test_an_address_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrajgymError, match="user_model"):
        trajgym.Run(tmp_path / "run").generate(worlds=["tool_picker"], n=1, user_base_url="http://127.0.0.1:1/v1")
