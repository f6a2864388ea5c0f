"""Rows that were really played: proved as they are, dropped when one byte is another. And rows that are damaged."""

from __future__ import annotations

import sqlite3

import orjson
import pytest

from trajgym.filters import run_filters
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.registry import load
from trajgym.gym_envs.tasks import make_task
from trajgym.trajectory import Pair

WORLD = "tool_picker"
ROWS = 24


def played(index):
    episode = Episode(make_task(load(WORLD), 7, index))
    need = episode.start()
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    return need.trajectory


@pytest.fixture
def run(make_run, pair):
    rows = [played(index) for index in range(ROWS)]
    return make_run([(row, [pair(row, turn=0, chosen=row.turns[0].message)]) for row in rows])


def change(run, row, spoil, table="bodies"):
    """Rewrite the stored body of a row, behind the journal's back."""
    with sqlite3.connect(run.journal.path) as database:
        (body,) = database.execute(f"SELECT body FROM {table} WHERE row = ?", (row,)).fetchone()
        database.execute(f"UPDATE {table} SET body = ? WHERE row = ?", (spoil(body), row))
    database.close()


def tool_messages(run):
    """(row number, tool message as it stands in the stored body), of all rows."""
    for number, body in run.journal.rows():
        for turn in orjson.loads(body)["turns"]:
            yield from ((number, orjson.dumps(m["content"])) for m in turn["results"] if m["role"] == "tool")


def kept(run):
    return [t.task.index for t in run.journal.kept()]


def test_what_was_played_is_proved(run):
    assert run_filters(run).dropped == {}
    assert kept(run) == list(range(ROWS))


def test_one_byte_of_one_tool_message_drops_that_row(run):
    number, content = next(iter(tool_messages(run)))
    letter = next(i for i, byte in enumerate(content) if chr(byte).isalnum() and i > len(content) // 2)
    flipped = content[:letter] + bytes([content[letter] ^ 1]) + content[letter + 1 :]
    change(run, number, lambda body: body.replace(content, flipped, 1))
    report = run_filters(run)
    assert report.dropped == {"proof": 1}
    assert report.pairs_dropped == {"proof": 1}
    assert kept(run) == [index for index in range(ROWS) if index != number >> 16]


@pytest.mark.parametrize(
    ("key", "value"),
    [("digest", "0" * 64), ("sample", 3), ("id", "0" * 24 + "-0")],
)
def test_a_changed_fact_drops_the_row(key, value, run):
    change(run, 2 << 16, lambda body: orjson.dumps(orjson.loads(body) | {key: value}))
    assert run_filters(run).dropped == {"proof": 1}


def test_a_changed_recipe_drops_the_row_before_its_world_is_looked_for(run):
    change(run, 2 << 16, lambda body: body.replace(WORLD.encode(), b"tool_picket", 1))
    assert run_filters(run).dropped == {"proof": 1}


@pytest.mark.parametrize("table", ["bodies", "pairs"])
def test_a_row_that_cannot_be_read_is_counted(table, run):
    row = 3 << 16 if table == "bodies" else 3 << 24
    change(run, row, lambda body: body[:-20], table)
    report = run_filters(run)
    dropped = {"format:unreadable": 1} if table == "bodies" else {"pair:unreadable": 1}
    assert report.dropped == (dropped if table == "bodies" else {})
    assert report.pairs_dropped == dropped
    assert run_filters(run) == report


def test_a_row_of_another_shape_is_counted(run):
    change(run, 3 << 16, lambda body: body.replace(b'"role"', b'"rope"'))
    change(run, 4 << 24, lambda body: body.replace(b'"role"', b'"rope"'), "pairs")
    report = run_filters(run)
    assert report.dropped == {"format:shape": 1}
    assert report.pairs_dropped == {"format:shape": 1, "pair:shape": 1}


def test_all_bytes_of_a_row_flipped_in_turn(run):
    """Whatever byte changes, filters end in order and never raise; `run_filters` of one row is cheap enough for some."""
    number, body = next(run.journal.rows())
    for at in range(0, len(body), max(1, len(body) // 60)):
        change(run, number, lambda b, at=at: b[:at] + bytes([b[at] ^ 1]) + b[at + 1 :])
        run.journal.start_filtering(["format", "outcome", "process", "proof", "exact", "near", "pair"])
        report = run_filters(run)
        assert report.examined == ROWS and report.kept >= ROWS - 1
        change(run, number, lambda _: body)


def test_pairs_come_with_what_was_kept(run):
    run_filters(run)
    assert all(isinstance(found, Pair) for found, _ in run.journal.kept_pairs())
    assert [t.task.index for _, t in run.journal.kept_pairs()] == list(range(ROWS))
