"""The look-ups of the shop's desk, and what they answer."""

from __future__ import annotations

import math
from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.retail_desk.data import cents

Args = dict[str, Any]
_HITS = 5
"""Products that a search answers with at most."""


def need(state: Backend, table: str, id: str, what: str) -> Row:
    """The row, or the failure that says there is none."""
    row = state.get(table, id)
    if row is None:
        raise ToolFailure("not_found", f"There is no {what} {id}.")
    return row


_CUSTOMER = "SELECT id AS customer_id, name, email, street, city, postcode, country FROM customers WHERE "
_BY_EMAIL = _CUSTOMER + "email = ? ORDER BY id"
_BY_NAME = _CUSTOMER + "name = ? COLLATE NOCASE AND postcode = ? ORDER BY id"
_PAYMENTS = "SELECT id AS payment_id, label, balance FROM payments WHERE customer_id = ? ORDER BY id"
_VOUCHERS = """SELECT id AS code, percent, min_total, expires_on, used_for FROM vouchers
    WHERE customer_id = ? ORDER BY id"""


def find_customer(state: Backend, args: Args) -> Any:
    if "email" in args:
        rows = state.rows(_BY_EMAIL, args["email"].strip().lower())
        how = f"the e-mail address {args['email']}"
    elif "name" in args and "postcode" in args:
        rows = state.rows(_BY_NAME, args["name"].strip(), args["postcode"].strip())
        how = f"the name {args['name']} and the postcode {args['postcode']}"
    else:
        raise ToolFailure("invalid", "Give an e-mail address, or a name together with a postcode.")
    if len(rows) != 1:
        raise ToolFailure("not_found", f"There is no customer with {how}.")
    customer = rows[0]
    id = customer["customer_id"]
    customer["address"] = _address(customer)
    customer["payment_methods"] = payments = state.rows(_PAYMENTS, id)
    for payment in payments:
        if payment["balance"] is None:
            del payment["balance"]
    customer["vouchers"] = state.rows(_VOUCHERS, id)
    return customer


def _address(row: Row) -> dict[str, str]:
    """The address, taken out of `row`."""
    return {name: row.pop(name) for name in ("street", "city", "postcode", "country")}


_ITEMS = """SELECT variant_id, product, color, size, price, status, settled_on, new_variant_id FROM items
    WHERE order_id = ? ORDER BY id"""
_MAYBE = ("delivered_on", "cancelled_on", "items_changed_on", "voucher")


def get_order(state: Backend, args: Args) -> Any:
    order = need(state, "orders", args["order_id"], "order")
    items = state.rows(_ITEMS, order["id"])
    shown = {"order_id": order["id"], "customer_id": order["customer_id"], "status": order["status"]}
    shown["ordered_on"] = order["ordered_on"]
    for name in _MAYBE:
        if order[name] is not None:
            shown[name] = order[name]
    for item in items:
        if item["status"] is None:
            del item["status"], item["settled_on"]
        if item["new_variant_id"] is None:
            del item["new_variant_id"]
    shown["items"] = items
    shown["address"] = _address(order)
    shown["payment_id"] = order["payment_id"]
    shown["discount_percent"] = order["discount"]
    shown["total"] = order["total"]
    if order["note"]:
        shown["note"] = order["note"]
    return shown


_ORDERS = """SELECT id AS order_id, status, ordered_on, delivered_on, total,
    (SELECT group_concat(product, '|') FROM (SELECT product FROM items WHERE order_id = orders.id ORDER BY id)) AS products
    FROM orders WHERE customer_id = ? ORDER BY ordered_on DESC, id"""


def list_orders(state: Backend, args: Args) -> Any:
    orders = state.rows(_ORDERS, args["customer_id"])
    if not orders:
        need(state, "customers", args["customer_id"], "customer")
    wanted = args.get("status")
    if wanted is not None:
        orders = [order for order in orders if order["status"] == wanted]
    for order in orders:
        order["products"] = order["products"].split("|")
    return {"orders": orders}


def search_products(state: Backend, args: Args) -> Any:
    """The products that share most words with the query, by name."""
    asked = _words(args["query"])
    hits = [(len(asked & words), product) for words, product in _index(state)]
    most = max(count for count, _ in hits)
    best = [product for count, product in hits if count == most] if most else []
    highest, stocked = args.get("max_price", math.inf), args.get("in_stock")
    found = []
    for product in best[:_HITS]:
        variants = options(state, product["id"])
        if stocked or highest != math.inf:
            variants = [row for row in variants if row["price"] <= highest and (row["stock"] or not stocked)]
        if variants:
            found.append(
                {
                    "product_id": product["id"],
                    "product": product["name"],
                    "description": product["description"],
                    "variants": variants,
                }
            )
    return {"products": found}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.lower().replace("-", " ").split())


def _index(state: Backend) -> list[tuple[frozenset[str], Row]]:
    """The catalogue by name, each product with its words. No tool changes a product, so one index serves all episodes
    that start from a shop."""
    index: list[tuple[frozenset[str], Row]] | None = state.facts.get("index")
    if index is None:
        products = state.rows("SELECT * FROM products ORDER BY name")
        index = [(_words(f"{product['name']} {product['category']}"), product) for product in products]
        state.facts["index"] = index
    return index


_OPTIONS = "SELECT id AS variant_id, color, size, price, stock FROM variants WHERE product_id = ? ORDER BY id"
_FAMILY = """SELECT p.id AS product_id, p.name AS product, v.id AS variant_id, v.color, v.size, v.price, v.stock
    FROM variants own JOIN products p ON p.id = own.product_id JOIN variants v ON v.product_id = p.id
    WHERE own.id = ? ORDER BY v.id"""


def options(state: Backend, product: str) -> list[Row]:
    """The variants of a product as look-ups show them."""
    return state.rows(_OPTIONS, product)


def get_variant(state: Backend, args: Args) -> Any:
    id = args["variant_id"]
    family = state.rows(_FAMILY, id)
    if not family:
        raise ToolFailure("not_found", f"There is no variant {id}.")
    others = []
    for row in family:
        if row["variant_id"] == id:
            own = row
        else:
            del row["product_id"], row["product"]
            others.append(row)
    own["other_variants"] = others
    return own


_LINES = """SELECT i.id, i.variant_id, i.price, i.status, v.product_id FROM items i JOIN variants v ON v.id = i.variant_id
    WHERE i.order_id = ? ORDER BY i.id"""


def lines(state: Backend, order: Row, variants: list[str]) -> list[Row]:
    """The items of `order` that `variants` name, with their products; nothing may have happened to any of them."""
    items = {item["variant_id"]: item for item in state.rows(_LINES, order["id"])}
    if len(set(variants)) != len(variants):
        raise ToolFailure("invalid", "An item is named twice.")
    found = []
    for variant in variants:
        item = items.get(variant)
        if item is None:
            raise ToolFailure("not_found", f"Order {order['id']} has no item {variant}.")
        if item["status"] is not None:
            raise ToolFailure("not_allowed", f"Item {variant} of order {order['id']} is already {item['status']}.")
        found.append(item)
    return found


def refund_of(order: Row, items: list[Row]) -> float:
    """What comes back for `items`: what was paid for them, the order's discount taken off."""
    return cents(sum(item["price"] for item in items) * (100 - order["discount"]) / 100)


def quote_refund(state: Backend, args: Args) -> Any:
    order = need(state, "orders", args["order_id"], "order")
    if order["status"] != "delivered":
        raise ToolFailure("not_allowed", f"Order {order['id']} is {order['status']}, not delivered.")
    items = lines(state, order, args["items"])
    return {"order_id": order["id"], "items": args["items"], "refund": refund_of(order, items)}


def get_size_chart(state: Backend, args: Args) -> Any:
    sizes = state.rows(
        "SELECT DISTINCT v.size FROM variants v JOIN products p ON p.id = v.product_id WHERE p.category = ? ORDER BY v.size",
        args["category"],
    )
    return {"category": args["category"], "sizes": [row["size"] for row in sizes]}


def list_stores(state: Backend, args: Args) -> Any:
    city = args.get("city", "").lower()
    stores = state.rows("SELECT * FROM stores ORDER BY id")
    return {"stores": [store for store in stores if city in store["city"].lower()]}


def get_store_hours(state: Backend, args: Args) -> Any:
    store = need(state, "stores", args["store_id"], "store")
    return {"store_id": store["id"], "opens": store["opens"], "closes": store["closes"]}
