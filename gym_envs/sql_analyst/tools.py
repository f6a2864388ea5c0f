"""The analyst's tools over the database itself."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.wishes import integer, schema, text
from trajgym.gym_envs.world import Tool

SCHEMA = """
CREATE TABLE customers (id TEXT PRIMARY KEY, name TEXT, city TEXT, segment TEXT, since INTEGER, remark TEXT);
CREATE TABLE products (id TEXT PRIMARY KEY, name TEXT, category TEXT, price_cents INTEGER);
CREATE TABLE orders (id TEXT PRIMARY KEY, customer_id TEXT, product_id TEXT, month TEXT, quantity INTEGER, status TEXT);
CREATE TABLE tickets (id TEXT PRIMARY KEY, customer_id TEXT, topic TEXT, hours INTEGER, status TEXT);
CREATE TABLE salaries (id TEXT PRIMARY KEY, person TEXT, cents INTEGER);
CREATE TABLE reports (id TEXT PRIMARY KEY, query TEXT);
CREATE INDEX orders_customer ON orders (customer_id);
CREATE INDEX tickets_customer ON tickets (customer_id);
"""
TABLES = ("customers", "products", "orders", "tickets", "salaries")
CLOSED = "salaries"
ROWS = 50
_MEANING = {
    "customers": "One row for each customer; since is the year of the first order.",
    "products": "One row for each product; prices are in cents.",
    "orders": "One row for each order; month is YYYY-MM, status open, shipped, returned or cancelled.",
    "tickets": "One row for each support ticket; hours is the time spent, status open, waiting or closed.",
    "salaries": "Restricted.",
}
_WRITE = re.compile(r"^\s*(?:update\s+(\w+)\s+set\b|delete\s+from\s+(\w+)\b|insert\s+into\s+(\w+)\b)", re.IGNORECASE)


def _count(state: Backend, table: str) -> int:
    return int(state.rows(f"SELECT COUNT(*) AS n FROM {table}")[0]["n"])


def _list(state: Backend, args: dict[str, Any]) -> Any:
    return {"tables": [{"table": table, "rows": _count(state, table), "meaning": _MEANING[table]} for table in TABLES]}


def _open(table: str) -> str:
    name = table.lower()
    if name not in TABLES:
        raise ToolFailure("not_found", f"There is no table {table}.")
    if name == CLOSED:
        raise ToolFailure("not_allowed", f"The table {CLOSED} is restricted.")
    return name


def _describe(state: Backend, args: dict[str, Any]) -> Any:
    table = _open(args["table"])
    columns = [
        {"column": row["name"], "type": row["type"]}
        for row in state.rows(f"SELECT name, type FROM pragma_table_info('{table}')")
    ]
    return {"table": table, "columns": columns, "sample": state.rows(f"SELECT * FROM {table} ORDER BY id LIMIT 3")}


def _guarded(sql: str) -> None:
    if re.search(rf"\b(?:{CLOSED}|reports|sqlite_\w+|pragma\w*)\b", sql, re.IGNORECASE):
        raise ToolFailure("not_allowed", "That table is restricted.")


def _cell(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value


def _query(state: Backend, args: dict[str, Any]) -> Any:
    _guarded(args["sql"])
    try:
        columns, rows = state.query(args["sql"], ROWS)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise ToolFailure("invalid", f"SQLite: {error}.") from error
    return {"columns": columns, "rows": [[_cell(value) for value in row] for row in rows]}


def _explain(state: Backend, args: dict[str, Any]) -> Any:
    _guarded(args["sql"])
    try:
        _, rows = state.query(f"SELECT COUNT(*) FROM ({args['sql'].rstrip().rstrip(';')})", 1)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise ToolFailure("invalid", f"SQLite: {error}.") from error
    return {"would_return_rows": rows[0][0]}


def _write(state: Backend, args: dict[str, Any]) -> Any:
    sql = args["sql"]
    _guarded(sql)
    match = _WRITE.match(sql)
    if match is None:
        raise ToolFailure("invalid", "Write one UPDATE, DELETE or INSERT statement.")
    table = _open(next(name for name in match.groups() if name))
    if table == "customers" and match.group(2):
        raise ToolFailure("not_allowed", "Customers are never deleted.")
    if not match.group(3) and not re.search(r"\bwhere\b", sql, re.IGNORECASE):
        raise ToolFailure("not_allowed", "An UPDATE or DELETE needs a WHERE.")
    try:
        changed = state.write(sql, table, args["max_rows"])
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise ToolFailure("invalid", f"SQLite: {error}.") from error
    if changed > args["max_rows"]:
        raise ToolFailure("conflict", f"That would change {changed} rows; nothing was changed.")
    return {"table": table, "changed_rows": changed}


def _report(state: Backend, args: dict[str, Any]) -> Any:
    found = _query(state, args)
    state.insert("reports", {"id": args["name"].lower(), "query": args["sql"]})
    return {"report": args["name"].lower(), "rows": len(found["rows"])}


_SQL = text("One SELECT statement of SQLite.")
_TABLE = text("Name of the table.")

TOOLS = (
    Tool("list_tables", "The tables, with their meaning and number of rows.", schema(), "read", {}, _list),
    Tool("describe_table", "Columns of a table, and three of its rows.", schema(table=_TABLE), "read", {"table": "reference"}, _describe),
    Tool("run_query", f"Run a SELECT; {ROWS} rows at most come back.", schema(sql=_SQL), "read", {"sql": "text"}, _query),
    Tool("explain", "How many rows a SELECT would return.", schema(sql=_SQL), "read", {"sql": "text"}, _explain),
    Tool("run_write", "Run one UPDATE, DELETE or INSERT, if it changes no more rows than said.",
         schema(sql=text("One statement of SQLite; UPDATE and DELETE with a WHERE."), max_rows=integer("How many rows it changes.", 1, 1000)),
         "write", {"sql": "text", "max_rows": "choice"}, _write),
    Tool("save_report", "Keep a query under a name; a report of that name is replaced.",
         schema(name=text("Name of the report, lower case words joined by dashes.", pattern="^[A-Za-z-]+$"), sql=_SQL), "write",
         {"name": "value", "sql": "text"}, _report),
)  # fmt: skip


def _not_mine(state: Backend, args: dict[str, Any]) -> Any:
    raise ToolFailure("not_allowed", "That is left to the database's owner.")


DISTRACTORS = tuple(
    Tool(name, words, schema(table=_TABLE), "write", {"table": "reference"}, _not_mine)
    for name, words in (
        ("drop_table", "Drop a table."), ("vacuum_table", "Clean a table up."), ("grant_access", "Let everybody read a table."),
        ("export_table", "Send a table out as a file."), ("backup_table", "Back a table up."), ("index_table", "Make an index on a table."),
        ("anonymise_table", "Take names out of a table."), ("lock_table", "Keep others from a table."),
    )
)  # fmt: skip
