"""Pairs that outlive their trajectory: the rejected side is the teacher's own mistake, the chosen side was played apart."""

from __future__ import annotations

import sqlite3

import orjson
import pytest

from trajgym.chat import assistant, tool_call_id
from trajgym.errors import NothingKept
from trajgym.filters import Decision, Filter, run_filters
from trajgym.filters.rules.proof import Proof
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.registry import load
from trajgym.gym_envs.tasks import make_task
from trajgym.verdict import StepVerdict
from trajgym.writers import export

DEFAULT = ["format", "outcome", "process", Proof(recorded=True), "exact", "near", "pair"]
RECORD = [name for name in DEFAULT if name not in ("outcome", "process")]


@pytest.fixture
def rows(trajectory, pair):
    """Rows with three pairs each: a correction, one with the teacher's own message, one of the scripted teacher's. All but
    the first row are spoilt."""

    def make(spoil, count=3):
        made = []
        for index in range(count):
            row = trajectory(index)
            correction = pair(row, chosen_from="oracle", rejected_from="teacher")
            others = pair(row, id=f"{row.id}-p1"), pair(row, id=f"{row.id}-p2", chosen_from="oracle")
            made.append((row, [correction, *others]))
        for spoilt, _ in made[1:]:
            spoil(spoilt)
        return made

    return make


def lose(row):
    row.outcome.gates.goal, row.outcome.reward = False, 0


def break_a_rule(row):
    row.turns[1].verdicts = [StepVerdict("M06", "W-9")]


def call_what_is_not_there(row):
    row.turns[0].message["tool_calls"][0]["function"]["name"] = "find_user"


def break_arguments(row):
    row.turns[0].message["tool_calls"][0]["function"]["arguments"] = "{"


def kept(run):
    return [(t.task.index, p.id[-2:]) for p, t in run.journal.kept_pairs()]


WHOLE = [(0, "p0"), (0, "p1"), (0, "p2")]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [(lose, "outcome:goal"), (break_a_rule, "process:M06"), (call_what_is_not_there, "format:undeclared_tool")],
)
def test_a_correction_outlives_what_its_teacher_did(spoil, reason, make_run, rows):
    made = rows(spoil)
    for _, pairs in made:
        pairs[0].chosen = {**assistant("Which order is it?")}
    run = make_run(made)
    report = run_filters(run, DEFAULT)
    assert (report.kept, report.dropped) == (1, {reason: 2})
    assert (report.pairs_examined, report.pairs_kept, report.pairs_dropped) == (9, 5, {reason: 4})
    assert kept(run) == [*WHOLE, (1, "p0"), (2, "p0")]
    assert [t.task.index for t in run.journal.kept()] == [0]


def damaged(row):
    lose(row)
    break_arguments(row)


@pytest.mark.parametrize("names", [DEFAULT, ["outcome", "format", *DEFAULT[2:]]])
def test_it_falls_when_the_record_is_damaged(names, make_run, rows):
    run = make_run(rows(damaged))
    report = run_filters(run, names)
    first = "format:arguments" if names is DEFAULT else "outcome:goal"
    assert (report.kept, report.dropped) == (1, {first: 2})
    assert sum(report.pairs_dropped.values()) == 6
    # each pair counts for what it fell with: corrections for the damage, the others for what their trajectory fell for
    assert report.pairs_dropped == ({first: 6} if names is DEFAULT else {first: 4, "format:arguments": 2})
    assert kept(run) == WHOLE


class NotOdd(Filter):
    """A filter that says nothing about sparing."""

    name = "not_odd"
    order = 35

    def judge(self, rows):
        for row in rows:
            yield Decision(False, "not_odd") if row.trajectory.task.index % 2 else Decision(True)


def test_it_falls_with_any_other_filter(make_run, rows):
    run = make_run(rows(lose, 4))
    report = run_filters(run, [*DEFAULT, NotOdd()])
    assert report.dropped == {"outcome:goal": 3}
    assert report.pairs_dropped == {"outcome:goal": 6, "not_odd": 2}
    assert kept(run) == [*WHOLE, (2, "p0")]


def test_it_falls_with_a_duplicate(make_run, trajectory, pair):
    made = [trajectory(index, words=" ".join(f"same{k}" for k in range(40))) for index in range(2)]
    run = make_run([(row, [pair(row, chosen_from="oracle", rejected_from="teacher")]) for row in made])
    report = run_filters(run, DEFAULT)
    assert report.dropped == report.pairs_dropped == {"exact:duplicate": 1}
    assert kept(run) == [(0, "p0")]


def test_its_trajectory_takes_no_other_row_for_a_duplicate(make_run, trajectory, pair):
    made = [trajectory(index, words=" ".join(f"same{k}" for k in range(40))) for index in range(2)]
    lose(made[0])
    run = make_run([(row, [pair(row, chosen_from="oracle", rejected_from="teacher")]) for row in made])
    assert run_filters(run, DEFAULT).dropped == {"outcome:goal": 1}
    assert kept(run) == [(0, "p0"), (1, "p0")]


def test_the_tool_that_is_not_there_stands_on_the_rejected_side_only(make_run, trajectory, pair):
    row = trajectory(0)
    call_what_is_not_there(row)
    sides = {"chosen": assistant("Which one?"), "chosen_from": "oracle", "rejected_from": "teacher"}
    at_it = pair(row, rejected=row.turns[0].message, code="M05", **sides)
    after_it = pair(row, id=f"{row.id}-p1", turn=1, **sides)
    run = make_run([(row, [at_it, after_it]), (trajectory(1), [])])
    assert run_filters(run, DEFAULT).pairs_dropped == {"pair:prefix_undeclared_tool": 1}
    assert kept(run) == [(0, "p0")]


def test_it_is_written_with_its_conversation(make_run, rows, tmp_path):
    run = make_run(rows(lose))
    run_filters(run, DEFAULT)
    report = export(run.journal, ["trl_dpo"], tmp_path / "out")
    assert report.rows == {"trl_dpo": 5}
    lines = [orjson.loads(line) for line in (tmp_path / "out/trl_dpo/train.jsonl").read_bytes().splitlines()]
    (correction,) = [line for line in lines if "word2x0" in line["prompt"][-1]["content"]]
    assert correction["chosen"][0]["tool_calls"] and correction["rejected"][0]["content"]


def test_corrections_alone_are_something(make_run, rows, tmp_path):
    run = make_run(rows(lose)[1:])
    report = run_filters(run, DEFAULT)
    assert (report.kept, report.pairs_kept) == (0, 2)
    assert export(run.journal, ["trl_dpo"], tmp_path / "out").rows == {"trl_dpo": 2}
    with pytest.raises(NothingKept, match="no trajectories were kept"):
        export(run.journal, ["trl_sft"], tmp_path / "other")


# ---- again and again


def decisions(run):
    return run.journal.query(
        "SELECT scope, row, name, keep, reason FROM decisions JOIN filters ON number = filter ORDER BY scope, row, name"
    )


@pytest.mark.parametrize("spoil", [lose, break_a_rule, call_what_is_not_there, damaged])
@pytest.mark.parametrize("before", [["outcome"], ["process"], RECORD, [NotOdd()], [NotOdd(), *DEFAULT], DEFAULT])
def test_what_other_filters_said_before_does_not_count(spoil, before, make_run, rows):
    made = rows(spoil, 4)
    for _, pairs in made:
        pairs[0].chosen = assistant("Which order is it?")
    fresh, again = make_run(made, "fresh"), make_run(made, "again")
    expected = run_filters(fresh, DEFAULT)
    run_filters(again, before)
    assert run_filters(again, DEFAULT) == expected
    assert kept(again) == kept(fresh)
    stored = decisions(again)
    again.journal.start_filtering()  # as after an interruption
    assert run_filters(again, DEFAULT) == expected
    assert decisions(again) == stored


@pytest.mark.parametrize("scope", ["pair", "trajectory"])
def test_lost_decisions_are_made_again(scope, make_run, rows):
    run = make_run(rows(lose, 6))
    expected, before = run_filters(run, DEFAULT), decisions(run)
    with sqlite3.connect(run.journal.path) as database:
        alone = "filter IN (SELECT number FROM filters WHERE name NOT IN ('exact', 'near'))"
        database.execute(f"DELETE FROM decisions WHERE scope = ? AND {alone}", (scope,))
        database.execute("DELETE FROM meta WHERE key = 'filtered'")
    database.close()
    assert run_filters(run, DEFAULT) == expected
    assert decisions(run) == before


# ---- really played


def gives_up(index):
    """An episode of tool_picker whose teacher begins by giving up, and what it should have said."""
    task = make_task(load("tool_picker"), 7, index)
    episode = Episode(task, teacher="m", kind="model")
    episode.start()
    chosen = episode.oracle()
    for position, call in enumerate(chosen.get("tool_calls", ())):
        call["id"] = tool_call_id(episode.id, 0, position)
    sorry = "I'm sorry, but I can't help with that."
    need = episode.send(
        assistant(orjson.dumps({"tool": "no_tool", "reply": sorry}).decode() if episode.json_mode else sorry)
    )
    while not isinstance(need, Done):
        calls = episode.moves()[0].kind == "call" and len(episode.turns) < 6
        need = episode.send(episode.oracle() if calls else assistant("Goodbye."))
    return need.trajectory, chosen


@pytest.fixture
def played(make_run, pair):
    """Lost episodes of a real world that hold tool messages."""
    made = [(row, chosen) for row, chosen in map(gives_up, range(40)) if row.outcome.reward == 0]
    made = [(row, chosen) for row, chosen in made if any(m["role"] == "tool" for t in row.turns for m in t.results)]
    sides = {"code": "M12", "chosen_from": "oracle", "rejected_from": "teacher"}
    return make_run(
        [(row, [pair(row, turn=0, chosen=chosen, rejected=row.turns[0].message, **sides)]) for row, chosen in made[:6]]
    )


def test_the_conversation_is_proved(played):
    report = run_filters(played)
    assert (report.kept, report.examined, report.pairs_kept, report.pairs_dropped) == (0, 6, 6, {})


def test_one_byte_of_a_tool_message_drops_the_correction(played):
    number, body = next(played.journal.rows())
    row = orjson.loads(body)
    message = next(m for t in row["turns"] for m in t["results"] if m["role"] == "tool")
    message["content"] = message["content"][:-2] + chr(ord(message["content"][-2]) ^ 1) + message["content"][-1]
    with sqlite3.connect(played.journal.path) as database:
        database.execute("UPDATE bodies SET body = ? WHERE row = ?", (orjson.dumps(row), number))
    database.close()
    report = run_filters(played)
    assert sum(n for reason, n in report.dropped.items() if reason.startswith("outcome:")) == 6
    assert (report.pairs_kept, report.pairs_dropped) == (5, {"proof": 1})
    assert kept(played)[0][0] != number >> 16
