"""SQL that an agent wrote: it reads what it may, changes what it said, is stopped when it goes on too long, and is undone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from trajgym.gym_envs.backend import Backend, Pool
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.sql_analyst import WORLD


def fill(connection: sqlite3.Connection) -> None:
    connection.executescript(
        "CREATE TABLE things (id TEXT PRIMARY KEY, n INTEGER); CREATE TABLE other (id TEXT PRIMARY KEY, n INTEGER);"
    )
    connection.executemany("INSERT INTO things VALUES (?, ?)", [(f"t{n}", n) for n in range(20)])
    connection.execute("INSERT INTO other VALUES ('o', 1)")
    connection.commit()


@pytest.fixture
def state() -> Iterator[Backend]:
    backend = Pool().lease("foreign", fill)
    yield backend
    backend.close()


def test_a_query_reads(state: Backend) -> None:
    assert state.query("SELECT id, n FROM things WHERE n > 16 ORDER BY n", 2) == (
        ["id", "n"],
        [("t17", 17), ("t18", 18)],
    )
    assert state.query("WITH t AS (SELECT n FROM things) SELECT SUM(n) AS s FROM t", 5) == (["s"], [(190,)])


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM things", "UPDATE things SET n = 0", "INSERT INTO things VALUES ('x', 1)", "DROP TABLE things", "PRAGMA user_version = 3",
        "ATTACH DATABASE ':memory:' AS a", "CREATE TABLE x (id TEXT)", "SELECT nothing", "SELEC", "SELECT 1; SELECT 2", "BEGIN",
    ],
)  # fmt: skip
def test_a_query_that_does_more_than_read_is_refused(state: Backend, sql: str) -> None:
    before = state.digest()
    with pytest.raises((sqlite3.Error, sqlite3.Warning)):
        state.query(sql, 5)
    assert state.digest() == before
    assert state.query("SELECT COUNT(*) FROM things", 1)[1] == [(20,)]
    state.insert("things", {"id": "after", "n": 1})  # the tools may write as before


def test_a_query_without_end_is_stopped(state: Backend) -> None:
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        state.query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n", 1)
    assert state.query("SELECT 1", 1)[1] == [(1,)]


@pytest.mark.parametrize("sql", ["SELECT zeroblob(100000000)", "SELECT hex(zeroblob(90000))"])
def test_a_query_with_huge_values_is_refused(state: Backend, sql: str) -> None:
    with pytest.raises(sqlite3.Error):
        state.query(sql, 1)


def test_bytes_and_odd_numbers_come_back_as_json() -> None:
    from trajgym.chat import dumps
    from trajgym.gym_envs.tasks import make_task

    state = WORLD.build(make_task(WORLD, 1, 0, 2))
    for sql in ("SELECT x'00ff' AS b", "SELECT 9e999 AS f, -1 AS n, NULL AS z", "SELECT CAST(x'ff' AS TEXT) AS t"):
        try:
            assert dumps(WORLD.tool_map["run_query"].run(state, {"sql": sql}))
        except ToolFailure as failure:
            assert failure.code == "invalid"
    state.close()


def test_a_write_changes_its_rows_and_can_be_undone(state: Backend) -> None:
    start, undo = state.digest(), state.fork()
    assert state.write("UPDATE things SET n = n + 100 WHERE n > 17", "things", 2) == 2
    assert state.write("DELETE FROM things WHERE n = 3", "things", 1) == 1
    assert sorted(id for _, id in state.changes()) == ["t18", "t19", "t3"]
    undo()
    assert state.digest() == start
    assert state.rows("SELECT SUM(n) AS s FROM things")[0]["s"] == 190


def test_a_write_of_more_rows_than_said_changes_nothing(state: Backend) -> None:
    assert state.write("UPDATE things SET n = 0 WHERE n > 0", "things", 3) == 19
    assert not state.written
    assert state.rows("SELECT SUM(n) AS s FROM things")[0]["s"] == 190


@pytest.mark.parametrize(
    "sql", ["UPDATE other SET n = 5", "DELETE FROM other", "DROP TABLE things", "INSERT INTO other VALUES ('p', 2)"]
)
def test_a_write_to_another_table_is_refused(state: Backend, sql: str) -> None:
    with pytest.raises(sqlite3.Error):
        state.write(sql, "things", 50)
    assert not state.written
    assert state.rows("SELECT n FROM other") == [{"n": 1}]


@pytest.mark.parametrize(
    ("name", "args", "code"),
    [
        ("run_query", {"sql": "SELECT * FROM salaries"}, "not_allowed"),
        ("run_query", {"sql": "SELECT name FROM sqlite_master"}, "not_allowed"),
        ("run_query", {"sql": "DELETE FROM orders"}, "invalid"),
        ("describe_table", {"table": "salaries"}, "not_allowed"),
        ("describe_table", {"table": "nothing"}, "not_found"),
        ("run_write", {"sql": "DELETE FROM customers WHERE id = 'C-1'", "max_rows": 1}, "not_allowed"),
        ("run_write", {"sql": "UPDATE orders SET status = 'open'", "max_rows": 1000}, "not_allowed"),
        ("run_write", {"sql": "UPDATE orders SET status = 'lost' WHERE quantity > 0", "max_rows": 2}, "conflict"),
        ("run_write", {"sql": "SELECT 1", "max_rows": 1}, "invalid"),
        ("run_write", {"sql": "UPDATE salaries SET cents = 1 WHERE id = 'E-11'", "max_rows": 1}, "not_allowed"),
        ("save_report", {"name": "all", "sql": "SELECT nonsense FROM orders"}, "invalid"),
    ],
)  # fmt: skip
def test_the_analysts_tools_refuse(name: str, args: dict[str, Any], code: str) -> None:
    from trajgym.gym_envs.tasks import make_task

    state = WORLD.build(make_task(WORLD, 1, 0, 2))
    try:
        with pytest.raises(ToolFailure) as failure:
            WORLD.tool_map[name].run(state, args)
        assert failure.value.code == code
        assert not state.written
    finally:
        state.close()
