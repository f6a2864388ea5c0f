"""The workshop's tools over its database."""

from __future__ import annotations

from typing import Any

import orjson

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.wishes import integer, row_id, schema, text
from trajgym.gym_envs.world import Tool

SCHEMA = """
CREATE TABLE recipes (id TEXT PRIMARY KEY, bench TEXT, parts TEXT, hint TEXT);
CREATE TABLE stock (id TEXT PRIMARY KEY, count INTEGER, chest TEXT);
CREATE TABLE bag (id TEXT PRIMARY KEY, count INTEGER);
CREATE TABLE chests (id TEXT PRIMARY KEY, sign TEXT, free INTEGER, locked INTEGER, note TEXT);
CREATE TABLE gifts (id TEXT PRIMARY KEY, item TEXT, count INTEGER, receiver TEXT);
"""
MOST = 999


def parts_of(recipe: Row) -> dict[str, int]:
    parts: dict[str, int] = orjson.loads(recipe["parts"])
    return parts


def _recipe(state: Backend, args: dict[str, Any]) -> Any:
    row = state.get("recipes", args["item"].lower())
    if row is None:
        raise ToolFailure("not_found", f"There is no recipe for {args['item']}; it may be a raw material.")
    found = {"item": row["id"], "parts_for_one": parts_of(row), "bench": row["bench"]}
    return {**found, "hint": row["hint"]} if row["hint"] else found


def _stock(state: Backend, args: dict[str, Any]) -> Any:
    row = state.get("stock", args["item"].lower())
    if row is None:
        raise ToolFailure("not_found", f"There is no {args['item']} in the stores.")
    return {"item": row["id"], "in_store": row["count"], "chest": row["chest"]}


def _look(state: Backend, args: dict[str, Any]) -> Any:
    row = state.get("chests", args["chest"].upper())
    if row is None:
        raise ToolFailure("not_found", f"There is no chest {args['chest']}.")
    found = {"chest": row["id"], "sign": row["sign"], "free_slots": row["free"], "locked": bool(row["locked"])}
    return {**found, "note": row["note"]} if row["note"] else found


def _bag(state: Backend, args: dict[str, Any]) -> Any:
    return {"bag": {row["id"]: row["count"] for row in state.rows("SELECT id, count FROM bag ORDER BY id LIMIT 60")}}


def _carry(state: Backend, item: str, change: int) -> None:
    """Put `change` of `item` into the bag, or take it out; an empty place is no row."""
    held = state.get("bag", item)
    count = (held["count"] if held else 0) + change
    if count:
        state.insert("bag", {"id": item, "count": count})
    elif held:
        state.delete("bag", item)


def _held(state: Backend, item: str, count: int) -> None:
    held = state.get("bag", item)
    if held is None or held["count"] < count:
        raise ToolFailure("not_enough", f"You need {count} {item} in your bag and have {held['count'] if held else 0}.")


def _get(state: Backend, args: dict[str, Any]) -> Any:
    item, count = args["item"].lower(), args["count"]
    row = state.get("stock", item)
    if row is None:
        raise ToolFailure("not_found", f"There is no {item} in the stores.")
    if row["count"] < count:
        raise ToolFailure("not_enough", f"The stores hold {row['count']} {item} only.")
    state.update("stock", item, count=row["count"] - count)
    _carry(state, item, count)
    return {"taken": item, "count": count, "left_in_store": row["count"] - count}


def _craft(state: Backend, args: dict[str, Any]) -> Any:
    item, count = args["item"].lower(), args["count"]
    row = state.get("recipes", item)
    if row is None:
        raise ToolFailure("not_found", f"There is no recipe for {item}.")
    if row["bench"] == "master":
        raise ToolFailure("not_allowed", f"{item} is made at the master's bench, which is not yours to use.")
    parts = parts_of(row)
    for part, each in parts.items():
        _held(state, part, each * count)
    for part, each in parts.items():
        _carry(state, part, -each * count)
    _carry(state, item, count)
    return {"crafted": item, "count": count}


def _give(state: Backend, args: dict[str, Any]) -> Any:
    item, count, to = args["item"].lower(), args["count"], args["receiver"]
    _held(state, item, count)
    _carry(state, item, -count)
    state.insert("gifts", {"id": row_id(item, to.lower()), "item": item, "count": count, "receiver": to})
    return {"given": item, "count": count, "to": to}


def _sign(state: Backend, args: dict[str, Any]) -> Any:
    chest = args["chest"].upper()
    row = state.get("chests", chest)
    if row is None:
        raise ToolFailure("not_found", f"There is no chest {chest}.")
    if row["locked"]:
        raise ToolFailure("not_allowed", f"Chest {chest} is locked by its owner.")
    state.update("chests", chest, sign=args["words"])
    return {"chest": chest, "sign": args["words"]}


_ITEM = text("Name of the item, as recipes and stores call it.")
_COUNT = integer("How many.", 1, MOST)
_CHEST = text("Code of the chest, a letter and two digits.", pattern="^[A-Za-z][0-9]{2}$")
_THING = {"item": "reference", "count": "value"}

TOOLS = (
    Tool("recipe", "What one piece of an item is made of, and at which bench.", schema(item=_ITEM), "read",
         {"item": "reference"}, _recipe, free=False),
    Tool("stock", "How many of a raw material the stores hold, and in which chest.", schema(item=_ITEM), "read",
         {"item": "reference"}, _stock),
    Tool("look", "Look at a chest: its sign, its free slots, whether it is locked.", schema(chest=_CHEST), "read",
         {"chest": "reference"}, _look, free=False),
    Tool("inventory", "What is in your bag.", schema(), "read", {}, _bag),
    Tool("get", "Take raw material from the stores into your bag.", schema(item=_ITEM, count=_COUNT), "write", _THING, _get),
    Tool("craft", "Make pieces of an item out of parts in your bag.", schema(item=_ITEM, count=_COUNT), "write", _THING,
         _craft),
    Tool("give", "Hand pieces from your bag to somebody.", schema(item=_ITEM, count=_COUNT, receiver=text("Who gets it.")),
         "write", {**_THING, "receiver": "value"}, _give),
    Tool("set_sign", "Write the sign of a chest.", schema(chest=_CHEST, words=text("The new sign, word for word.")), "write",
         {"chest": "reference", "words": "value"}, _sign),
)  # fmt: skip


def _refuse(state: Backend, args: dict[str, Any]) -> Any:
    raise ToolFailure("not_allowed", "That is left to the keeper of the workshop.")


DISTRACTORS = tuple(
    Tool(name, words, schema(item=_ITEM), "write", {"item": "reference"}, _refuse)
    for name, words in (
        ("smelt", "Melt an item down."), ("repair", "Mend a worn item."), ("enchant", "Put a charm on an item."),
        ("sell", "Sell an item at the market."), ("throw_away", "Throw an item out of your bag."),
        ("paint", "Paint an item."), ("rename_item", "Give an item another name."), ("plant", "Plant a seed."),
    )
)  # fmt: skip
