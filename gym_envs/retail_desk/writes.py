"""What changes the shop's books. Each tool enforces what a real back office would; ids of new rows follow from their
content, so that the order of work does not show in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.retail_desk.data import RETURN_DAYS, cents
from trajgym.gym_envs.retail_desk.reads import Args, lines, need, refund_of
from trajgym.seeding import digest


def _today(state: Backend) -> str:
    """The shop's day; no tool changes it."""
    day: str | None = state.facts.get("today")
    if day is None:
        day = state.facts["today"] = str(need(state, "settings", "today", "setting")["value"])
    return day


def _pending(state: Backend, order_id: str) -> Row:
    order = need(state, "orders", order_id, "order")
    if order["status"] != "pending":
        raise ToolFailure("not_allowed", f"Order {order_id} is {order['status']}; only pending orders can be changed.")
    return order


def _returnable(state: Backend, order_id: str) -> Row:
    order = need(state, "orders", order_id, "order")
    if order["status"] != "delivered":
        raise ToolFailure("not_allowed", f"Order {order_id} is {order['status']}, not delivered.")
    days = (date.fromisoformat(_today(state)) - date.fromisoformat(order["delivered_on"])).days
    if days > RETURN_DAYS:
        raise ToolFailure("not_allowed", f"Order {order_id} was delivered {days} days ago, more than {RETURN_DAYS}.")
    return order


def _payment(state: Backend, order: Row, payment_id: str) -> Row:
    payment = need(state, "payments", payment_id, "payment method")
    if payment["customer_id"] != order["customer_id"]:
        raise ToolFailure("not_allowed", f"{payment_id} is not a payment method of customer {order['customer_id']}.")
    return payment


def _book(state: Backend, order: Row, payment: Row, kind: str, amount: float, about: str) -> None:
    """Charge (positive) or refund (negative) an amount; a gift card's balance follows."""
    if amount == 0:
        return
    balance = payment["balance"]
    if balance is not None:
        if balance < amount:
            raise ToolFailure("not_allowed", f"The balance of {payment['id']} is {balance:.2f}, which is too little.")
        state.update("payments", payment["id"], balance=cents(balance - amount))
    id = "T-" + digest(order["id"], kind, about).hex()[:10]
    state.insert(
        "ledger", {"id": id, "order_id": order["id"], "payment_id": payment["id"], "kind": kind, "amount": amount}
    )


def cancel_order(state: Backend, args: Args) -> Any:
    order = _pending(state, args["order_id"])
    payment = need(state, "payments", order["payment_id"], "payment method")
    _book(state, order, payment, "cancel", -order["total"], "")
    state.update("orders", order["id"], status="cancelled", cancelled_on=_today(state), reason=args["reason"])
    return {"order_id": order["id"], "status": "cancelled", "refund": order["total"], "refund_to": payment["id"]}


def change_address(state: Backend, args: Args) -> Any:
    order = _pending(state, args["order_id"])
    new = {
        "street": _title(args["street"]),
        "city": _title(args["city"]),
        "postcode": args["postcode"].strip().upper(),
        "country": _title(args["country"]),
    }
    state.update("orders", order["id"], **new)
    return {"order_id": order["id"], "address": new}


def _title(text: str) -> str:
    """Addresses are kept with capital initials, however they were typed."""
    return " ".join(word[:1].upper() + word[1:].lower() for word in text.split())


def _swapped(state: Backend, order: Row, swaps: list[Row]) -> list[tuple[Row, Row]]:
    """Item and new variant of each swap, each of the same product and in stock."""
    items = lines(state, order, [swap["old"] for swap in swaps])
    pairs = []
    for item, swap in zip(items, swaps, strict=True):
        new, old = need(state, "variants", swap["new"], "variant"), swap["old"]
        if new["product_id"] != item["product_id"]:
            raise ToolFailure("not_allowed", f"{new['id']} is not a variant of the same product as {old}.")
        if new["id"] == old:
            raise ToolFailure("invalid", f"{new['id']} is what the order already has.")
        if new["stock"] < 1:
            raise ToolFailure("not_allowed", f"Variant {new['id']} is out of stock.")
        pairs.append((item, new))
    return pairs


def _difference(order: Row, pairs: list[tuple[Row, Row]]) -> float:
    raw = sum(new["price"] - item["price"] for item, new in pairs)
    return cents(raw * (100 - order["discount"]) / 100)


def change_items(state: Backend, args: Args) -> Any:
    order = _pending(state, args["order_id"])
    if order["items_changed_on"] is not None:
        raise ToolFailure(
            "not_allowed", f"The items of {order['id']} were already changed on {order['items_changed_on']}."
        )
    payment = _payment(state, order, args["payment_id"])
    pairs = _swapped(state, order, args["swaps"])
    difference = _difference(order, pairs)
    _book(state, order, payment, "change", difference, "")
    for item, new in pairs:
        looks = {name: new[name] for name in ("color", "size", "price")}
        state.update("items", item["id"], variant_id=new["id"], **looks)
        state.update("variants", new["id"], stock=new["stock"] - 1)
    total = cents(order["total"] + difference)
    state.update("orders", order["id"], items_changed_on=_today(state), total=total)
    return {"order_id": order["id"], "price_difference": difference, "payment_id": payment["id"], "total": total}


def exchange_items(state: Backend, args: Args) -> Any:
    order = _returnable(state, args["order_id"])
    payment = _payment(state, order, args["payment_id"])
    pairs = _swapped(state, order, args["swaps"])
    difference = _difference(order, pairs)
    _book(state, order, payment, "exchange", difference, ",".join(sorted(item["id"] for item, _ in pairs)))
    for item, new in pairs:
        state.update("items", item["id"], status="exchanged", settled_on=_today(state), new_variant_id=new["id"])
        state.update("variants", new["id"], stock=new["stock"] - 1)
    return {"order_id": order["id"], "price_difference": difference, "payment_id": payment["id"]}


def return_items(state: Backend, args: Args) -> Any:
    order = _returnable(state, args["order_id"])
    payment = _payment(state, order, args["refund_to"])
    if payment["id"] != order["payment_id"] and payment["kind"] != "gift_card":
        raise ToolFailure("not_allowed", f"Refunds of {order['id']} go to {order['payment_id']} or to a gift card.")
    items = lines(state, order, args["items"])
    refund = refund_of(order, items)
    _book(state, order, payment, "return", -refund, ",".join(sorted(item["id"] for item in items)))
    for item in items:
        state.update("items", item["id"], status="returned", settled_on=_today(state))
    return {"order_id": order["id"], "returned": args["items"], "refund": refund, "refund_to": payment["id"]}


def apply_voucher(state: Backend, args: Args) -> Any:
    order = _pending(state, args["order_id"])
    voucher = need(state, "vouchers", args["code"].strip().upper(), "voucher")
    if voucher["customer_id"] != order["customer_id"] or voucher["used_for"] is not None:
        raise ToolFailure("not_allowed", f"Voucher {voucher['id']} cannot be used for order {order['id']}.")
    if order["voucher"] is not None:
        raise ToolFailure("not_allowed", f"Order {order['id']} already has the voucher {order['voucher']}.")
    if voucher["expires_on"] < _today(state):
        raise ToolFailure("not_allowed", f"Voucher {voucher['id']} expired on {voucher['expires_on']}.")
    if order["total"] < voucher["min_total"]:
        raise ToolFailure(
            "not_allowed", f"Voucher {voucher['id']} needs a total of {voucher['min_total']:.2f} or more."
        )
    total = cents(order["total"] * (100 - voucher["percent"]) / 100)
    state.update("orders", order["id"], voucher=voucher["id"], discount=voucher["percent"], total=total)
    state.update("vouchers", voucher["id"], used_for=order["id"])
    return {"order_id": order["id"], "code": voucher["id"], "percent": voucher["percent"], "total": total}


def hand_off(state: Backend, args: Args) -> Any:
    """Only says that it is done: what counts is where it goes and what the summary names."""
    return {"handed_off_to": args["to"]}


def _request(state: Backend, kind: str, about: str, detail: str) -> Any:
    id = "R-" + digest(kind, about, detail).hex()[:8]
    state.insert("requests", {"id": id, "kind": kind, "about": about, "detail": detail})
    return {"request_id": id}


def subscribe_newsletter(state: Backend, args: Args) -> Any:
    customer = need(state, "customers", args["customer_id"], "customer")
    state.update("customers", customer["id"], newsletter=1)
    return {"customer_id": customer["id"], "newsletter": True}


def add_to_wishlist(state: Backend, args: Args) -> Any:
    need(state, "customers", args["customer_id"], "customer")
    need(state, "variants", args["variant_id"], "variant")
    return _request(state, "wishlist", args["customer_id"], args["variant_id"])


def notify_restock(state: Backend, args: Args) -> Any:
    need(state, "variants", args["variant_id"], "variant")
    return _request(state, "restock", args["variant_id"], args["email"])


def book_store_visit(state: Backend, args: Args) -> Any:
    need(state, "stores", args["store_id"], "store")
    return _request(state, "visit", args["store_id"], args["date"])


def rate_product(state: Backend, args: Args) -> Any:
    need(state, "products", args["product_id"], "product")
    return _request(state, "rating", args["product_id"], str(args["stars"]))


def report_website_error(state: Backend, args: Args) -> Any:
    return _request(state, "website", args["page"], args["description"])


def order_catalogue(state: Backend, args: Args) -> Any:
    need(state, "customers", args["customer_id"], "customer")
    return _request(state, "catalogue", args["customer_id"], args["season"])
