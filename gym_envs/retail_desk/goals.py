"""What customers want done: one function for each kind of goal, worked out answer first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trajgym.gym_envs.database import Row
from trajgym.gym_envs.plan import Alternative, Fact, Step, Tell
from trajgym.gym_envs.retail_desk.book import Item, Order
from trajgym.gym_envs.retail_desk.builder import SPECS, Builder
from trajgym.gym_envs.retail_desk.data import address, cents

Ref = tuple[str, str, tuple[str, ...]]
"""The step that reads the order, how the user names it, and the slots that tell which it is."""

REASONS = (("no_longer_needed", "no longer needed"), ("ordered_by_mistake", "ordered by mistake"))
REFUND_SAYS = (
    "The refund is {value} euros",
    "You get {value} euros back",
    "{value} euros are on their way back to you",
    "The amount refunded is {value} euros",
)
CHARGE_SAYS = (
    "The price difference of {value} euros was charged",
    "The difference is {value} euros, which you pay",
    "It costs {value} euros more, which was charged",
)
BACK_SAYS = (
    "The price difference of {value} euros is refunded",
    "The difference is {value} euros, which you get back",
    "It costs {value} euros less, and you get that back",
)
TOTAL_SAYS = (
    "The new total is {value} euros",
    "With the voucher the total is {value} euros",
    "You now pay {value} euros in all",
)
STATUS_SAYS = ("The order is {value}", "Its status is: {value}", "It stands at: {value}")
QUOTE_SAYS = (
    "A return would bring you {value} euros",
    "You would get {value} euros back",
    "The refund would be {value} euros",
)


def cancel(b: Builder, order: Order, ref: Ref) -> None:
    g = b.next_goal
    step, said, slots = ref
    (value, spoken), (other, other_spoken) = b.rng.sample(REASONS, 2)
    slot = b.fact("reason", b.slot("reason"), value, spoken)
    write = f"{g}_write"

    def make(name: str, reason: str, words: str) -> Step:
        args = {"order_id": order.id, "reason": reason}
        done, phrase = f"order {order.id} is cancelled", f"cancel order {order.id} ({words})"
        return Step(name, "cancel_order", args, (step,), (slot,), g, confirm=True, phrase=phrase, done=done)

    b.steps.append(make(write, value, spoken))
    refund = Tell(f"{g}_refund", order.row["total"], "number", REFUND_SAYS, (write,), g)
    b.tells.append(refund)
    _wrong_amount(b, refund)
    if b.bends:
        again = make(f"{write}#1", other, other_spoken)
        tell = Tell(f"{g}_refund#1", refund.value, "number", REFUND_SAYS, (again.name,), g)
        _wrong_amount(b, tell)
        b.alternatives.append(_alternative(b, slot, "reason", other, other_spoken, {write: again}, {refund.name: tell}))
    b.goal("cancel", said, (*slots, slot), (("reason", slot),))


def change_address(b: Builder, order: Order, ref: Ref) -> None:
    g = b.next_goal
    step, said, slots = ref
    new = address(b.rng)
    number, _, rest = new[0].partition(" ")
    slip = spoken_address((f"{int(number) + 2} {rest}", *new[1:]))
    slot = b.fact("address", b.slot("address"), spoken_address(new), wrong=slip)
    write = f"{g}_write"

    def make(name: str, to: tuple[str, str, str, str]) -> Step:
        args = dict(zip(("order_id", "street", "city", "postcode", "country"), (order.id, *to), strict=True))
        phrase, done = f"send order {order.id} to {spoken_address(to)}", f"order {order.id} goes to {to[0]}"
        return Step(name, "change_address", args, (step,), (slot,), g, confirm=True, phrase=phrase, done=done)

    b.steps.append(make(write, new))
    b.look_alikes[new[0]] = [order.row["street"]]
    b.look_alikes[new[2]] = [order.row["postcode"]]
    if b.bends:
        other = address(b.rng)
        again = make(f"{write}#1", other)
        alternative = _alternative(b, slot, "address", spoken_address(other), "", {write: again}, {})
        alternative.after_write = {write: again}
        b.alternatives.append(alternative)
    b.goal("address", said, (*slots, slot), (("address", slot),))


def spoken_address(to: tuple[str, ...]) -> str:
    """An address as people say it."""
    return f"{to[0]}, {to[2]} {to[1]}, {to[3]}"


def change_items(b: Builder, order: Order, ref: Ref) -> None:
    _swap(b, order, ref, "items", "change_items")


def exchange(b: Builder, order: Order, ref: Ref) -> None:
    _swap(b, order, ref, "exchange", "exchange_items")


def _swap(b: Builder, order: Order, ref: Ref, kind: str, tool: str) -> None:
    g = b.next_goal
    step, said, slots = ref
    item = b.rng.choice(order.open_items())
    wanted = [v for v in item.product.variants if v["stock"] and v["id"] != item.variant["id"]]
    dearer = [v for v in wanted if v["price"] != item.price]
    even = [v for v in wanted if v["price"] == item.price]
    new, other = b.rng.sample(dearer if len(dearer) > 1 else even, 2)  # either both have a price to tell, or none
    item_slot, item_slots = b.pick_item(item.product.name)
    wish = b.fact("wish", b.slot("wish"), option(new))
    options = look_at_options(b, g, step, item, (item_slot,))
    payment, payment_slot = _payment(b, "payment", abs(new["price"] - item.price) + abs(other["price"] - item.price))
    write = f"{g}_write"
    needs, used = ("who", step, options), (item_slot, wish, payment_slot)

    def make(name: str, variant: Row) -> Step:
        args = {
            "order_id": order.id,
            "swaps": [{"old": item.variant["id"], "new": variant["id"]}],
            "payment_id": payment["id"],
        }
        what = f"the {item.product.name} in order {order.id}"
        phrase = f"swap {what} for {option(variant)}, with any difference on {payment['id']}"
        done = f"{what} is swapped for {option(variant)}"
        return Step(name, tool, args, needs, used, g, confirm=True, phrase=phrase, done=done)

    b.steps.append(make(write, new))
    b.look_alikes[new["id"]] = [v["id"] for v in wanted if v is not new][:3]
    tell = _difference(b, f"{g}_difference", order, item, new, write, g)
    if b.bends:
        again = make(f"{write}#1", other)
        later = _difference(b, f"{g}_difference#1", order, item, other, again.name, g)
        replaced = {tell.name: later} if tell and later else {}
        b.alternatives.append(_alternative(b, wish, "wish", option(other), "", {write: again}, replaced))
    if tell:
        b.tells.append(tell)
    told = (*slots, *item_slots, wish, payment_slot)
    b.goal(kind, _named(said, item_slot), told, (("item", item_slot), ("wish", wish)))


def look_at_options(b: Builder, g: str, step: str, item: Item, slots: tuple[str, ...]) -> str:
    """The look-up that shows a product's variants, in either of two ways, once for each product; returns the step's
    name."""
    if item.product.id in b.options:
        return b.options[item.product.id]
    name = b.options[item.product.id] = f"{g}_options"
    read = Step(name, "get_variant", {"variant_id": item.variant["id"]}, (step,), slots, g, group=name)
    args = {"query": item.product.name}
    found = Step(
        name + "_search", "search_products", args, (step,), slots, g, group=name, mentions=(item.product.name,)
    )
    stocked = Step(
        name + "_stock", "search_products", {**args, "in_stock": True}, (step,), slots, g, group=name,
        mentions=(item.product.name,),
    )  # fmt: skip
    b.steps += [read, found, stocked]
    return name


def _difference(b: Builder, name: str, order: Order, item: Item, new: Row, after: str, g: str) -> Tell | None:
    difference = cents((new["price"] - item.price) * (100 - order.row["discount"]) / 100)
    if not difference:
        return None
    tell = Tell(name, abs(difference), "number", CHARGE_SAYS if difference > 0 else BACK_SAYS, (after,), g)
    _wrong_amount(b, tell)
    return tell


def give_back(b: Builder, order: Order, ref: Ref) -> None:
    g = b.next_goal
    step, said, slots = ref
    item = b.rng.choice(order.open_items())
    item_slot, item_slots = b.pick_item(item.product.name)
    quote = quote_step(b, g, order, item, step, item_slot)
    assert b.customer is not None
    allowed = [p for p in b.customer.payments if p["id"] == order.row["payment_id"] or p["kind"] == "gift_card"]
    target = b.rng.choice(allowed)
    slot = b.fact("refund_to", b.slot("refund_to"), _method(target))
    write = f"{g}_write"

    def make(name: str, to: Row) -> Step:
        args = {"order_id": order.id, "items": [item.variant["id"]], "refund_to": to["id"]}
        what = f"the {item.product.name} from order {order.id}"
        phrase, done = f"return {what} and refund it to {to['id']}", f"{what} is returned"
        return Step(
            name, "return_items", args, ("who", step, quote), (item_slot, slot), g, True, phrase=phrase, done=done
        )

    b.steps.append(make(write, target))
    refund = Tell(f"{g}_refund", _refund(order, item), "number", REFUND_SAYS, (write,), g)
    b.tells.append(refund)
    _wrong_amount(b, refund)
    b.look_alikes[target["id"]] = [p["id"] for p in b.customer.payments if p is not target]
    if b.bends and len(allowed) > 1:
        other = next(p for p in allowed if p is not target)
        again = make(f"{write}#1", other)
        tell = Tell(f"{g}_refund#1", refund.value, "number", REFUND_SAYS, (again.name,), g)
        _wrong_amount(b, tell)
        b.alternatives.append(
            _alternative(b, slot, "refund_to", _method(other), "", {write: again}, {refund.name: tell})
        )
    told = (*slots, *item_slots, slot)
    b.goal("return", _named(said, item_slot), told, (("item", item_slot), ("refund_to", slot)))


def quote_step(b: Builder, g: str, order: Order, item: Item, step: str, item_slot: str) -> str:
    name = f"{g}_quote"
    args = {"order_id": order.id, "items": [item.variant["id"]]}
    b.steps.append(Step(name, "quote_refund", args, (step,), (item_slot,), g))
    return name


def _refund(order: Order, item: Item) -> float:
    return cents(item.price * (100 - order.row["discount"]) / 100)


def apply_voucher(b: Builder, order: Order, ref: Ref) -> None:
    g = b.next_goal
    step, said, slots = ref
    assert b.customer is not None
    good = b.book.good_vouchers(b.customer, order)
    voucher = b.rng.choice(good)
    slot = b.fact("voucher", b.slot("voucher"), voucher["id"])
    write = f"{g}_write"

    def make(name: str, row: Row) -> Step:
        args = {"order_id": order.id, "code": row["id"]}
        phrase, done = (
            f"use voucher {row['id']} for order {order.id}",
            f"voucher {row['id']} is used for order {order.id}",
        )
        return Step(name, "apply_voucher", args, ("who", step), (slot,), g, confirm=True, phrase=phrase, done=done)

    def total(name: str, row: Row, after: str) -> Tell:
        value = cents(order.row["total"] * (100 - row["percent"]) / 100)
        tell = Tell(name, value, "number", TOTAL_SAYS, (after,), g)
        b.look_alikes[name] = [order.row["total"]]
        return tell

    b.steps.append(make(write, voucher))
    b.tells.append(total(f"{g}_total", voucher, write))
    rest = [v for v in good if v is not voucher]
    b.look_alikes[voucher["id"]] = [v["id"] for v in b.customer.vouchers if v is not voucher][:2]
    if rest and b.bends:
        again = make(f"{write}#1", rest[0])
        tells = {f"{g}_total": total(f"{g}_total#1", rest[0], again.name)}
        b.alternatives.append(_alternative(b, slot, "voucher", rest[0]["id"], "", {write: again}, tells))
    b.goal("voucher", said, (*slots, slot), (("voucher", slot),))


def status(b: Builder, order: Order, ref: Ref) -> None:
    g = b.next_goal
    step, said, slots = ref
    value = order.row["status"]
    b.tells.append(Tell(f"{g}_status", value, "choice", STATUS_SAYS, (step,), g))
    b.look_alikes[f"{g}_status"] = ["cancelled" if value != "cancelled" else "delivered"]
    b.goal("status", said, slots)


def quote(b: Builder, order: Order, ref: Ref) -> None:
    g = b.next_goal
    step, said, slots = ref
    item = b.rng.choice(order.open_items())
    item_slot, item_slots = b.pick_item(item.product.name)
    name = quote_step(b, g, order, item, step, item_slot)
    tell = Tell(f"{g}_quote", _refund(order, item), "number", QUOTE_SAYS, (name,), g)
    b.tells.append(tell)
    _wrong_amount(b, tell)
    b.goal("quote", _named(said, item_slot), (*slots, *item_slots), (("item", item_slot),))


def ask_product(b: Builder) -> None:
    """A question about the catalogue; nobody has to be identified for it."""
    g = b.next_goal
    product = b.rng.choice([p for p in b.book.catalogue if p.id not in b.options])
    b.options[product.id] = g
    kind = b.rng.choice(("price", "stock"))
    variant = b.rng.choice([v for v in product.variants if kind == "price" or v["stock"]])
    item = b.fact("item", b.slot("item"), product.name)
    wish = b.fact("wish", b.slot("wish"), option(variant))
    name = f"{g}_search"
    for tail, more in (("", {}), ("_stock", {"in_stock": True})):
        args: dict[str, Any] = {"query": product.name, **more}
        if more and not variant["stock"]:
            continue
        b.steps.append(
            Step(name + tail, "search_products", args, slots=(item,), goal=g, group=name, mentions=(product.name,))
        )
    if kind == "price":
        says = ("It costs {value} euros", "The price is {value} euros", "That one is {value} euros")
        tell = Tell(f"{g}_price", variant["price"], "number", says, (name,), g)
    else:
        says = ("There are {value} left", "We have {value} in stock", "{value} are available")
        tell = Tell(f"{g}_stock", variant["stock"], "number", says, (name,), g)
    b.tells.append(tell)
    b.look_alikes[tell.name] = [v[kind] for v in product.variants if v[kind] != tell.value and v[kind]][:2]
    b.goal(kind, "", (item, wish), (("item", item), ("wish", wish)))


def option(variant: Row) -> str:
    """A variant as people say it."""
    return f"the {variant['color']} one in {variant['size']}"


def _method(payment: Row) -> str:
    return "my gift card" if payment["kind"] == "gift_card" else f"my {payment['label']}"


def _payment(b: Builder, spec: str, amount: float) -> tuple[Row, str]:
    """A payment method of the customer that can bear the amount, and the slot that names it."""
    assert b.customer is not None
    able = [p for p in b.customer.payments if p["balance"] is None or p["balance"] > 4 * amount]
    payment = b.rng.choice(able)
    b.look_alikes[payment["id"]] = [p["id"] for p in b.customer.payments if p is not payment]
    return payment, b.fact(spec, b.slot(spec), _method(payment))


def _named(said: str, item_slot: str) -> str:
    """How the order is named in a sentence that names the item anyway."""
    return "one of my orders" if "{" + item_slot + "}" in said else said


def _wrong_amount(b: Builder, tell: Tell) -> None:
    b.look_alikes[tell.name] = [cents(tell.value + b.rng.choice((3.5, 7.25, 10.0, 12.4)))]


def _alternative(
    b: Builder, slot: str, spec: str, value: str, spoken: str, steps: dict[str, Step], tells: dict[str, Tell]
) -> Alternative:
    kind, label, keys, say = SPECS[spec]
    return Alternative(slot, Fact(f"{slot}#1", value, kind, label, keys, spoken, "", say), steps, tells)


GOALS: dict[str, Callable[[Builder, Order, Ref], None]] = {
    "cancel": cancel,
    "address": change_address,
    "items": change_items,
    "return": give_back,
    "exchange": exchange,
    "voucher": apply_voucher,
    "status": status,
    "quote": quote,
}
"""Goals about an order, by name."""
