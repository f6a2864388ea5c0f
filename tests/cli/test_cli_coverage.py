"""``trajgym coverage``: its numbers against plain counting, its gaps, losses and comparisons, and wrong questions."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from trajgym.api import Run
from trajgym.gym_envs.user.dims import DIMENSIONS, NEUTRAL
from trajgym.journal import Decided
from trajgym.run_folder import RunFolder

Command = Callable[..., Any]


def shown(trajectory: Any) -> list[tuple[str, str]]:
    """The levels of a trajectory that showed."""
    full = [(name, trajectory.task.profile.get(name, NEUTRAL[name])) for name in DIMENSIONS]
    return [cell for cell in full if cell[1] == NEUTRAL[cell[0]] or cell[0] in trajectory.reached]


@pytest.fixture(scope="module")
def measured(finished: Path) -> dict[str, Any]:
    return Run(finished).coverage().to_json()


def test_the_numbers_are_those_of_plain_counting(measured: dict[str, Any], finished: Path) -> None:
    everything, kept = list(Run(finished).trajectories()), list(Run(finished).trajectories(kept=True))
    for size, name in ((1, "levels"), (2, "pairs"), (3, "triples")):
        counts = measured[name]
        assert counts["reached"] == len({c for t in everything for c in combinations(shown(t), size)})
        assert counts["kept"] == len({c for t in kept for c in combinations(shown(t), size)})
        assert counts["valid"] >= counts["planned"] >= counts["reached"] >= counts["kept"] > 0
    assert measured["worlds"] == {"tool_picker": {name: measured[name] for name in ("levels", "pairs", "triples")}}
    by_class = Counter(t.task.task_class for t in everything)
    assert measured["task_classes"].keys() >= by_class.keys()
    refusals = {c for t in kept if t.task.task_class == "refuse_policy" for c in shown(t)}
    assert measured["task_classes"]["refuse_policy"]["levels"]["kept"] == len(refusals)
    made = Counter(pair.code for pair, _ in Run(finished).pairs())
    assert {code: found["kept"] for code, found in measured["mistakes"].items() if found["kept"]} == dict(made)
    (code, _), *_ = made.most_common()
    beside = {c for pair, t in Run(finished).pairs() if pair.code == code for c in shown(t)}
    assert measured["mistakes"][code]["levels"]["kept"] == len(beside)


def test_gaps_are_named(measured: dict[str, Any], finished: Path) -> None:
    gaps = measured["gaps"]
    assert gaps["stage"] == "kept"
    kept = [{f"{name}={level}" for name, level in shown(t)} for t in Run(finished).trajectories(kept=True)]
    for size in ("pairs", "triples"):
        found = gaps[size]
        assert found["missing"] == measured[size]["valid"] - measured[size]["kept"] == sum(found["lost"].values()) > 0
        assert len(found["first"]) == min(found["missing"], 100)
        for gap in found["first"]:
            assert len(gap["levels"]) == (2 if size == "pairs" else 3)
            assert not any(set(gap["levels"]) <= row for row in kept)
            assert gap["worlds"] == ["tool_picker"]


def test_tasks_without_a_trajectory_are_planned(finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "a")
    config = (tmp_path / "a" / "run.toml").read_text()
    (tmp_path / "a" / "run.toml").write_text(config.replace("n = 60", "n = 90"))
    before, after = Run(finished).coverage(), Run(tmp_path / "a").coverage()
    assert (before.planned, after.planned, after.generated) == (60, 90, 60)
    assert after.coverage["triples"]["planned"] > before.coverage["triples"]["planned"]
    assert after.coverage["triples"]["reached"] == before.coverage["triples"]["reached"]


def test_losses_say_whose_fault_and_why(finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "a")
    with RunFolder.open(tmp_path / "a") as folder:
        (failed, process, near, sound) = folder.journal.query("SELECT row, body FROM bodies ORDER BY row LIMIT 4")
        row = json.loads(failed[1])
        row["outcome"] |= {
            "reward": 0,
            "blame": "user",
            "why": ["not done: x", "user: went without saying what was due: a yes"],
        }
        folder.journal.add_failure(999, 0, "timeout", "no answer")
        folder.journal.decide(
            "process",
            "trajectory",
            [Decided(process[0], False, "process:M02"), Decided(failed[0], False, "process:M02")],
        )
        folder.journal.decide("near", "trajectory", [Decided(near[0], False, "near:duplicate")])
        folder.journal.commit()
        writer = folder.journal._writer._connection
        writer.execute("UPDATE bodies SET body = ? WHERE row = ?", (json.dumps(row).encode(), failed[0]))
        writer.execute("UPDATE bodies SET body = '{' WHERE row = ?", (sound[0],))
    found = Run(tmp_path / "a").coverage()
    names = {json.loads(body)["id"]: place for place, (_, body) in enumerate((failed, process, near))}
    losses = {(loss.blame, loss.why): (loss.count, [names[row] for row in loss.rows]) for loss in found.losses}
    assert losses == {
        ("user", "went without saying what was due"): (1, [0]),
        ("agent", "process:M02"): (1, [1]),
        ("environment", "near:duplicate"): (1, [2]),
        ("environment", "the record cannot be read"): (1, []),
        ("limit", "given up: timeout"): (1, []),
    }


def test_it_prints_tables_and_json(trajgym: Command, finished: Path, measured: dict[str, Any]) -> None:
    ran = trajgym("coverage", finished)
    assert ran.code == 0, ran.err
    for title in ("User behaviour covered", "By dimension", "By world", "By task class", "By mistake", "Missing triples",
                  "Lost episodes: whose fault", "Diversity of 60", "Diversity of plans", "Realism"):  # fmt: skip
        assert title in ran.out, title
    ran = trajgym("coverage", finished, "--json", "--quiet")
    answer = json.loads(ran.out)
    assert ran.err == ""
    assert answer == json.loads(json.dumps(measured))
    assert answer["pairs"].keys() == answer["triples"].keys() == {"valid", "planned", "reached", "kept"}


def test_before_the_filters_what_showed_counts(trajgym: Command, tmp_path: Path) -> None:
    Run("b").generate(worlds=["tool_picker"], n=8)
    answer = json.loads(trajgym("coverage", "b", "--json").out)
    assert (answer["filtered"], answer["measured"], answer["gaps"]["stage"]) == (False, 8, "reached")
    assert answer["pairs"]["reached"] > answer["pairs"]["kept"] == 0


def test_a_plot(trajgym: Command, finished: Path, tmp_path: Path) -> None:
    assert trajgym("coverage", finished, "--plot", "c.png").code == 0
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
    ran = trajgym("coverage", finished, "--plot", "/proc/x/c.png", "--json")
    assert (ran.code, json.loads(ran.out)["error"]["kind"]) == (7, "disk")


def test_real_logs(trajgym: Command, tmp_path: Path) -> None:
    """Logs of lower-case users who leave without a word: the run is far from them in just that. (Each of its endings comes alone
    often enough to be told from the others.)"""
    finished = tmp_path / "a"
    Run(finished).generate(worlds=["tool_picker"], n=60, seed=7, target="uniform")
    Run(finished).filter()
    with open(tmp_path / "logs.jsonl", "w") as logs:
        for t in Run(finished).trajectories():
            users = [
                m["content"].lower()
                for m in (*t.opening, *(m for x in t.turns for m in x.results if m["role"] == "user"))
            ]
            talk = [
                m
                for text in users
                for m in ({"role": "user", "content": text}, {"role": "assistant", "content": "Ok."})
            ]
            logs.write(json.dumps({"messages": talk}) + "\n")
    ran = trajgym("coverage", finished, "--reference", "logs.jsonl", "--propose", "target.json", "--json")
    assert ran.code == 0, ran.err
    reference = json.loads(ran.out)["reference"]
    assert reference["conversations"] == 60
    assert max(reference["distances"], key=reference["distances"].__getitem__) in ("surface", "ending")
    assert reference["distances"]["surface"] > 3 * reference["distances"]["words in a message"]
    target = json.loads((tmp_path / "target.json").read_text())
    assert target == reference["target"]
    assert target["ending"]["silent_stop"] > 60 and target["surface"]["sms_lowercase"] > 50
    assert all(sum(levels.values()) == pytest.approx(100, abs=0.5) for levels in target.values())
    assert "Target fitted to the logs" in trajgym("coverage", finished, "--reference", "logs.jsonl").out


BAD: dict[str, tuple[tuple[str, ...], int, str, str]] = {
    "too early": (("coverage", "a"), 2, "no run at a", "trajgym generate"),
    "no run": (("coverage",), 2, "RUN", "--help"),
    "nothing to fit to": (("coverage", "RUN", "--propose", "t.json"), 2, "--propose fits", "--reference FILE"),
    "empty log": (("coverage", "RUN", "--reference", "empty.jsonl"), 2, "empty.jsonl holds no conversations", "messages"),
    "broken line": (("coverage", "RUN", "--reference", "broken.jsonl"), 2, "broken.jsonl:2: This is not JSON", "messages"),
    "another format": (("coverage", "RUN", "--reference", "other.jsonl"), 2, "other.jsonl:1: messages: ", "messages"),
    "no log": (("coverage", "RUN", "--reference", "nowhere.jsonl"), 2, "nowhere.jsonl cannot be read", ""),
    "unwritable target": (
        ("coverage", "RUN", "--reference", "good.jsonl", "--propose", "/proc/x/t.json"), 7, "cannot be written", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_wrong_questions(trajgym: Command, case: str, tmp_path: Path, finished: Path) -> None:
    arguments, code, message, hint = BAD[case]
    good = '{"messages": [{"role": "user", "content": "hi"}]}\n'
    for name, text in (("empty", ""), ("broken", good + "{"), ("other", '{"conversations": []}'), ("good", good)):
        (tmp_path / f"{name}.jsonl").write_text(text)
    arguments = tuple(str(finished) if word == "RUN" else word for word in arguments)
    ran = trajgym(*arguments)
    assert ran.code == code, ran.err
    error = next(line for line in ran.err.split("\n") if line.startswith("error: "))
    assert message in error and hint in ran.err
    assert "Traceback" not in ran.err
    ran = trajgym(*arguments, "--json")
    assert message in json.loads(ran.out)["error"]["message"]
