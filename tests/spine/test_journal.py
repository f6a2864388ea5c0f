"""What goes into the journal comes out, in order, however it was put in."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajgym.errors import DamagedJournal, TrajgymError
from trajgym.journal import Decided, Journal, Rows, encode_record, row_number
from trajgym.task import TASK_CLASSES, Task
from trajgym.trajectory import Frame, Pair, Trajectory, Turn, Usage
from trajgym.verdict import Gates, Outcome, StepVerdict

Make = Callable[..., Trajectory]
MakePairs = Callable[..., list[Pair]]

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
messages = st.fixed_dictionaries({"role": st.sampled_from(["assistant", "user", "tool"]), "content": st.none() | text})
frames = st.builds(Frame, text, text, st.lists(st.dictionaries(text, json_values, max_size=2), max_size=2))
turns = st.builds(
    Turn,
    frames,
    messages,
    st.lists(messages, max_size=2),
    st.lists(st.builds(StepVerdict, text, text, st.integers(-1, 5)), max_size=2),
    st.integers(0, 1),
)
outcomes = st.builds(
    Outcome, st.integers(0, 1), st.builds(Gates, *[st.booleans()] * 5), text, text, st.lists(text, max_size=2)
)


@st.composite
def trajectories(draw: st.DrawFn, index: int) -> Trajectory:
    task = Task(
        draw(text), 1, draw(st.integers(0, 9)), index, draw(st.integers(0, 4)), draw(st.sampled_from(TASK_CLASSES)),
        profile=draw(st.dictionaries(text, text, max_size=2)), faults=draw(st.dictionaries(text, json_values, max_size=2)),
    )  # fmt: skip
    sample = draw(st.integers(0, 65535))
    return Trajectory(
        f"{task.id}-{sample}", task, sample, {"name": draw(text), "kind": "model"}, draw(st.lists(messages, max_size=2)),
        draw(st.lists(turns, max_size=4)), draw(outcomes), draw(text), acts=draw(st.lists(text, max_size=2)),
        usage=draw(st.builds(Usage, *[st.integers(0, 10**9)] * 3)),
    )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_what_goes_in_comes_out_in_task_order(data: st.DataObject) -> None:
    indexes = data.draw(st.lists(st.integers(0, 2**31), min_size=1, max_size=5, unique=True))
    made = [data.draw(trajectories(index)) for index in indexes]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite"
        with Journal.open(path, create=True) as journal:
            for trajectory in made:
                journal.add(trajectory)
        with Journal.open(path, create=False, readonly=True) as journal:
            stored = list(journal.trajectories())
    made.sort(key=lambda t: t.task.index)
    assert [t.to_json() for t in stored] == [t.to_json() for t in made]
    assert [[turn.frame.body for turn in t.turns] for t in stored] == [
        [turn.frame.body for turn in t.turns] for t in made
    ]


@pytest.fixture
def journal(tmp_path: Path) -> Any:
    with Journal.open(tmp_path / "journal.sqlite", create=True) as opened:
        yield opened


def test_order_is_task_then_sample_then_pair(journal: Journal, make_trajectory: Make, make_pairs: MakePairs) -> None:
    for index, sample in ((3, 0), (0, 1), (300, 0), (0, 0), (3, 2)):
        trajectory = make_trajectory(index, sample)
        journal.add(trajectory, make_pairs(trajectory, 3))
    order = [(0, 0), (0, 1), (3, 0), (3, 2), (300, 0)]
    assert [(t.task.index, t.sample) for t in journal.trajectories()] == order
    assert list(journal.done()) == order
    pairs = [Pair.decode(body) for _, body in journal.pair_rows()]
    assert [p.trajectory for p in pairs] == [t.id for t in journal.trajectories() for _ in range(3)]
    assert [p.turn for p in pairs] == [0, 1, 2] * 5


def test_more_rows_than_a_page_and_ranges(journal: Journal, make_trajectory: Make) -> None:
    for index in range(300):
        journal.add(make_trajectory(index))
    assert [row >> 16 for row, _ in journal.rows()] == list(range(300))
    some = journal.trajectories(row_number(99, 0), row_number(170, 0))
    assert [t.task.index for t in some] == list(range(100, 171))


def test_writing_while_reading_neither_blocks_nor_repeats(journal: Journal, make_trajectory: Make) -> None:
    for index in range(0, 400, 2):
        journal.add(make_trajectory(index))
    seen = []
    for number, trajectory in enumerate(journal.trajectories()):
        seen.append(trajectory.task.index)
        if number == 100:
            journal.add(make_trajectory(1))  # behind the reader
            journal.add(make_trajectory(399))  # before it
            journal.commit()
    assert seen == [*range(0, 400, 2), 399]


def test_a_rollout_cannot_be_stored_twice(tmp_path: Path, make_trajectory: Make) -> None:
    path = tmp_path / "journal.sqlite"
    with Journal.open(path, create=True) as journal:
        journal.add(make_trajectory(1, words="first"))
    with pytest.raises(sqlite3.IntegrityError), Journal.open(path, create=False) as journal:
        journal.add(make_trajectory(1, words="second"))
        journal.commit()
    with Journal.open(path, create=False) as journal:
        assert [t.opening[0]["content"] for t in journal.trajectories()] == ["first 1"]


def test_a_record_encoded_elsewhere_is_the_same_row(
    journal: Journal, make_trajectory: Make, make_pairs: MakePairs
) -> None:
    known: set[str] = set()
    for index in range(3):
        trajectory = make_trajectory(index)
        record = encode_record(trajectory, make_pairs(trajectory), known, index)
        assert len(record.frames) == (1 if index == 0 else 0)
        journal.add_record(record)
    assert [t.encode() for t in journal.trajectories()] == [make_trajectory(index).encode() for index in range(3)]


def test_find_by_id(journal: Journal, make_trajectory: Make) -> None:
    journal.add(make_trajectory(4, 2))
    assert journal.row_of(make_trajectory(4, 2).id) == row_number(4, 2)
    assert journal.row_of("nothing-0") is None


def test_the_number_in_the_run_decides_the_place(journal: Journal, make_trajectory: Make) -> None:
    for number in (5, 1, 3):
        journal.add(make_trajectory(number // 2), number=number)
    assert [t.task.index for t in journal.trajectories()] == [0, 1, 2]
    assert list(journal.done()) == [(1, 0), (3, 0), (5, 0)]


def test_a_failure_is_forgotten_when_the_rollout_succeeds(journal: Journal, make_trajectory: Make) -> None:
    journal.add_failure(5, 0, "refused", "no")
    journal.add_failure(6, 1, "refused", "no")
    assert list(journal.failed()) == [(5, 0), (6, 1)]
    journal.add(make_trajectory(5))
    assert list(journal.failed()) == [(6, 1)]


def test_a_broken_body_is_named_and_the_others_stay_readable(tmp_path: Path, make_trajectory: Make) -> None:
    path = tmp_path / "journal.sqlite"
    with Journal.open(path, create=True) as journal:
        for index in range(3):
            journal.add(make_trajectory(index))
    direct = sqlite3.connect(path)
    direct.execute("UPDATE bodies SET body = CAST('{\"id\": 1' AS BLOB) WHERE row = ?", (row_number(1, 0),))
    direct.commit()
    direct.close()
    with Journal.open(path, create=False) as journal:
        readable = 0
        for row, body in journal.rows():
            if row >> 16 == 1:
                with pytest.raises(DamagedJournal, match=f"Row {row} "):
                    journal.decode(row, body)
            else:
                readable += journal.decode(row, body).task.index == row >> 16
        assert readable == 2


def test_rows_take_eight_bytes_each() -> None:
    rows = Rows(index << 16 | 3 for index in range(0, 200_000, 2))
    assert len(rows) == 100_000
    assert (4, 3) in rows
    assert (5, 3) not in rows
    assert (4, 2) not in rows
    assert rows._numbers.itemsize * len(rows) == 800_000


# ---- filters


def decide(journal: Journal, name: str, keep: Callable[[int], bool], reason: str) -> None:
    """Filter `name` keeps the trajectories, and their pairs, whose task index passes `keep`."""
    journal.start_filtering([name])
    rows = [Decided(row, keep(row >> 16), "" if keep(row >> 16) else reason) for row, _ in journal.rows()]
    pairs = [Decided(row, keep(row >> 24), "" if keep(row >> 24) else reason) for row, _ in journal.pair_rows()]
    journal.decide(name, "trajectory", rows)
    journal.decide(name, "pair", pairs)
    journal.set_filter_state(name, "key")


@pytest.fixture
def ten(journal: Journal, make_trajectory: Make, make_pairs: MakePairs) -> Journal:
    for index in range(10):
        trajectory = make_trajectory(index)
        journal.add(trajectory, make_pairs(trajectory, 2))
    return journal


def test_kept_is_what_every_filter_kept(ten: Journal) -> None:
    decide(ten, "even", lambda i: i % 2 == 0, "even:odd")
    decide(ten, "small", lambda i: i < 5, "small:big")
    ten.finish_filtering(["even", "small"])
    assert [t.task.index for t in ten.kept()] == [0, 2, 4]
    assert [(p.turn, t.task.index) for p, t in ten.kept_pairs()] == [(n, i) for i in (0, 2, 4) for n in (0, 1)]
    assert ten.dropped("trajectory") == {"even:odd": 5, "small:big": 2}
    assert ten.dropped("pair") == {"even:odd": 10, "small:big": 4}
    assert ten.filtered() is not None


def test_one_walk_gives_what_is_kept_with_its_pairs_and_pairs_that_outlive_their_trajectory(ten: Journal) -> None:
    rows, lonely = (
        {0, 3, 4, 8},
        {1, 4, 6, 8, 9},
    )  # pairs of 1, 6 and 9 outlive them: between, and after the last one kept
    ten.decide("f", "trajectory", [Decided(row_number(i, 0), i in rows) for i in range(10)])
    ten.decide(
        "f", "pair", [Decided(row_number(i, 0) << 8 | k, i in lonely and k == 1) for i in range(10) for k in (0, 1)]
    )
    ten.finish_filtering(["f"])
    walked = [(t.task.index, kept, [p.turn for p in pairs]) for t, kept, pairs in ten.kept_with_pairs()]
    assert walked == [(i, i in rows, [1] if i in lonely else []) for i in (0, 1, 3, 4, 6, 8, 9)]
    assert [t.task.index for t in ten.kept()] == sorted(rows)
    assert [(t.task.index, p.turn) for p, t in ten.kept_pairs()] == [(i, 1) for i in sorted(lonely)]


def test_a_row_counts_for_the_first_filter_that_dropped_it(ten: Journal) -> None:
    decide(ten, "even", lambda i: i % 2 == 0, "even:odd")
    decide(ten, "small", lambda i: i < 5, "small:big")
    ten.finish_filtering(["small", "even"])
    assert ten.dropped("trajectory") == {"small:big": 5, "even:odd": 2}


def test_filters_of_an_earlier_run_do_not_count(ten: Journal) -> None:
    decide(ten, "none", lambda i: False, "none:all")
    ten.finish_filtering(["none"])
    assert list(ten.kept()) == []
    decide(ten, "small", lambda i: i < 5, "small:big")
    ten.finish_filtering(["small"])
    assert [t.task.index for t in ten.kept()] == [0, 1, 2, 3, 4]


def test_nothing_counts_as_kept_while_filtering_or_after_growing(ten: Journal, make_trajectory: Make) -> None:
    with pytest.raises(TrajgymError, match="trajgym filter"):
        next(ten.kept())
    decide(ten, "small", lambda i: i < 5, "small:big")
    with pytest.raises(TrajgymError, match="trajgym filter"):
        next(ten.kept())
    ten.finish_filtering(["small"])
    assert len(list(ten.kept())) == 5
    ten.add(make_trajectory(10))
    with pytest.raises(TrajgymError, match="trajgym filter"):
        next(ten.kept())


def test_a_row_that_no_filter_judged_is_not_kept(ten: Journal) -> None:
    ten.start_filtering()
    ten.decide("some", "trajectory", [Decided(row, True) for row, _ in ten.rows() if row >> 16 != 7])
    ten.finish_filtering(["some"])
    assert 7 not in [t.task.index for t in ten.kept()]
    assert list(ten.kept_pairs()) == []


def test_decisions_are_replaced_not_doubled_and_survive_reopening(ten: Journal, tmp_path: Path) -> None:
    for limit in (3, 8):
        decide(ten, "small", lambda i, limit=limit: i < limit, "small:big")
    ten.finish_filtering(["small"])
    with Journal.open(ten.path, create=False, readonly=True) as other:
        assert [t.task.index for t in other.kept()] == list(range(8))
        assert other.filter_state("small") == "key"
        assert other.filter_state("other") == ""
        ((name, decided),) = other.decisions("trajectory", row_number(9, 0))
        assert (name, decided.keep, decided.reason) == ("small", False, "small:big")
