"""Filter runs over real journals: counts that add up, nothing judged twice, everything taken up again."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

import pytest

from trajgym.errors import DiskTrouble, NothingKept, TrajgymError
from trajgym.filters import Decision, Filter, FilterReport, run_filters
from trajgym.filters.rules.near import Near
from trajgym.filters.rules.proof import Proof
from trajgym.filters.run import CHUNK
from trajgym.progress import Silent
from trajgym.verdict import StepVerdict

DEFAULT = ["format", "outcome", "process", Proof(recorded=True), "exact", "near", "pair"]
"""The default filters, for hand-made trajectories of no world: they cannot be replayed."""


@dataclass
class Counting(Filter):
    """Keeps rows whose index is not a multiple of `drop`, and remembers what it was shown."""

    name = "counting"
    drop: int = 1000
    seen: list = field(default_factory=list, metadata={"identity": False})

    def identity(self):
        return f"counting-{self.drop}"

    def judge(self, rows):
        for row in rows:
            self.seen.append(row.trajectory.task.index)
            yield Decision(False, "counting:multiple") if row.trajectory.task.index % self.drop == 0 else Decision(True)


class CountingSet(Counting):
    name = "counting_set"
    scope = "set"


class StopAt(Silent):
    """Ctrl-C after so many rows."""

    def __init__(self, rows):
        self.rows = rows

    def update(self, done, total, **facts):
        if done >= self.rows:
            raise KeyboardInterrupt


def decisions(run):
    sql = (
        "SELECT scope, row, name, keep, reason, score FROM decisions JOIN filters ON number = filter "
        "ORDER BY scope, row, name"
    )
    return run.journal.query(sql)


def spoiled(trajectory, pair):
    """Ten rows, some spoiled in a way each, each with two pairs, one of which is unfair in row 9."""
    rows = [trajectory(i) for i in range(10)]
    rows[1].turns[0].message["tool_calls"][0]["function"]["arguments"] = "{"
    rows[2].outcome.gates.goal, rows[2].outcome.reward = False, 0
    rows[3].outcome.gates.goal, rows[3].outcome.reward = False, 0
    rows[4].turns[1].verdicts = [StepVerdict("M06", "W-9")]
    rows[5].opening[0]["content"] = rows[0].opening[0]["content"]
    rows[5].turns[1].message["content"] = rows[0].turns[1].message["content"]
    rows[6].opening[0]["content"] = rows[0].opening[0]["content"]
    rows[6].turns[1].message["content"] = rows[0].turns[1].message["content"] + " Really."
    # a spoiled row that is also a duplicate counts for the first filter that drops it
    rows[3].opening[0]["content"] = rows[0].opening[0]["content"]
    return [
        (row, [pair(row), pair(row, id=f"{row.id}-p1", code="M01" if i != 9 else "M77")]) for i, row in enumerate(rows)
    ]


REPORT = FilterReport(
    examined=10,
    kept=4,
    dropped={"outcome:goal": 2, "exact:duplicate": 1, "format:arguments": 1, "near:duplicate": 1, "process:M06": 1},
    pairs_examined=20,
    pairs_kept=7,
    pairs_dropped={
        "outcome:goal": 4,
        "exact:duplicate": 2,
        "format:arguments": 2,
        "near:duplicate": 2,
        "process:M06": 2,
        "pair:code": 1,
    },
)


def test_every_row_is_kept_or_counted_under_its_reason(make_run, trajectory, pair):
    run = make_run(spoiled(trajectory, pair))
    report = run_filters(run, DEFAULT)
    assert report == REPORT
    assert list(report.dropped) == list(REPORT.dropped)  # most frequent first
    assert [t.task.index for t in run.journal.kept()] == [0, 7, 8, 9]
    kept_pairs = [(p.id[-2:], t.task.index) for p, t in run.journal.kept_pairs()]
    assert kept_pairs == [(f"p{k}", i) for i in (0, 7, 8, 9) for k in (0, 1) if (k, i) != (1, 9)]


def test_the_second_run_computes_nothing(make_run, trajectory, pair):
    run = make_run(spoiled(trajectory, pair))
    counting, counting_set = Counting(), CountingSet()
    filters = [*DEFAULT, counting, counting_set]
    first = run_filters(run, filters)
    before = decisions(run)
    counting.seen.clear()
    counting_set.seen.clear()
    assert run_filters(run, filters) == first
    assert counting.seen == counting_set.seen == []
    assert decisions(run) == before


def test_other_filters_of_the_same_run_reuse_what_was_decided(make_run, trajectory, pair):
    run = make_run(spoiled(trajectory, pair))
    counting = Counting()
    run_filters(run, ["format", counting, "near"])
    assert counting.seen == [0, 2, 3, 4, 5, 6, 7, 8, 9]
    counting.seen.clear()
    assert run_filters(run, ["outcome", counting]).dropped == {"outcome:goal": 2, "counting:multiple": 1}
    assert counting.seen == [1]  # the row that format had dropped before anyone could ask
    assert run_filters(run, DEFAULT) == REPORT


def test_new_rows_are_judged_and_old_ones_are_not(make_run, trajectory, pair):
    counting, counting_set = Counting(), CountingSet()
    filters = [counting, counting_set, "near"]
    run = make_run([(trajectory(i), []) for i in range(1, 5)])
    run_filters(run, filters)
    same_words = trajectory(6, words=" ".join(f"word2x{k}" for k in range(30)))
    for row in (trajectory(5), same_words):
        run.journal.add(row, [pair(row)])
    run.journal.commit()
    counting.seen.clear()
    counting_set.seen.clear()
    report = run_filters(run, filters)
    assert counting.seen == [5, 6]
    assert counting_set.seen == [1, 2, 3, 4, 5, 6]  # its input has changed
    assert report.dropped == {"near:duplicate": 1}
    assert (report.pairs_examined, report.pairs_dropped) == (2, {"near:duplicate": 1})


def test_changed_parameters_are_judged_anew(make_run, trajectory):
    run = make_run([(trajectory(i), []) for i in range(1, 9)])
    assert run_filters(run, [Counting(drop=4)]).dropped == {"counting:multiple": 2}
    assert run_filters(run, [Counting(drop=2)]).dropped == {"counting:multiple": 4}
    base = " ".join(f"w{k}" for k in range(60))
    run = make_run([(trajectory(i, words=f"{base} own{i}"), []) for i in range(3)], name="other")
    assert run_filters(run, ["near"]).dropped == {"near:duplicate": 2}
    assert run_filters(run, [Near(threshold=0.999)]).dropped == {}
    assert run_filters(run, ["near"]).dropped == {"near:duplicate": 2}


def test_sets_are_judged_anew_when_a_filter_before_them_drops_more(make_run, trajectory):
    words = " ".join(f"w{k}" for k in range(60))
    run = make_run([(trajectory(i, words=words if i in (2, 3) else None), []) for i in range(1, 5)])
    assert run_filters(run, [Counting(), "near"]).dropped == {"near:duplicate": 1}
    assert run_filters(run, [Counting(drop=2), "near"]).dropped == {"counting:multiple": 2}
    assert [t.task.index for t in run.journal.kept()] == [1, 3]


def test_samples_of_a_task_are_in_order(make_run, trajectory):
    words = "say " * 3 + " ".join(f"w{k}" for k in range(60))
    rows = [(trajectory(1, words=words, sample=s), []) for s in (2, 0, 1)]
    run = make_run(rows)
    run_filters(run, ["near"])
    assert [t.sample for t in run.journal.kept()] == [0]


def mixed(trajectory, pair, count):
    rows = []
    for i in range(count):
        row = trajectory(i, words=" ".join(f"same{i // 3}x{k}" for k in range(40)) + f" {i}")
        if i % 7 == 0:
            row.outcome.gates.goal, row.outcome.reward = False, 0
        rows.append((row, [pair(row)]))
    return rows


@pytest.mark.parametrize("rows", [CHUNK, 2 * CHUNK, 2 * CHUNK + 40])
def test_an_interrupted_run_goes_on_where_it_stopped(rows, make_run, trajectory, pair):
    count = 2 * CHUNK + 40
    whole, broken = (make_run(mixed(trajectory, pair, count), name=name) for name in ("whole", "broken"))
    expected = run_filters(whole, DEFAULT)
    counting = Counting()
    with pytest.raises(KeyboardInterrupt):
        run_filters(broken, ["format", "outcome", counting, *DEFAULT[2:]], StopAt(rows))
    broken.close()
    again = make_run(name="broken")
    with pytest.raises(TrajgymError, match="no filter has seen"):
        next(again.journal.kept())  # a broken filter run decides nothing
    shown = list(counting.seen)
    assert run_filters(again, ["format", "outcome", counting, *DEFAULT[2:]]) == expected
    assert sorted(counting.seen) == sorted(set(counting.seen)) and len(shown) >= rows - CHUNK
    assert [d for d in decisions(again) if d[2] != "counting"] == decisions(whole)


def test_a_lost_decision_is_made_again(make_run, trajectory, pair):
    run = make_run(spoiled(trajectory, pair))
    run_filters(run, DEFAULT)
    before = decisions(run)
    run.close()
    with sqlite3.connect(run.journal.path) as database:
        database.execute("DELETE FROM decisions WHERE row >> 16 = 4 OR row >> 24 = 4")
        database.execute("DELETE FROM meta WHERE key = 'filtered'")
    database.close()
    again = make_run()
    assert run_filters(again, DEFAULT) == REPORT
    assert decisions(again) == before


def test_everything_dropped_is_an_error_that_counts(make_run, trajectory, pair):
    rows = spoiled(trajectory, pair)[1:4]
    run = make_run(rows)
    for _ in range(2):
        with pytest.raises(NothingKept) as caught:
            run_filters(run, DEFAULT)
        assert caught.value.exit_code == 3
        assert caught.value.message == (
            "None of the 3 trajectories was kept: 2 by outcome:goal, 1 by format:arguments."
        )
    assert not list(run.journal.kept())


def test_nothing_to_filter_names_the_command(make_run):
    with pytest.raises(TrajgymError, match="trajgym generate"):
        run_filters(make_run())


@pytest.mark.parametrize(
    ("names", "said"),
    [(["neer"], "Did you mean 'near'"), (["near", "near"], "named twice"), (["pair"], "No filter of trajectories")],
)
def test_wrong_names(names, said, make_run, trajectory):
    with pytest.raises(TrajgymError, match=said):
        run_filters(make_run([(trajectory(), [])]), names)


def test_a_filter_that_forgets_a_row_is_a_bug(make_run, trajectory):
    class Forgets(Filter):
        name = "forgets"

        def judge(self, rows):
            yield from [Decision(True) for _ in rows][1:]

    class ForgetsInASet(Forgets):
        scope = "set"

    class DecidesTooMuch(Forgets):
        scope = "set"

        def judge(self, rows):
            yield from [Decision(True) for _ in rows] + [Decision(True)]

    run = make_run([(trajectory(i), []) for i in range(3)])
    for wrong, said in ((Forgets, "2 decisions on 3"), (ForgetsInASet, "2 decisions"), (DecidesTooMuch, "4 decisions")):
        with pytest.raises(AssertionError, match=said):
            run_filters(run, [wrong()])
        assert run.journal.filtered() is None


def test_the_check_of_the_counts_would_see_a_lost_row(make_run, trajectory, pair):
    from trajgym.filters.report import report

    run = make_run(spoiled(trajectory, pair))
    run_filters(run, DEFAULT)
    with sqlite3.connect(run.journal.path) as database:
        database.execute("DELETE FROM decisions WHERE scope = 'trajectory' AND row >> 16 = 7")
    database.close()
    with pytest.raises(AssertionError, match="10 trajectories in, 3 kept"):
        report(run.journal)


def test_no_room_for_the_sketches_is_disk_trouble(trajectory, tmp_path):
    near = Near()
    near.scratch = tmp_path / "gone"
    with pytest.raises(DiskTrouble):
        list(near.judge(iter([])))


def test_no_temporary_file_is_left(make_run, trajectory):
    run = make_run([(trajectory(i), []) for i in range(3)])
    before = {path.name for path in run.path.iterdir()}
    run_filters(run, ["near"])
    assert {path.name for path in run.path.iterdir()} == before
