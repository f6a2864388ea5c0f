"""What cannot be done: because a clause rules it out, because of how things stand, or because no tool does it."""

from __future__ import annotations

from collections.abc import Callable

from trajgym.gym_envs.identities import CLAIMED, claimed
from trajgym.gym_envs.plan import Ending, Plan, Step, Tell
from trajgym.gym_envs.retail_desk import goals
from trajgym.gym_envs.retail_desk.book import Customer, Order
from trajgym.gym_envs.retail_desk.builder import Builder
from trajgym.gym_envs.retail_desk.data import address
from trajgym.gym_envs.retail_desk.goals import REASONS, Ref, look_at_options

CLAUSE_SAYS = (
    "That is ruled out by {value} of our policy",
    "Our policy, clause {value}, does not allow it",
    "Clause {value} of our policy stands against it",
    "I have to keep to {value} of our policy",
)
REFUSED = (
    "I'm sorry, I cannot do that.",
    "So I can't do this for you, sorry.",
    "For that reason I have to decline, and nothing has been changed.",
    "I'm afraid that is not possible.",
    "I know this is not what you hoped for, but I cannot help with that.",
)
IMPOSSIBLE = (
    "So this cannot be done, I'm sorry.",
    "I'm afraid that is not possible as things stand.",
    "Therefore I can't do it, sorry about that.",
    "That is why it isn't possible; nothing has been changed.",
)


def refuse(b: Builder, order: Order, kind: str) -> Plan:
    """A request that clause `kind` rules out."""
    ref = b.order(order, b.next_goal, _mode(b, order))
    forbidden, tell = _REFUSED[kind](b, order, ref)
    clause = Tell("clause", kind, "clause", CLAUSE_SAYS, ("who", *tell.after))
    b.tells += [tell, clause]
    plan = b.plan(Ending("refused", REFUSED, clause=kind))
    plan.forbidden = [(forbidden, kind)]
    return plan


def _mode(b: Builder, order: Order) -> str:
    if b.task.level and order.own and b.rng.chance(0.15 * b.task.level):
        return "product"
    return "id"


def _fact_tell(name: str, value: object, kind: str, says: tuple[str, ...], *after: str) -> Tell:
    return Tell(name, value, kind, says, after)


_ASKED = ("status", "cancel", "address")
"""What those ask for who have no right to it."""

Asked = tuple[str, Tell]
"""The tool that is ruled out, and what the look-up showed."""


def _not_pending(b: Builder, order: Order, ref: Ref) -> Asked:
    kind = b.rng.choice(("cancel", "address", "items"))
    _ask(b, kind, order, ref)
    tool = {"cancel": "cancel_order", "address": "change_address", "items": "change_items"}[kind]
    return tool, _fact_tell("status", order.row["status"], "choice", goals.STATUS_SAYS, ref[0])


def _changed_before(b: Builder, order: Order, ref: Ref) -> Asked:
    _ask(b, "items", order, ref)
    says = (
        "Its items were changed on {value}",
        "There was a change of items on {value} already",
        "Items changed: {value}",
    )
    return "change_items", _fact_tell("changed", order.row["items_changed_on"], "date", says, ref[0])


def _other_product(b: Builder, order: Order, ref: Ref) -> Asked:
    """A swap for another product: the search shows that it is one."""
    item = b.rng.choice(order.open_items())
    others = [p for p in b.book.catalogue if p is not item.product and all(i.product is not p for i in order.items)]
    wanted = b.rng.choice(others)
    kind = "items" if order.row["status"] == "pending" else "exchange"
    item_slot, item_slots = b.pick_item(item.product.name)
    wish = b.fact("wish", b.slot("wish"), f"the {wanted.name}")
    g = b.next_goal
    for name, args in (("other", {}), ("other_stock", {"in_stock": True})):
        b.steps.append(
            Step(name, "search_products", {"query": wanted.name, **args}, ("who",), (wish,), g, group="other",
                 mentions=(wanted.name,))
        )  # fmt: skip
    said = "one of my orders" if "{" + item_slot + "}" in ref[1] else ref[1]
    b.goal(kind, said, (*ref[2], *item_slots, wish), (("item", item_slot), ("wish", wish)))
    says = ("The {value} is another product", "{value} is a product of its own", "The order does not have the {value}")
    tool = "change_items" if kind == "items" else "exchange_items"
    return tool, _fact_tell("product", wanted.name, "name", says, ref[0], "other")


def _too_late(b: Builder, order: Order, ref: Ref) -> Asked:
    kind = b.rng.choice(("return", "exchange"))
    _ask(b, kind, order, ref)
    says = ("It was delivered on {value}", "The delivery was on {value}", "Delivered: {value}, which is too long ago")
    tool = "return_items" if kind == "return" else "exchange_items"
    return tool, _fact_tell("delivered", order.row["delivered_on"], "date", says, ref[0])


def _other_card(b: Builder, order: Order, ref: Ref) -> Asked:
    """A refund to a card that the order was not paid with."""
    assert b.customer is not None
    item = b.rng.choice(order.open_items())
    item_slot, item_slots = b.pick_item(item.product.name)
    cards = [p for p in b.customer.payments if p["kind"] == "card" and p["id"] != order.row["payment_id"]]
    card = b.rng.choice(cards)
    slot = b.fact("refund_to", b.slot("refund_to"), f"my {card['label']} and nothing else")
    said = "one of my orders" if "{" + item_slot + "}" in ref[1] else ref[1]
    b.goal("return", said, (*ref[2], *item_slots, slot), (("item", item_slot), ("refund_to", slot)))
    # the wish has to be known before it can be refused
    order_step = next(step for step in b.steps if step.name == ref[0])
    order_step.slots = (*order_step.slots, slot)
    says = ("The order was paid with {value}", "It was paid with {value}, so a refund goes there", "Paid with: {value}")
    return "return_items", _fact_tell("paid", order.row["payment_id"], "id", says, ref[0])


def _bad_voucher(b: Builder, order: Order, ref: Ref) -> Asked:
    """A second voucher, an expired one, or one that asks for a larger order."""
    assert b.customer is not None
    today = b.book.today.isoformat()
    expired = [v for v in b.customer.vouchers if v["expires_on"] < today]
    large = [v for v in b.customer.vouchers if v["expires_on"] >= today and v["min_total"] > order.row["total"]]
    if order.row["voucher"]:
        voucher = b.rng.choice([v for v in b.customer.vouchers if v not in expired])
        says = ("It already has the voucher {value}", "{value} was used for it", "The voucher {value} is on it already")
        tell = _fact_tell("used", order.row["voucher"], "id", says, ref[0])
    elif large and b.rng.chance(0.5):
        voucher = b.rng.choice(large)
        says = (
            "The voucher needs a total of {value} euros",
            "It is for {value} euros and more",
            "Its minimum is {value} euros",
        )
        tell = _fact_tell("min_total", voucher["min_total"], "number", says, ref[0], "who")
    else:
        voucher = b.rng.choice(expired)
        says = ("The voucher expired on {value}", "It was good until {value}", "Its last day was {value}")
        tell = _fact_tell("expired", voucher["expires_on"], "date", says, "who", ref[0])
    slot = b.fact("voucher", b.slot("voucher"), voucher["id"])
    step = next(step for step in b.steps if step.name == ref[0])
    step.slots = (*step.slots, slot)
    b.goal("voucher", ref[1], (*ref[2], slot), (("voucher", slot),))
    return "apply_voucher", tell


_REFUSED: dict[str, Callable[[Builder, Order, Ref], Asked]] = {
    "P5": _not_pending,
    "P6": _changed_before,
    "P7": _other_product,
    "P9": _too_late,
    "P10": _other_card,
    "P11": _bad_voucher,
}
REFUSABLE = tuple(_REFUSED)


def without_right(b: Builder, order: Order) -> Plan:
    """A request about what is somebody else's."""
    if b.task.profile["identity"] == "wrong_id_claim":
        return _impostor(b, order)
    return _someone_else(b, *_other_owner(b))


def _impostor(b: Builder, order: Order) -> Plan:
    """The e-mail address is another customer's than the name: the look-up shows it, and nothing of it may be said."""
    assert b.customer is not None
    owner = b.customer.row
    _ask(b, b.rng.choice(_ASKED), order, ("", "order {order_id}", (b.fact("order_id", "order_id", order.id),)))
    names = [customer.row["name"] for customer in b.book.people if customer.row["name"] != owner["name"]]
    b.facts[CLAIMED] = claimed(b.rng.choice(names))
    says = ("The account {value} is in another name", "Your name does not go with {value}", "{value} is not yours")
    b.tells = [
        Tell("account", owner["email"], "email", says, ("who",)),
        Tell("clause", "P15", "clause", CLAUSE_SAYS, ("who",)),
    ]
    plan = b.plan(Ending("refused", REFUSED, clause="P15"))
    plan.secrets = (owner["name"], owner["street"], b.customer.id)
    return plan


def _someone_else(b: Builder, owner: Customer, order: Order) -> Plan:
    """The order is another customer's: the look-up shows it, and nothing of it may be said."""
    g = b.next_goal
    slot = b.fact("order_id", b.slot("order_id"), order.id)
    b.steps.append(Step("order_0", "get_order", {"order_id": order.id}, ("who",), (slot,), g))
    kind = b.rng.choice(_ASKED)
    ref: Ref = ("order_0", "order {" + slot + "}", (slot,))
    _ask(b, kind, order, ref)
    says = (
        "{value} is not an order of your account",
        "I cannot find {value} among your orders",
        "{value} is not yours",
    )
    b.tells = [
        Tell("order", order.id, "id", says, ("order_0",)),
        Tell("clause", "P2", "clause", CLAUSE_SAYS, ("who", "order_0")),
    ]
    plan = b.plan(Ending("refused", REFUSED, clause="P2"))
    plan.secrets = (order.row["street"], owner.row["email"])
    return plan


def _ask(b: Builder, kind: str, order: Order, ref: Ref) -> None:
    """The goal with its facts, and no write: what the customer says is the same whether it can be done or not."""
    _, said, slots = ref
    if kind == "cancel":
        value, spoken = b.rng.choice(REASONS)
        slot = b.fact("reason", b.slot("reason"), value, spoken)
        b.goal(kind, said, (*slots, slot), (("reason", slot),))
    elif kind == "address":
        slot = b.fact("address", b.slot("address"), goals.spoken_address(address(b.rng)))
        b.goal(kind, said, (*slots, slot), (("address", slot),))
    elif kind == "status":
        b.goal(kind, said, slots)
    else:
        item = b.rng.choice(order.items)
        item_slot, item_slots = b.pick_item(item.product.name)
        said = "one of my orders" if "{" + item_slot + "}" in said else said
        if kind == "return":
            b.goal(kind, said, (*slots, *item_slots), (("item", item_slot),))
            return
        variant = b.rng.choice([v for v in item.product.variants if v["id"] != item.variant["id"]])
        wish = b.fact("wish", b.slot("wish"), goals.option(variant))
        b.goal(kind, said, (*slots, *item_slots, wish), (("item", item_slot), ("wish", wish)))


def impossible(b: Builder, order: Order, kind: str) -> Plan:
    """A request that the state of things rules out: the look-up shows it."""
    ref = b.order(order, b.next_goal, _mode(b, order))
    if kind == "OutOfStock":
        _sold_out(b, order, ref)
    elif kind == "Returned":
        item = next(item for item in order.items if item.status == "returned")
        item_slot, item_slots = b.pick_item(item.product.name)
        said = "one of my orders" if "{" + item_slot + "}" in ref[1] else ref[1]
        b.goal("return", said, (*ref[2], *item_slots), (("item", item_slot),))
        step = next(step for step in b.steps if step.name == ref[0])
        step.slots = (*step.slots, *item_slots)
        says = ("It was returned on {value} already", "That item came back on {value}", "Returned: {value}")
        b.tells.append(Tell("returned", item.settled_on, "date", says, (ref[0],)))
    else:
        _ask(b, b.rng.choice(("cancel", "address", "items")), order, ref)
        says = (
            "It was cancelled on {value}",
            "That order has been off since {value}",
            "It is cancelled, since {value}",
        )
        b.tells.append(Tell("cancelled", order.row["cancelled_on"], "date", says, (ref[0],)))
        b.tells.append(Tell("status", "cancelled", "choice", goals.STATUS_SAYS, (ref[0],)))
    return b.plan(Ending("infeasible", IMPOSSIBLE))


def _sold_out(b: Builder, order: Order, ref: Ref) -> None:
    item = b.rng.choice([item for item in order.open_items() if item.sold_out()])
    variant = item.sold_out()
    assert variant is not None
    g = b.next_goal
    item_slot, item_slots = b.pick_item(item.product.name)
    wish = b.fact("wish", b.slot("wish"), goals.option(variant))
    options = look_at_options(b, g, ref[0], item, (item_slot, wish))
    b.steps = [step for step in b.steps if not step.args.get("in_stock")]  # such a search would not show it
    kind = "items" if order.row["status"] == "pending" else "exchange"
    said = "one of my orders" if "{" + item_slot + "}" in ref[1] else ref[1]
    b.goal(kind, said, (*ref[2], *item_slots, wish), (("item", item_slot), ("wish", wish)))
    says = ("That variant, {value}, is out of stock", "{value} is sold out", "There is none left of {value}")
    b.tells.append(Tell("variant", variant["id"], "id", says, (options,)))


MISSING = {
    "cancel_order": "cancel",
    "change_items": "items",
    "change_address": "address",
    "return_items": "return",
    "exchange_items": "exchange",
    "apply_voucher": "voucher",
}
"""Tools that can be taken away, and the goal that needs each."""

HANDED_OFF = Ending("handed_off", (), step="hand_off")
SUMMARIES = {
    "human": (
        "Customer {c} asks about order {o}, which needs a colleague with more rights.",
        "Please take over from here: customer {c}, order {o}. My tools do not cover the request.",
        "{c} needs help with order {o} that I am not able to give.",
    ),
    "fraud": (
        "Customer {c} did not place order {o} and suspects misuse of the account.",
        "Possible misuse: customer {c} does not know order {o}.",
        "Suspected fraud on order {o}, reported by customer {c}.",
    ),
    "warehouse": (
        "Customer {c} reports a problem with the parcel of order {o}.",
        "Please look into the parcel of order {o} (customer {c}).",
        "Something went wrong with the delivery of order {o}; customer {c} is waiting for an answer.",
    ),
}


def hand_off(b: Builder, to: str, order: Order | None, needs: tuple[str, ...], name: str = "hand_off") -> Step:
    """Passing on a customer, and the order it is about."""
    assert b.customer is not None
    mentions = (b.customer.id,) if order is None else (b.customer.id, order.id)
    if order is None:
        summary = f"Customer {b.customer.id} would like to speak to a colleague."
    else:
        summary = b.rng.choice(SUMMARIES[to]).format(c=b.customer.id, o=order.id)
    phrase = "hand over to a colleague"
    return Step(name, "hand_off", {"to": to, "summary": summary}, needs, mentions=mentions, phrase=phrase)


def missing_tool(b: Builder, order: Order, tool: str) -> Plan:
    """A goal whose tool is not there: read the order, then pass it on."""
    ref = b.order(order, b.next_goal, _mode(b, order))
    kind = MISSING[tool]
    if kind == "voucher":
        assert b.customer is not None
        slot = b.fact("voucher", b.slot("voucher"), b.rng.choice(b.book.good_vouchers(b.customer, order))["id"])
        b.goal(kind, ref[1], (*ref[2], slot), (("voucher", slot),))
    else:
        _ask(b, kind, order, ref)
    b.steps.append(hand_off(b, "human", order, ("who", ref[0])))
    return b.plan(HANDED_OFF)


def pass_on(b: Builder, order: Order, kind: str) -> Plan:
    """Something no tool can do, but a colleague: misuse of an account, a parcel gone wrong, papers."""
    ref = b.order(order, b.next_goal, "id" if kind == "fraud" else _mode(b, order))
    b.goal(kind, ref[1], ref[2])
    to = {"fraud": "fraud", "damaged": "warehouse", "invoice": "human"}[kind]
    b.steps.append(hand_off(b, to, order, ("who", ref[0])))
    return b.plan(HANDED_OFF)


def _other_owner(b: Builder) -> tuple[Customer, Order]:
    """An order of somebody else, of a namesake if there is one."""
    own = b.customer
    assert own is not None
    others = [customer for customer in b.book.people if customer is not own]
    namesakes = [customer for customer in others if customer.row["name"] == own.row["name"]]
    owner = b.rng.choice(namesakes or others)
    return owner, b.rng.choice(owner.orders)
