"""A plan under construction: who the customer is, how they name an order, and the look-ups that follow from it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from trajgym.gym_envs.plan import Alternative, Draft, Ending, Fact, Goal, Plan, Step, Tell
from trajgym.gym_envs.retail_desk.book import Book, Customer, Order
from trajgym.gym_envs.retail_desk.sayings import TOPICS, says
from trajgym.gym_envs.shaping import needs
from trajgym.seeding import Rng
from trajgym.task import Task


class Spec(NamedTuple):
    """What all facts of a kind share: see `Fact`."""

    kind: str
    label: str
    keys: tuple[str, ...]
    say: tuple[str, ...]


SPECS: dict[str, Spec] = {
    "email": Spec(
        "email",
        "your e-mail address",
        ("your e-mail address", "e-mail address", "email address", "e-mail", "email", "mail address"),
        ("my e-mail address is {value}", "you find me under {value}", "the account is {value}", "it's {value}"),
    ),
    "name": Spec(
        "name",
        "your full name",
        ("your full name", "full name", "your name", "first and last name", "name on the account", "name and postcode"),
        ("my name is {value}", "I'm {value}", "{value} is the name", "the account is in the name of {value}"),
    ),
    "postcode": Spec(
        "id",
        "your postcode",
        ("your postcode", "postcode", "postal code", "zip code", "zip"),
        ("my postcode is {value}", "the postcode is {value}", "I live in {value}", "{value} is my postcode"),
    ),
    "order_id": Spec(
        "id",
        "the order number",
        ("the order number", "order number", "order id", "number of the order", "which order", "what order"),
        ("the order number is {value}", "it's order {value}", "the order is {value}", "order number: {value}"),
    ),
    "product": Spec(
        "name",
        "the product in the order",
        ("the product in the order", "which product", "what product", "what did you order", "which order", "product"),
        ("it's the order with the {value}", "I ordered the {value}", "the {value} is in it"),
    ),
    "when": Spec(
        "date",
        "the day of the order",
        ("the day of the order", "which order", "when did you", "day of the order", "date of the order", "order date"),
        ("I placed it {value}", "it's the one I ordered {value}", "that was {value}"),
    ),
    "which": Spec(
        "date",
        "the date of the order",
        ("the date of the order", "which order", "which of", "which one", "when did you", "order date", "order number"),
        ("the one I ordered on {value}", "I mean the order of {value}", "it's the one from {value}"),
    ),
    "reason": Spec(
        "choice",
        "the reason for cancelling",
        ("the reason for cancelling", "reason", "why"),
        ("the reason is: {value}", "reason: {value}", "it's {value}", "put down: {value}"),
    ),
    "address": Spec(
        "place",
        "the new delivery address",
        ("the new delivery address", "new address", "delivery address", "which address", "what address", "where should"),
        ("the new address is {value}", "it should go to {value}", "send it to {value}", "deliver it to {value}"),
    ),
    "item": Spec(
        "name",
        "the item",
        ("the item", "which item", "what item", "which product", "which article", "which items"),
        ("it's about the {value}", "I mean the {value}", "the item is the {value}"),
    ),
    "wish": Spec(
        "choice",
        "the option you want",
        ("the option you want", "which option", "which variant", "what colour", "which colour", "which color", "size",
         "colour", "color", "variant", "option", "options", "instead"),
        ("I'd like {value}", "I want {value}", "please take {value}", "it should be {value}"),
    ),
    "payment": Spec(
        "choice",
        "the payment method for the difference",
        ("the payment method for the difference", "payment method", "price difference", "how would you like to pay",
         "which card", "pay"),
        ("use {value} for the difference", "any difference goes on {value}", "please use {value}"),
    ),
    "refund_to": Spec(
        "choice",
        "the refund method",
        ("the refund method", "refund go", "refund method", "where should the refund", "refunded to",
         "refund to", "money back", "payment method"),
        ("refund it to {value}", "the money should go to {value}", "please use {value} for the refund"),
    ),
    "voucher": Spec(
        "id",
        "the voucher code",
        ("the voucher code", "voucher code", "voucher", "code"),
        ("the code is {value}", "the voucher is {value}", "it says {value}", "I have {value}"),
    ),
}  # fmt: skip

SOLVED = Ending(
    "solved",
    ("Thank you for your patience.", "Glad I could help.", "That was all that had to be done.", "Everything is sorted.",
     "I hope that helps.", "Thanks for getting in touch.", ""),
)  # fmt: skip


def ago(then: str, today: date) -> str:
    """A past day in relation to today, in words."""
    days = (today - date.fromisoformat(then)).days
    if days < 3:
        return ("today", "yesterday", "the day before yesterday")[days]
    if days % 7 == 0:
        return "exactly a week ago" if days == 7 else f"exactly {days // 7} weeks ago"
    return f"{days} days ago"


def spoken_date(day: str) -> str:
    return f"{date.fromisoformat(day):%B} {int(day[8:])}"


class Builder:
    """Facts, steps, goals and tells so far. `prefix` sets names of a spare goal apart from those of the main plan."""

    def __init__(self, book: Book, task: Task, rng: Rng, customer: Customer | None, prefix: str = "") -> None:
        self.book = book
        self.task = task
        self.rng = rng
        self.customer = customer
        self.prefix = prefix
        self.style = task.profile.get("ambiguity", "none")
        self.facts: dict[str, Fact] = {}
        self.steps: list[Step] = []
        self.goals: list[Goal] = []
        self.tells: list[Tell] = []
        self.bends = not prefix and "alternative" in needs(task)
        """Will the user change a value?"""
        self.alternatives: list[Alternative] = []
        self.look_alikes: dict[str, list[object]] = {}
        self.unknown: tuple[str, ...] = ()
        self.lost = ""
        """What the customer cannot say: ``email``, ``order`` (its number), or nothing."""
        self.opening: tuple[str, ...] = ()
        """Slots that tell who the customer is; they are told with the first goal."""
        self.kinds_of: dict[str, list[str]] = {}
        """Goals so far, by order."""
        self.options: dict[str, str] = {}
        """The step that shows the variants of a product, by product id."""
        self._listed = False
        self._orders: dict[str, tuple[str, str, tuple[str, ...]]] = {}

    def fact(self, spec: str, slot: str, value: str, spoken: str = "", wrong: str = "") -> str:
        """Add a fact (or find it again); returns its slot."""
        if slot not in self.facts:
            kind, label, keys, say = SPECS[spec]
            self.facts[slot] = Fact(slot, value, kind, label, keys, spoken, wrong, say)
        return slot

    def slot(self, spec: str) -> str:
        """A free slot name for a fact of this kind."""
        name, number = self.prefix + spec, 1
        while name in self.facts:
            number += 1
            name = f"{self.prefix}{spec}_{number}"
        return name

    def identify(self) -> None:
        """The customer is known by e-mail address or by name and postcode; who has lost the one is asked for the other."""
        assert self.customer is not None
        row, lost = self.customer.row, self.lost == "email"
        claims = (
            self.task.profile.get("identity") == "wrong_id_claim"
        )  # to be somebody else than the e-mail address says
        by_name = lost or (not claims and self.task.level > 0 and self.rng.chance(0.35))
        if not by_name or lost:
            self.fact("email", "email", row["email"], wrong=_slip(row["email"]))
            self.steps.append(Step("who", "find_customer", {"email": row["email"]}, slots=("email",), group="who"))
        if by_name:
            self.fact("name", "name", row["name"])
            self.fact("postcode", "postcode", row["postcode"])
            args = {"name": row["name"], "postcode": row["postcode"]}
            name = "who_name" if lost else "who"
            self.steps.append(Step(name, "find_customer", args, slots=("name", "postcode"), group="who"))
        if lost:
            self.unknown = ("email",)
        else:
            self.opening = ("name", "postcode") if by_name else ("email",)

    def listing(self) -> str:
        """The look-up of all orders; returns its name."""
        if not self._listed:
            assert self.customer is not None
            self.steps.append(Step("orders", "list_orders", {"customer_id": self.customer.id}, needs=("who",)))
            self._listed = True
        return "orders"

    def order(self, order: Order, goal: str, mode: str, twin: str = "") -> tuple[str, str, tuple[str, ...]]:
        """Name an order and read it. Returns the step, how the user names the order, and the slots that tell which it is
        (the first time only: later goals need not say it again)."""
        found = self._orders.get(order.id)
        if found is not None:
            return found
        row, name = order.row, f"{self.prefix}order_{len(self._orders)}"
        self.look_alikes[order.id] = [*order.alike]
        slots: tuple[str, ...]
        before: tuple[str, ...] = ("who",)
        hidden: tuple[str, ...] = ()
        if mode in ("id", "digits"):
            spoken, wrong = order.id, order.alike[0]
            if mode == "digits":
                spoken, wrong = spoken[2:], wrong[2:]
            slots = (self.fact("order_id", self.slot("order_id"), order.id, spoken, wrong),)
            said = "order {" + slots[0] + "}"
        else:
            before = (self.listing(),)
            if mode == "when":
                slots = (
                    self.fact("when", self.slot("when"), row["ordered_on"], ago(row["ordered_on"], self.book.today)),
                )
                said = "the order I placed {" + slots[0] + "}"
            else:
                product = twin or self.rng.choice(order.own)
                slots = (self.fact("product", self.slot("product"), product),)
                said = "my order with the {" + slots[0] + "}"
                if twin:
                    hidden = (
                        self.fact("which", self.slot("which"), row["ordered_on"], spoken_date(row["ordered_on"])),
                    )
        self.steps.append(Step(name, "get_order", {"order_id": order.id}, before, slots + hidden, goal))
        self._orders[order.id] = (name, said, slots)
        return self._orders[order.id]

    def reads(self, order: Order) -> bool:
        """Is the order read already?"""
        return order.id in self._orders

    @property
    def first_read(self) -> str:
        """The order that is read first."""
        return next(iter(self._orders))

    def order_unknown(self, order: Order, goal: str) -> tuple[str, str, tuple[str, ...]]:
        """An order whose number the user cannot say: the product in it finds it."""
        name = f"{self.prefix}order_{len(self._orders)}"
        slot = self.fact("order_id", self.slot("order_id"), order.id)
        product = self.fact("product", self.slot("product"), self.rng.choice(order.own))
        orders = self.listing()
        args = {"order_id": order.id}
        self.steps.append(Step(name, "get_order", args, ("who",), (slot,), goal, group=name))
        self.steps.append(Step(name + "_found", "get_order", args, (orders,), (product,), goal, group=name))
        self.unknown = (slot,)
        self._orders[order.id] = (name, "one of my orders", ())
        return self._orders[order.id]

    def goal(self, kind: str, ref: str, slots: tuple[str, ...], renamed: tuple[tuple[str, str], ...] = ()) -> None:
        """Add the goal `kind` under the next name; `slots` are told with it, `renamed` its placeholders."""
        name = self.next_goal
        if not self.goals:
            slots = (*self.opening, *slots)
        sentences = says(kind, ref, self.style if self.prefix == "" else "none", renamed)
        unique = tuple(dict.fromkeys(slots))
        self.goals.append(Goal(name, sentences, unique, TOPICS[kind]))

    @property
    def next_goal(self) -> str:
        return f"{self.prefix}g{len(self.goals)}"

    def pick_item(self, product: str) -> tuple[str, tuple[str, ...]]:
        """The slot that names an item; the order's own name may have told it already."""
        for slot, fact in self.facts.items():
            if fact.value == product and slot not in self.unknown:
                return slot, ()
        slot = self.fact("item", self.slot("item"), product)
        return slot, (slot,)

    def plan(self, endings: Ending = SOLVED) -> Plan:
        return Plan(
            self.goals,
            self.facts,
            self.steps,
            self.tells,
            endings={0: endings},
            unknown=self.unknown,
            look_alikes=self.look_alikes,
            parallel=bool(self.task.tool_view.get("parallel")),
            alternatives=self.alternatives,
        )

    def draft(self) -> Draft:
        return Draft(self.goals[0], self.facts, self.steps, self.tells)


def _slip(email: str) -> str:
    """The address with its number slipped by one."""
    local, _, host = email.partition("@")
    stem = local.rstrip("0123456789")
    return f"{stem}{int(local[len(stem) :]) + 1}@{host}"
