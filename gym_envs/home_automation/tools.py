"""The house's tools over its database."""

from __future__ import annotations

from typing import Any

import orjson

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.home_automation.day import Rule, fires, run_day
from trajgym.gym_envs.wishes import integer, one_of, row_id, schema, text
from trajgym.gym_envs.world import Tool

SCHEMA = """
CREATE TABLE devices (id TEXT PRIMARY KEY, name TEXT, room TEXT, kind TEXT, setting INTEGER, label TEXT);
CREATE TABLE sensors (id TEXT PRIMARY KEY, room TEXT, measures TEXT, readings TEXT, label TEXT);
CREATE TABLE scenes (id TEXT PRIMARY KEY, room TEXT, settings TEXT, label TEXT);
CREATE TABLE rules (id TEXT PRIMARY KEY, room TEXT, sensor TEXT, above INTEGER, device TEXT, setting INTEGER);
CREATE TABLE alarm (id TEXT PRIMARY KEY, mode TEXT, pin TEXT, contacts INTEGER);
CREATE INDEX devices_room ON devices (room);
CREATE INDEX rules_room ON rules (room);
"""
RANGES = {"light": (0, 100), "blind": (0, 100), "thermostat": (5, 30), "fan": (0, 5), "lock": (0, 1)}
WARMEST = 24
NOW = 12
"""The hour it is."""


def _room(state: Backend, name: str) -> list[Row]:
    rows = state.rows("SELECT * FROM devices WHERE room = ? ORDER BY id", name.lower())
    if not rows:
        raise ToolFailure("not_found", f"There is no room {name}.")
    return rows


def _devices(state: Backend, args: dict[str, Any]) -> Any:
    names = ("id", "name", "kind", "setting")
    rows = _room(state, args["room"])
    shown = [{name: row[name] for name in names} | ({"label": row["label"]} if row["label"] else {}) for row in rows]
    return {"room": args["room"].lower(), "count": len(rows), "devices": shown}


def _found(state: Backend, table: str, id: str) -> Row:
    row = state.get(table, id)
    if row is None:
        raise ToolFailure("not_found", f"There is no {id} among the {table}.")
    return row


def _set(state: Backend, args: dict[str, Any]) -> Any:
    row = _found(state, "devices", args["device"].upper())
    low, high = RANGES[row["kind"]]
    if row["kind"] == "lock" and args["setting"] == 0:
        raise ToolFailure("not_allowed", "Locks are opened at the door only.")
    if row["kind"] == "thermostat" and args["setting"] > WARMEST:
        raise ToolFailure("not_allowed", f"The heating does not go above {WARMEST} degrees.")
    if not low <= args["setting"] <= high:
        raise ToolFailure("invalid", f"A {row['kind']} takes {low} to {high}.")
    state.update("devices", row["id"], setting=args["setting"])
    return {"device": row["id"], "setting": args["setting"]}


def _sensor(state: Backend, args: dict[str, Any]) -> Any:
    row = _found(state, "sensors", args["sensor"].upper())
    found = {
        "sensor": row["id"],
        "room": row["room"],
        "measures": row["measures"],
        "now": orjson.loads(row["readings"])[NOW],
    }
    return {**found, "label": row["label"]} if row["label"] else found


def _scene(state: Backend, args: dict[str, Any]) -> Any:
    row = _found(state, "scenes", args["scene"].lower())
    found = {"scene": row["id"], "room": row["room"], "settings": orjson.loads(row["settings"])}
    return {**found, "label": row["label"]} if row["label"] else found


def rule_of(row: Row) -> Rule:
    return Rule(row["id"], row["sensor"], row["above"], row["device"], row["setting"])


def _rules(state: Backend, args: dict[str, Any]) -> Any:
    _room(state, args["room"])
    rows = state.rows("SELECT * FROM rules WHERE room = ? ORDER BY id", args["room"].lower())
    names = ("id", "sensor", "above", "device", "setting")
    return {"room": args["room"].lower(), "rules": [{name: row[name] for name in names} for row in rows]}


def rule_id(sensor: str, above: int, device: str, setting: int) -> str:
    return f"R-{int(row_id(sensor, above, device, setting), 16) % 90000 + 10000}"


def _create(state: Backend, args: dict[str, Any]) -> Any:
    sensor, device = _found(state, "sensors", args["sensor"].upper()), _found(state, "devices", args["device"].upper())
    low, high = RANGES[device["kind"]]
    if device["kind"] == "lock" or not low <= args["setting"] <= min(
        high, WARMEST if device["kind"] == "thermostat" else high
    ):
        raise ToolFailure("not_allowed", f"A rule may not set a {device['kind']} to {args['setting']}.")
    id = rule_id(sensor["id"], args["above"], device["id"], args["setting"])
    row = {"id": id, "room": device["room"], "sensor": sensor["id"], "above": args["above"], "device": device["id"],
           "setting": args["setting"]}  # fmt: skip
    state.insert("rules", row)
    hours = fires(rule_of(row), {sensor["id"]: orjson.loads(sensor["readings"])})
    return {"rule": id, "would_fire_hours_a_day": len(hours)}


def _delete(state: Backend, args: dict[str, Any]) -> Any:
    row = _found(state, "rules", args["rule"].upper())
    state.delete("rules", row["id"])
    return {"deleted": row["id"]}


def _preview(state: Backend, args: dict[str, Any]) -> Any:
    rows = _room(state, args["room"])
    rules = [rule_of(row) for row in state.rows("SELECT * FROM rules WHERE room = ? ORDER BY id", args["room"].lower())]
    readings = {rule.sensor: orjson.loads(_found(state, "sensors", rule.sensor)["readings"]) for rule in rules}
    course = run_day(rules, readings, {row["id"]: row["setting"] for row in rows})
    return {
        "room": args["room"].lower(),
        "hour": args["hour"],
        "settings": {id: course[id][args["hour"]] for id in sorted(course)},
    }


def _arm(state: Backend, args: dict[str, Any]) -> Any:
    row = _found(state, "alarm", "house")
    if args["pin"] != row["pin"]:
        raise ToolFailure("not_allowed", "That is not the PIN.")
    state.update("alarm", "house", mode=args["mode"])
    return {"alarm": args["mode"], "contacts_watched": row["contacts"] if args["mode"] != "off" else 0}


_ROOM = text("Name of the room.")
_DEVICE = text("Id of the device.", pattern="^[Dd][0-9]{3}$")
_SENSOR = text("Id of the sensor.", pattern="^[Ss][0-9]{3}$")
_SETTING = integer(
    "What it is set to: per cent of a light or blind, degrees of a thermostat, step of a fan, 1 for a locked lock.",
    0,
    100,
)

TOOLS = (
    Tool("list_devices", "The devices of a room and what they are set to.", schema(room=_ROOM), "read", {"room": "reference"}, _devices),
    Tool("get_sensor", "What a sensor measures now.", schema(sensor=_SENSOR), "read", {"sensor": "reference"}, _sensor, free=False),
    Tool("get_scene", "What a scene sets.", schema(scene=text("Name of the scene.")), "read", {"scene": "reference"}, _scene, free=False),
    Tool("list_rules", "The rules of a room.", schema(room=_ROOM), "read", {"room": "reference"}, _rules),
    Tool("preview", "What the devices of a room will be set to at an hour of the day, by its rules.",
         schema(room=_ROOM, hour=integer("The hour.", 0, 23)), "read", {"room": "reference", "hour": "value"}, _preview, free=False),
    Tool("set_device", "Set a device.", schema(device=_DEVICE, setting=_SETTING), "write", {"device": "reference", "setting": "value"}, _set),
    Tool("create_rule", "A rule: when a sensor reads more than a number, a device is set.",
         schema(sensor=_SENSOR, above=integer("The number.", -30, 2000), device=_DEVICE, setting=_SETTING), "write",
         {"sensor": "reference", "above": "value", "device": "reference", "setting": "value"}, _create),
    Tool("delete_rule", "Delete a rule.", schema(rule=text("Id of the rule.", pattern="^[Rr]-[0-9]{5}$")), "write", {"rule": "reference"}, _delete),
    Tool("arm_alarm", "Set the alarm of the house.",
         schema(mode=one_of("What it watches.", "home", "away", "off"), pin=text("The PIN of the house.", pattern="^[0-9]{4}$")), "write",
         {"mode": "choice", "pin": "value"}, _arm),
)  # fmt: skip


def _not_here(state: Backend, args: dict[str, Any]) -> Any:
    raise ToolFailure("not_allowed", "That is left to the owner of the house.")


DISTRACTORS = tuple(
    Tool(name, words, schema(room=_ROOM), "write", {"room": "reference"}, _not_here)
    for name, words in (
        ("play_music", "Play music in a room."), ("start_vacuum", "Send the robot to clean a room."), ("rename_room", "Give a room another name."),
        ("pair_device", "Add a new device to a room."), ("remove_device", "Take a device out of a room."), ("run_scene_at", "Plan a scene for later."),
        ("air_room", "Open the windows of a room."), ("save_scene", "Keep a room's settings as a scene."),
    )
)  # fmt: skip
