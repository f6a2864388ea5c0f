"""The travel desk's tools over its database."""

from __future__ import annotations

from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.wishes import integer, one_of, row_id, schema, text
from trajgym.gym_envs.world import Tool

SCHEMA = """
CREATE TABLE flights (id TEXT PRIMARY KEY, origin TEXT, destination TEXT, day TEXT, departs TEXT, minutes INTEGER, stops INTEGER,
  price INTEGER, remark TEXT);
CREATE TABLE trains (id TEXT PRIMARY KEY, origin TEXT, destination TEXT, departs TEXT, minutes INTEGER, price INTEGER);
CREATE TABLE hotels (id TEXT PRIMARY KEY, city TEXT, name TEXT, rating INTEGER, price INTEGER, remark TEXT);
CREATE TABLE bookings (id TEXT PRIMARY KEY, offer TEXT, traveller TEXT, price INTEGER, fee INTEGER, refundable INTEGER, meal TEXT, status TEXT,
  remark TEXT);
CREATE INDEX flights_route ON flights (origin, destination, day);
CREATE INDEX hotels_city ON hotels (city);
"""
MEALS = ("standard", "vegetarian", "vegan", "halal", "kosher", "none")
LIMIT = 900
"""Euros that one offer may cost."""


def _shown(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "remark" or value}


def _flights(state: Backend, args: dict[str, Any]) -> Any:
    rows = state.rows(
        "SELECT * FROM flights WHERE origin = ? AND destination = ? AND day = ? AND stops <= ? ORDER BY id",
        args["origin"].title(), args["destination"].title(), args["date"], args.get("max_stops", 9),
    )  # fmt: skip
    return {"found": len(rows), "flights": [_shown(row) for row in rows]}


def _trains(state: Backend, args: dict[str, Any]) -> Any:
    rows = state.rows(
        "SELECT * FROM trains WHERE origin = ? AND destination = ? ORDER BY id",
        args["origin"].title(),
        args["destination"].title(),
    )
    return {"found": len(rows), "trains": rows}


def _hotels(state: Backend, args: dict[str, Any]) -> Any:
    rows = state.rows(
        "SELECT * FROM hotels WHERE city = ? AND rating >= ? ORDER BY id",
        args["city"].title(),
        args.get("min_rating", 0),
    )
    return {"found": len(rows), "hotels": [_shown(row) for row in rows]}


def _offer(state: Backend, id: str) -> Row:
    row = state.get("flights" if id.upper().startswith("F") else "hotels", id.upper())
    if row is None:
        raise ToolFailure("not_found", f"There is no offer {id}.")
    return row


def _add_up(state: Backend, args: dict[str, Any]) -> Any:
    return {"offers": args["offers"], "total": sum(_offer(state, id)["price"] for id in args["offers"])}


def booking_id(offer: str, traveller: str) -> str:
    return f"B-{int(row_id(offer, traveller.lower()), 16) % 900000 + 100000}"


def _book(state: Backend, args: dict[str, Any]) -> Any:
    offer = _offer(state, args["offer"])
    if offer["price"] > LIMIT:
        raise ToolFailure("not_allowed", f"Offers above {LIMIT} euros are not booked here.")
    id = booking_id(offer["id"], args["traveller"])
    row = {"id": id, "offer": offer["id"], "traveller": args["traveller"], "price": offer["price"], "fee": 0, "refundable": 1, "meal": "standard",
           "status": "booked", "remark": ""}  # fmt: skip
    state.insert("bookings", row)
    return {"booking": id, "offer": offer["id"], "traveller": args["traveller"], "price": offer["price"]}


def _booking(state: Backend, id: str) -> Row:
    row = state.get("bookings", id.upper())
    if row is None:
        raise ToolFailure("not_found", f"There is no booking {id}.")
    return row


def _read(state: Backend, args: dict[str, Any]) -> Any:
    row = _shown(_booking(state, args["booking"]))
    return {
        **row,
        "refundable": bool(row["refundable"]),
        "refund": row["price"] - row["fee"] if row["refundable"] else 0,
    }


def _cancel(state: Backend, args: dict[str, Any]) -> Any:
    row = _booking(state, args["booking"])
    if not row["refundable"]:
        raise ToolFailure("not_allowed", f"Booking {row['id']} cannot be refunded.")
    if row["status"] == "cancelled":
        raise ToolFailure("conflict", f"Booking {row['id']} is cancelled already.")
    state.update("bookings", row["id"], status="cancelled")
    return {"booking": row["id"], "status": "cancelled", "refund": row["price"] - row["fee"]}


def _meal(state: Backend, args: dict[str, Any]) -> Any:
    row = _booking(state, args["booking"])
    state.update("bookings", row["id"], meal=args["meal"])
    return {"booking": row["id"], "meal": args["meal"]}


_CITY = {"origin": text("City it leaves from."), "destination": text("City it goes to.")}
_DATE = text("Day of travel, YYYY-MM-DD.", pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
_OFFER = text("Id of a flight (F-) or hotel (H-).", pattern="^[FfHh]-[0-9]{4,5}$")
_BOOKING = text("Number of the booking.", pattern="^[Bb]-[0-9]{6}$")
_ROUTE = {"origin": "reference", "destination": "reference"}

TOOLS = (
    Tool("search_flights", "Flights of a day.", schema("max_stops", **_CITY, date=_DATE, max_stops=integer("At most so many stops.", 0, 3)), "read",
         {**_ROUTE, "date": "value", "max_stops": "value"}, _flights),
    Tool("search_trains", "The daily trains between two cities.", schema(**_CITY), "read", _ROUTE, _trains),
    Tool("search_hotels", "Hotels of a city, with the price for a night.",
         schema("min_rating", city=text("The city."), min_rating=integer("Stars at least.", 1, 5)), "read",
         {"city": "reference", "min_rating": "value"}, _hotels),
    Tool("add_up", "What several offers cost together.",
         schema(offers={"type": "array", "items": _OFFER, "minItems": 2, "maxItems": 9, "description": "Ids of the offers."}), "read",
         {"offers": "reference"}, _add_up, free=False),
    Tool("get_booking", "Read a booking.", schema(booking=_BOOKING), "read", {"booking": "reference"}, _read, free=False),
    Tool("book", "Book an offer for a traveller.", schema(offer=_OFFER, traveller=text("Full name of the traveller.")), "write",
         {"offer": "reference", "traveller": "value"}, _book),
    Tool("cancel_booking", "Cancel a booking.", schema(booking=_BOOKING), "write", {"booking": "reference"}, _cancel),
    Tool("set_meal", "Choose the meal of a booking.", schema(booking=_BOOKING, meal=one_of("The meal.", *MEALS)), "write",
         {"booking": "reference", "meal": "choice"}, _meal),
)  # fmt: skip


def _elsewhere(state: Backend, args: dict[str, Any]) -> Any:
    raise ToolFailure("not_allowed", "That is done at the counter only.")


DISTRACTORS = tuple(
    Tool(name, words, schema(booking=_BOOKING), "write", {"booking": "reference"}, _elsewhere)
    for name, words in (
        ("upgrade_booking", "Move a booking to a better class."), ("add_baggage", "Add a suitcase to a booking."), ("choose_seat", "Choose a seat."),
        ("check_in", "Check a traveller in."), ("send_invoice", "Send the invoice of a booking."), ("insure_booking", "Insure a booking."),
        ("transfer_booking", "Give a booking to another traveller."), ("use_miles", "Pay a booking with miles."),
    )
)  # fmt: skip
