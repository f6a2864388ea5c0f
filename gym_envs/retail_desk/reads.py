"""The look-ups of the shop's desk, and what they answer."""

from __future__ import annotations

from typing import Any

from trajgym.gym_envs.backend import Backend, Row
from trajgym.gym_envs.retail_desk.data import cents
from trajgym.gym_envs.world import ToolFailure

Args = dict[str, Any]
_HITS = 5
"""Products that a search answers with at most."""


def need(state: Backend, table: str, id: str, what: str) -> Row:
    """The row, or the failure that says there is none."""
    row = state.get(table, id)
    if row is None:
        raise ToolFailure("not_found", f"There is no {what} {id}.")
    return row


def find_customer(state: Backend, args: Args) -> Any:
    if "email" in args:
        rows = state.rows("SELECT * FROM customers WHERE email = ? ORDER BY id", args["email"].strip().lower())
        how = f"the e-mail address {args['email']}"
    elif "name" in args and "postcode" in args:
        rows = state.rows(
            "SELECT * FROM customers WHERE name = ? COLLATE NOCASE AND postcode = ? ORDER BY id",
            args["name"].strip(),
            args["postcode"].strip(),
        )
        how = f"the name {args['name']} and the postcode {args['postcode']}"
    else:
        raise ToolFailure("invalid", "Give an e-mail address, or a name together with a postcode.")
    if len(rows) != 1:
        raise ToolFailure("not_found", f"There is no customer with {how}.")
    customer = rows[0]
    payments = state.rows("SELECT * FROM payments WHERE customer_id = ? ORDER BY id", customer["id"])
    vouchers = state.rows("SELECT * FROM vouchers WHERE customer_id = ? ORDER BY id", customer["id"])
    return {
        "customer_id": customer["id"],
        "name": customer["name"],
        "email": customer["email"],
        "address": _address(customer),
        "payment_methods": [
            {"payment_id": p["id"], "label": p["label"]} | ({} if p["balance"] is None else {"balance": p["balance"]})
            for p in payments
        ],
        "vouchers": [
            {
                "code": v["id"],
                "percent": v["percent"],
                "min_total": v["min_total"],
                "expires_on": v["expires_on"],
                "used_for": v["used_for"],
            }
            for v in vouchers
        ],
    }


def _address(row: Row) -> dict[str, str]:
    return {name: row[name] for name in ("street", "city", "postcode", "country")}


_ITEMS = """SELECT variant_id, product, color, size, price, status, settled_on, new_variant_id FROM items
    WHERE order_id = ? ORDER BY id"""
_MAYBE = ("delivered_on", "cancelled_on", "items_changed_on", "voucher")


def get_order(state: Backend, args: Args) -> Any:
    order = need(state, "orders", args["order_id"], "order")
    items = state.rows(_ITEMS, order["id"])
    shown = {"order_id": order["id"], "customer_id": order["customer_id"], "status": order["status"]}
    shown["ordered_on"] = order["ordered_on"]
    shown |= {name: order[name] for name in _MAYBE if order[name] is not None}
    shown["items"] = [{name: value for name, value in item.items() if value is not None} for item in items]
    shown["address"] = _address(order)
    shown["payment_id"] = order["payment_id"]
    shown["discount_percent"] = order["discount"]
    shown["total"] = order["total"]
    if order["note"]:
        shown["note"] = order["note"]
    return shown


_ORDERS = """SELECT o.id AS order_id, o.status, o.ordered_on, o.delivered_on, o.total, i.product
    FROM orders o JOIN items i ON i.order_id = o.id
    WHERE o.customer_id = ? ORDER BY o.ordered_on DESC, o.id, i.id"""


def list_orders(state: Backend, args: Args) -> Any:
    need(state, "customers", args["customer_id"], "customer")
    orders: dict[str, Row] = {}
    for row in state.rows(_ORDERS, args["customer_id"]):
        product = row.pop("product")
        if row["order_id"] in orders:
            orders[row["order_id"]]["products"].append(product)
        else:
            row["products"] = [product]
            orders[row["order_id"]] = row
    wanted = args.get("status")
    return {"orders": [order for order in orders.values() if wanted is None or order["status"] == wanted]}


def search_products(state: Backend, args: Args) -> Any:
    """The products that share most words with the query, by name."""
    asked = set(args["query"].lower().replace("-", " ").split())
    by_hits: dict[int, list[Row]] = {}
    for product in state.rows("SELECT * FROM products ORDER BY name"):
        words = f"{product['name']} {product['category']}".lower().replace("-", " ").split()
        by_hits.setdefault(len(asked.intersection(words)), []).append(product)
    by_hits.pop(0, None)
    best = by_hits[max(by_hits)] if by_hits else []
    found = []
    for product in best[:_HITS]:
        variants = [
            variant
            for variant in options(state, product["id"])
            if variant["price"] <= args.get("max_price", variant["price"])
            and (variant["stock"] or not args.get("in_stock"))
        ]
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


def options(state: Backend, product: str) -> list[Row]:
    """The variants of a product as look-ups show them."""
    return state.rows(
        "SELECT id AS variant_id, color, size, price, stock FROM variants WHERE product_id = ? ORDER BY id", product
    )


def get_variant(state: Backend, args: Args) -> Any:
    variant = need(state, "variants", args["variant_id"], "variant")
    product = need(state, "products", variant["product_id"], "product")
    siblings = options(state, product["id"])
    own = next(row for row in siblings if row["variant_id"] == variant["id"])
    others = [row for row in siblings if row is not own]
    return {"product_id": product["id"], "product": product["name"], **own, "other_variants": others}


def lines(state: Backend, order: Row, variants: list[str]) -> list[Row]:
    """The items of `order` that `variants` name; nothing may have happened to any of them."""
    items = {
        item["variant_id"]: item
        for item in state.rows("SELECT * FROM items WHERE order_id = ? ORDER BY id", order["id"])
    }
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
