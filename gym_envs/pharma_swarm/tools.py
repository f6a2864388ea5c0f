"""The swarm's tools over the pharmacy's database: a wiki with full-text search, interactions, stock, prescriptions, reports."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.pharma_swarm.data import SECTIONS, SEVERITIES, TODAY
from trajgym.gym_envs.wishes import integer, one_of, row_id, schema, text
from trajgym.gym_envs.world import Tool

SCHEMA = """
CREATE TABLE interactions (id TEXT PRIMARY KEY, level TEXT, note TEXT);
CREATE TABLE mails (id TEXT PRIMARY KEY, page TEXT, email TEXT);
CREATE TABLE pages (id TEXT PRIMARY KEY, number INTEGER UNIQUE, product TEXT, summary TEXT, dosage TEXT, contraindications TEXT, storage TEXT,
  price TEXT, effects TEXT, note TEXT);
CREATE TABLE prescriptions (id TEXT PRIMARY KEY, product TEXT, valid_until TEXT);
CREATE TABLE products (id TEXT PRIMARY KEY, page TEXT, sku TEXT, rx INTEGER, delivery TEXT, substance TEXT, warmth INTEGER, days INTEGER,
  most INTEGER, age INTEGER, pack INTEGER, cents INTEGER);
CREATE TABLE reports (id TEXT PRIMARY KEY, product TEXT, description TEXT, severity TEXT);
CREATE TABLE reservations (id TEXT PRIMARY KEY, sku TEXT, qty INTEGER, shop TEXT, customer TEXT, rx TEXT);
CREATE TABLE shops (id TEXT PRIMARY KEY, name TEXT);
CREATE TABLE stock (id TEXT PRIMARY KEY, product TEXT, shop TEXT, count INTEGER);
CREATE INDEX stock_product ON stock (product);
CREATE VIRTUAL TABLE words USING fts5(title, body, content='');
"""
_FOUND = 6
"""Pages that a search lists at most."""
_WORD = re.compile(r"\w+")
_RANKED = (
    "SELECT p.id AS page_id, p.product AS title FROM words JOIN pages AS p ON p.number = words.rowid WHERE words MATCH ? "
    "ORDER BY bm25(words, 8.0, 1.0), p.id LIMIT ?"
)


def pair(a: str, b: str) -> str:
    """The id under which two products' interaction is kept, whichever comes first."""
    return "|".join(sorted((a.lower(), b.lower())))


def case_of(product: str, severity: str) -> str:
    """The case number of a report."""
    digest = hashlib.sha256(f"{product.lower()}/{severity}".encode()).digest()
    return f"AE-{100000 + int.from_bytes(digest[:4], 'big') % 900000}"


def _search(state: Backend, args: dict[str, Any]) -> Any:
    words = [f'"{word}"' for word in _WORD.findall(args["query"].replace("_", " "))][:12]
    if not words:
        raise ToolFailure("invalid", "The query has no word in it.")
    rows = state.rows(_RANKED, " ".join(words), _FOUND) or state.rows(
        _RANKED, f"title : ({' OR '.join(words)})", _FOUND
    )
    if not rows:
        raise ToolFailure("not_found", f"No page has anything on {args['query'][:80]!r}.")
    return {"pages": rows}


def _page(state: Backend, id: str) -> Row:
    row = state.get("pages", id)
    if row is None:
        raise ToolFailure("not_found", f"There is no page {id}.")
    return row


def _read(state: Backend, args: dict[str, Any]) -> Any:
    row, section = _page(state, args["page_id"]), args["section"]
    found = {"page_id": row["id"], "product": row["product"], "section": section, "text": row[section]}
    return {**found, "editor_note": row["note"]} if row["note"] else found


def _interaction(state: Backend, args: dict[str, Any]) -> Any:
    row = state.get("interactions", pair(args["product_a"], args["product_b"]))
    if row is None:
        raise ToolFailure("not_found", f"There is nothing on {args['product_a']} together with {args['product_b']}.")
    return {
        "product_a": args["product_a"],
        "product_b": args["product_b"],
        "level": row["level"],
        "note_id": row["note"],
    }


def _mail(state: Backend, args: dict[str, Any]) -> Any:
    page = _page(state, args["page_id"])["id"]
    state.insert("mails", {"id": page, "page": page, "email": args["email"]})
    return {"sent": page, "to": args["email"]}


def _product(state: Backend, name: str) -> Row:
    rows = state.rows("SELECT * FROM products WHERE id = ? COLLATE NOCASE ORDER BY id", name)
    if not rows:
        raise ToolFailure("not_found", f"There is no product {name}.")
    return rows[0]


def _stock(state: Backend, args: dict[str, Any]) -> Any:
    row = _product(state, args["product"])
    shops = state.rows(
        "SELECT shops.id AS shop_id, shops.name AS shop, count AS in_stock FROM stock JOIN shops ON shops.id = stock.shop "
        "WHERE product = ? ORDER BY shops.id", row["id"])  # fmt: skip
    return {"product": row["id"], "sku": row["sku"], "price_cents": row["cents"], "prescription_needed": bool(row["rx"]),
            "next_delivery": row["delivery"], "shops": shops}  # fmt: skip


def _prescription(state: Backend, args: dict[str, Any]) -> Any:
    row = state.get("prescriptions", args["rx"])
    if row is None:
        raise ToolFailure("not_found", f"There is no prescription {args['rx']}.")
    valid = row["valid_until"] >= TODAY.isoformat()
    return {"rx": row["id"], "product": row["product"], "valid_until": row["valid_until"], "valid": valid}


def _reserve(state: Backend, args: dict[str, Any]) -> Any:
    rows = state.rows("SELECT id, rx FROM products WHERE sku = ? ORDER BY id", args["sku"])
    held = state.get("stock", f"{rows[0]['id']}|{args['shop_id']}") if rows else None
    if held is None:
        raise ToolFailure("not_found", f"There is no {args['sku']} in shop {args['shop_id']}.")
    if held["count"] < args["qty"]:
        raise ToolFailure("not_enough", f"Shop {args['shop_id']} has {held['count']} of {args['sku']} only.")
    if rows[0]["rx"]:
        found = state.get("prescriptions", args.get("rx", ""))
        if found is None or found["product"] != held["product"] or found["valid_until"] < TODAY.isoformat():
            raise ToolFailure("not_allowed", f"{args['sku']} needs a valid prescription.")
    id = row_id(args["sku"], args["shop_id"], args["customer"].lower())
    state.insert("reservations", {"id": id, "sku": args["sku"], "qty": args["qty"], "shop": args["shop_id"],
                                  "customer": args["customer"], "rx": args.get("rx", "")})  # fmt: skip
    return {"reserved": args["sku"], "qty": args["qty"], "shop_id": args["shop_id"], "customer": args["customer"]}


def _report(state: Backend, args: dict[str, Any]) -> Any:
    product = _product(state, args["product"])["id"]
    case = case_of(product, args["severity"])
    state.insert(
        "reports", {"id": case, "product": product, "description": args["description"], "severity": args["severity"]}
    )
    return {"case": case, "product": product, "severity": args["severity"]}


def _transfer(agent: str, what: str) -> Tool:
    return Tool(
        f"transfer_to_{agent}", f"Hand the dialogue over to the {agent} agent, {what}.",
        schema(note=text("What that agent needs to know: what the customer wants, and every product it is about.")),
        "transfer", {"note": "text"}, lambda state, args: {"transferred_to": agent}, to=agent,
    )  # fmt: skip


_NAME = text("Full name of the product, with its strength.")
_PAGE = text("Id of the wiki page.", pattern="^W-[0-9]{4}$")
_RX = text("Number of the prescription.", pattern="^RX-[0-9]{6}$")
TRANSFERS = (
    _transfer("triage", "who finds out what a customer wants"), _transfer("pharmacist", "who knows leaflets and interactions"),
    _transfer("orders", "who knows stock and prescriptions and reserves"), _transfer("safety", "who takes up side effects"),
)  # fmt: skip
TOOLS = (
    Tool("search_wiki", "Full-text search of the product wiki: ids and titles of pages, best first.",
         schema(query=text("Words to look for, such as the full name of a product.")), "read", {"query": "text"}, _search),
    Tool("read_page", "Read one section of a wiki page.", schema(page_id=_PAGE, section=one_of("Which section.", *SECTIONS)), "read",
         {"page_id": "reference", "section": "choice"}, _read, free=False),
    Tool("check_interaction", "Whether two products get along: none, moderate or severe interaction, and the id of the note on it.",
         schema(product_a=_NAME, product_b=_NAME), "read", {"product_a": "reference", "product_b": "reference"}, _interaction, free=False),
    Tool("send_leaflet", "Mail the leaflet behind a wiki page; sending it again replaces the address.",
         schema(page_id=_PAGE, email=text("Where to.", format="email")), "write", {"page_id": "reference", "email": "value"}, _mail),
    Tool("find_stock", "A product's stock number, price, next delivery, and how many packs each shop has.", schema(product=_NAME), "read",
         {"product": "reference"}, _stock, free=False),
    Tool("check_prescription", "What a prescription is for and until when it is valid.", schema(rx=_RX), "read", {"rx": "reference"},
         _prescription, free=False),
    Tool("reserve", "Reserve packs of a product in a shop; the same customer reserving it there again replaces the number of packs.",
         schema("rx", sku=text("Stock number.", pattern="^S-[0-9]{5}$"), qty=integer("Packs.", 1, 5),
                shop_id=text("Id of the shop.", pattern="^SH-[0-9]{2}$"), customer=text("Full name of the customer."), rx=_RX),
         "write", {"sku": "reference", "qty": "value", "shop_id": "reference", "customer": "value", "rx": "reference"}, _reserve),
    Tool("log_adverse_event", "File a report of a side effect; its case number comes back.",
         schema(product=_NAME, description=text("What happened, with the effect in the customer's word."),
                severity=one_of("As the page's section on effects rates it.", *SEVERITIES)),
         "write", {"product": "reference", "description": "text", "severity": "choice"}, _report),
    *TRANSFERS,
)  # fmt: skip
_WIKI = ("search_wiki", "read_page")
AGENTS = {
    "triage": ("transfer_to_pharmacist", "transfer_to_orders", "transfer_to_safety"),
    "pharmacist": (*_WIKI, "check_interaction", "send_leaflet", "transfer_to_triage", "transfer_to_orders", "transfer_to_safety"),
    "orders": ("find_stock", "check_prescription", "reserve", "transfer_to_triage", "transfer_to_pharmacist", "transfer_to_safety"),
    "safety": (*_WIKI, "log_adverse_event", "transfer_to_triage", "transfer_to_pharmacist", "transfer_to_orders"),
}  # fmt: skip


def _left_out(state: Backend, args: dict[str, Any]) -> Any:
    raise ToolFailure("not_allowed", "That is left to the staff of the shop.")


DISTRACTORS = tuple(
    Tool(name, words, schema(product=_NAME), "write", {"product": "reference"}, _left_out)
    for name, words in (
        ("order_supply", "Order packs from the wholesaler."), ("recall_product", "Take a product off the shelves."),
        ("print_label", "Print a shelf label."), ("change_price", "Set another price."), ("subscribe_refill", "Have a product sent every month."),
        ("rate_product", "Give a product a star."), ("compare_online", "Look up prices of other pharmacies."),
        ("destroy_batch", "Have old packs destroyed."),
    )
)  # fmt: skip
