"""People for the users to be: proposed by a model, taken when they are people and new, and then who the users are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

import trajgym
from trajgym.chat import assistant
from trajgym.errors import NothingKept, TrajgymError
from trajgym.generators.branching import pair_from_mistake, usable_mistakes
from trajgym.generators.people import expand
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.replay import replay
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.user.crowd import Crowd, read_people
from trajgym.gym_envs.user.who import Persona
from trajgym.seeding import Rng
from trajgym.testing.loopback import Loopback

KEY = "sk-test-people-1"
FIRST = ("Tor", "Bea", "Ilo", "Ama", "Rex", "Uma", "Kit", "Lea", "Sol", "Wim")
LAST = ("sander", "mund", "lind", "wyn", "rik")
TRADES = ("carve spoons", "sell ice cream", "drive a ferry", "teach chess", "keep llamas", "paint signs", "bind books")


def people(start: int, count: int) -> list[dict[str, Any]]:
    """People number `start` and on, no two alike."""
    return [
        {
            "name": FIRST[number % 10] + LAST[number // 10 % 5],
            "age": 18 + number % 70,
            "place": f"Port {LAST[number % 5].title()}",
            "occupation": TRADES[number % 7],
            "voice": "dry",
        }
        for number in range(start, start + count)
    ]


def lines(*rows: Any) -> str:
    return "\n".join(orjson.dumps(row).decode() for row in rows)


Words = Callable[[dict[str, Any]], str]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Words], Loopback]]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    open_servers: list[Loopback] = []

    def start(words: Words) -> Loopback:
        def answer(body: dict[str, Any], key: str) -> dict[str, Any]:
            return {"role": "assistant", "content": words(orjson.loads(body["messages"][1]["content"]))}

        open_servers.append(Loopback(answer))
        return open_servers[-1].__enter__()

    yield start
    for loopback in open_servers:
        loopback.__exit__(None, None, None)


def inventive() -> Words:
    """Brings as many new people as it is asked for."""
    brought = 0

    def words(asked: dict[str, Any]) -> str:
        nonlocal brought
        brought += asked["people"]
        return "Here they are:\n```\n" + lines(*people(brought - asked["people"], asked["people"])) + "\n```"

    return words


def test_a_file_grows_to_what_was_asked_for_and_goes_on(server: Any, tmp_path: Path) -> None:
    file = tmp_path / "people.jsonl"
    loopback = server(inventive())
    report = expand(file, 25, "m", loopback.base_url)
    assert (report.already, report.added, report.calls, report.refused) == (0, 25, 2, {})
    assert len(read_people(file)) == 25
    before = file.read_bytes()
    report = expand(file, 30, "m", loopback.base_url)
    assert (report.already, report.added, report.calls) == (25, 5, 1)
    assert file.read_bytes().startswith(before)
    assert expand(file, 30, "m", loopback.base_url).calls == 0
    assert KEY.encode() not in file.read_bytes()


def test_who_is_no_person_or_not_new_is_not_taken_and_counted(server: Any, tmp_path: Path) -> None:
    good = people(0, 3)
    reply = lines(
        *good,
        good[0] | {"age": 50},  # the same name and place
        good[1] | {"name": "Someone"},  # the same life
        good[1] | {"name": "Someone", "occupation": "Working"},
        good[2] | {"name": "R2D2"},
        good[2] | {"age": 12},
        good[2] | {"age": True},
        good[2] | {"voice": "shrill"},
        good[2] | {"phone": "1"},
        {"name": "Ada"},
    )
    report = expand(tmp_path / "p.jsonl", 9, "m", server(lambda asked: reply + "\n{broken").base_url)
    assert report.added == 3
    assert report.calls == 4  # three in a row brought nobody
    every_time = {"same_life": 1, "occupation": 1, "name": 1, "age": 2, "voice": 1, "phone": 1, "place": 1, "json": 1}
    first, later = 1, 4  # the three good ones are known from the second reply on
    assert report.refused == {why: 4 * count for why, count in every_time.items()} | {"same_name": first + 3 * later}


def test_a_model_that_brings_nobody_is_named(server: Any, tmp_path: Path) -> None:
    with pytest.raises(NothingKept, match="nobody who could be taken: no lines of JSON"):
        expand(tmp_path / "p.jsonl", 5, "m", server(lambda asked: "I would rather not.").base_url)
    assert not (tmp_path / "p.jsonl").exists() or not (tmp_path / "p.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (lines(*people(0, 2)) + "\nnonsense", "p.jsonl:3: This is not JSON"),
        (lines({**people(0, 1)[0], "age": "41"}), "p.jsonl:1:age: '41' is no age from 18 to 90"),
        (lines({**people(0, 1)[0], "occupation": "Teach"}), "p.jsonl:1:occupation: 'Teach' will not do"),
        (lines({**people(0, 1)[0], "mood": "x"}), "p.jsonl:1:mood: There is no such field"),
        (lines([1]), "p.jsonl:1: It is no JSON object"),
        (lines(people(0, 1)[0], people(0, 1)[0]), "p.jsonl:2: Torsander is much like somebody above"),
        ("\n", "holds no personas"),
    ],
)
def test_a_file_that_holds_something_else(text: str, where: str, tmp_path: Path) -> None:
    file = tmp_path / "p.jsonl"
    file.write_text(text)
    with pytest.raises(TrajgymError) as caught:
        read_people(file)
    assert where in str(caught.value)
    with pytest.raises(TrajgymError, match="no file"):
        read_people(tmp_path / "none.jsonl")


def test_a_crowd_of_thousands_is_searched_quickly_and_rightly() -> None:
    """The index finds what comparing with everybody finds."""
    rng = Rng("crowd")
    crowd, taken = Crowd(), 0
    for _ in range(600):
        one = Persona(
            rng.choice(FIRST), 40, rng.choice(("Lund", "Cork", "Graz")),
            " ".join(rng.sample(("carve", "spoons", "sell", "ice", "boats", "paint", "signs"), 3)), "plain",
        )  # fmt: skip
        brute = any(
            (one.place == other.place and (one.name == other.name or _jaccard(one, other) >= 0.6))
            or (one.name == other.name and _jaccard(one, other) >= 0.6)
            for other in crowd.people()
        )
        assert bool(crowd.add(one)) == brute
        taken += not brute
    assert 5 < taken == len(crowd)


def _jaccard(one: Persona, other: Persona) -> float:
    left, right = set(one.occupation.split()), set(other.occupation.split())
    return len(left & right) / len(left | right)


def test_users_are_those_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "people.jsonl"
    file.write_text(lines(*people(0, 30)))
    run = trajgym.Run(tmp_path / "run")
    run.generate(worlds=["tool_picker"], n=80, seed=3, personas=str(file))
    plain = trajgym.Run(tmp_path / "plain")
    plain.generate(worlds=["tool_picker"], n=80, seed=3)
    known = read_people(file).people()
    shown = 0
    for trajectory, other in zip(run.trajectories(), plain.trajectories(), strict=True):
        who = Persona(**trajectory.user["persona"])
        assert who in known and who == trajgym.persona_of(trajectory.task, known)
        assert replay(trajectory) is None and trajectory.outcome.reward == 1
        assert "persona" not in other.user
        text = " ".join(str(message["content"]) for message in trajectory.opening)
        shown += who.name in text or who.occupation in text or who.place in text
    assert shown > 3
    assert run.filter().kept > 70
    with pytest.raises(TrajgymError, match="personas_sha256"):
        file.write_text(lines(*people(0, 29)))
        run.generate(n=90)


def test_a_mistake_of_a_teacher_is_reached_again_with_the_same_user() -> None:
    """A pair out of a teacher's own mistake needs the very words of the user."""
    world, known = registry.load("tool_picker"), [Persona(**row) for row in people(0, 30)]
    found = lost = 0
    for index in range(60):
        task = make_task(world, 3, index)
        if task.task_class != "act" or task.tool_view["mode"] != "native":
            continue
        episode = Episode(task, persona=trajgym.persona_of(task, known))
        episode.start()
        sent = [assistant("All done, everything has been completed.")]
        need: Any = episode.send(sent[0])
        while not isinstance(need, Done):
            sent.append(episode.oracle())
            need = episode.send(sent[-1])
        trajectory = need.trajectory
        if usable_mistakes(trajectory)[:1] == [0]:
            found += pair_from_mistake(trajectory, sent, 0, 0) is not None
            trajectory.user = {}
            lost += pair_from_mistake(trajectory, sent, 0, 0) is None
    assert found > 3
    assert lost > 0


def test_the_command(server: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from trajgym.cli.main import run as command

    file, address = str(tmp_path / "p.jsonl"), server(inventive()).base_url
    assert command(["personas", file, "--model", "m", "-n", "4", "--base-url", address, "--json", "--quiet"]) == 0
    report = orjson.loads(capsys.readouterr().out)
    assert (report["asked"], report["added"], report["calls"]) == (4, 4, 1)
    assert command(["personas", file, "--model", "m", "-n", "0", "--base-url", address]) == 2
    assert "-n is 0" in capsys.readouterr().err
