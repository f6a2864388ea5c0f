"""The checks that cannot be fooled, over the whole way and all worlds: from tasks to files and back."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from trajgym.api import Run
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.tasks import make_task
from trajgym.task import Task
from trajgym.writers import check_export, read_file

WORLDS = registry.names()
N = 25 * len(WORLDS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of all worlds, exported in all formats."""
    place = tmp_path_factory.mktemp("checks")
    run = Run(place / "run")
    run.generate(worlds=WORLDS, n=N, seed=23)
    run.filter()
    run.export(place / "data")
    return place


def sidecar(path: Path) -> list[dict[str, Any]]:
    lines = (path.parent / path.name.replace(".jsonl", ".meta.jsonl")).read_bytes().splitlines()
    return [orjson.loads(line) for line in lines]


def test_everything_the_oracle_did_is_kept(folder: Path) -> None:
    assert sum(1 for _ in Run(folder / "run").trajectories(kept=True)) >= 0.95 * N


def test_nothing_is_wrong_with_the_export(folder: Path) -> None:
    assert check_export(folder / "data") == []


@pytest.mark.parametrize("name", ["openai_sft", "trl_sft"])
def test_verdicts_of_reimported_messages_are_the_same(folder: Path, name: str) -> None:
    """Assistant messages read back from the file, played to the task again: the rules give the same codes, here none, and
    the rewards are those of the sidecar."""
    checked = 0
    begun: dict[str, str] = {}
    ended: set[str] = set()
    for path in sorted((folder / "data" / name).glob("train*.jsonl")):
        if ".meta." in path.name or ".masked." in path.name:
            continue
        metas = sidecar(path)
        for example, meta in zip(read_file(path, name), metas, strict=True):
            episode = Episode(Task.from_recipe(meta["task"]))
            need = episode.start()
            for message in example.messages:
                if message["role"] == "assistant":
                    assert not isinstance(need, Done)
                    need = episode.send(message)
            codes = [v.code for turn in episode.turns for v in turn.verdicts]
            assert codes == []
            begun[meta["trajectory"]] = meta["task"]["world"]
            if isinstance(need, Done):  # else the row is a stretch of a swarm's episode, and a later one ends it
                assert need.trajectory.outcome.reward == meta["reward"] == 1
                ended.add(meta["trajectory"])
            checked += 1
    assert all(registry.load(begun[name]).agents for name in begun.keys() - ended)
    assert checked >= 0.9 * N


@pytest.mark.parametrize("name", ["openai_dpo", "trl_dpo"])
def test_rejected_sides_read_back_make_the_mistake_they_are_named_for(folder: Path, name: str) -> None:
    checked = 0
    for path in sorted((folder / "data" / name).glob("train*.jsonl")):
        if ".meta." in path.name:
            continue
        metas = sidecar(path)
        for example, meta in zip(read_file(path, name), metas, strict=True):
            episode = Episode(Task.from_recipe(meta["task"]))
            episode.start()
            for message in example.messages:
                if message["role"] == "assistant":
                    episode.send(message)
            assert example.chosen is not None
            assert example.rejected is not None
            assert [v.code for v in episode.check(example.rejected)] == [meta["code"]]
            assert episode.check(example.chosen) == []
            episode.close()
            checked += 1
    assert checked >= 0.7 * N


def test_one_flipped_byte_of_a_tool_message_drops_exactly_that_row(folder: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    run.generate(worlds=WORLDS, n=60, seed=3)
    target = next(t for t in run.trajectories() if any(m["role"] == "tool" for turn in t.turns for m in turn.results))
    with sqlite3.connect(tmp_path / "run" / "journal.sqlite") as journal:
        row, body = journal.execute(
            "SELECT bodies.row, bodies.body FROM bodies JOIN trajectories USING (row) WHERE id = ? ORDER BY 1",
            (target.id,),
        ).fetchone()
        value = orjson.loads(body)
        message = next(m for turn in value["turns"] for m in turn["results"] if m["role"] == "tool")
        at = next(i for i, c in enumerate(message["content"]) if c.isalnum())
        flipped = chr(ord(message["content"][at]) ^ 1)
        message["content"] = message["content"][:at] + flipped + message["content"][at + 1 :]
        journal.execute("UPDATE bodies SET body = ? WHERE row = ?", (orjson.dumps(value), row))
    journal.close()
    before = {t.id for t in run.trajectories()}
    report = run.filter()
    assert {t.id for t in run.trajectories(kept=True)} == before - {target.id}
    assert report.dropped == {"proof": 1}


ACTING = {
    "verbosity": "terse",
    "surface": "typos",
    "opening": "wrong_topic_first",
    "patience": "low_hangup",
    "ending": "silent_stop",
}


@pytest.mark.parametrize("dimension", ACTING)
def test_two_tasks_that_differ_in_one_level_differ_in_their_words(dimension: str) -> None:
    other = ACTING[dimension]
    for name in WORLDS:
        world = registry.load(name)
        task = next(t for i in range(200) if (t := make_task(world, 5, i)).task_class == "act")
        task = replace(task, profile={})
        changed = replace(task, profile={dimension: other})
        texts = []
        for one in (task, changed):
            episode = Episode(one)
            need = episode.start()
            while not isinstance(need, Done):
                need = episode.send(episode.oracle())
            texts.append([m["content"] for m in episode.history if m["role"] == "user"])
        assert texts[0] != texts[1], (name, dimension)
