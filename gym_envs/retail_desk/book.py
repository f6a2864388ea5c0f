"""What a planner knows about a pre-built shop: read once, then kept, so that a plan is worked out without a query."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.retail_desk.data import RETURN_DAYS

_KEPT = 192
"""Books kept at most (about 300 kB each at level 2)."""


@dataclass(slots=True)
class Product:
    id: str
    name: str
    variants: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Item:
    variant: Row
    product: Product
    price: float
    status: str | None
    settled_on: str | None

    def sold_out(self) -> Row | None:
        """Another variant of the product, of which none is left."""
        return next((v for v in self.product.variants if not v["stock"] and v is not self.variant), None)


@dataclass(slots=True)
class Order:
    """`kinds`: what can be asked about it (see `_kinds`); `own`: products that no other order of the customer has;
    `alike`: ids of the customer's two orders that look most like it."""

    row: Row
    id: str
    items: list[Item] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    own: list[str] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)

    def open_items(self) -> list[Item]:
        """Items that nothing has happened to."""
        return [item for item in self.items if item.status is None]


@dataclass(slots=True)
class Customer:
    row: Row
    id: str
    payments: list[Row] = field(default_factory=list)
    vouchers: list[Row] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    twins: list[tuple[Order, Order, str]] = field(default_factory=list)
    """Two pending orders with the same product, and its name: everybody has such."""

    def with_kind(self, kind: str) -> list[Order]:
        return [order for order in self.orders if kind in order.kinds]


class Book:
    def __init__(self, state: Backend) -> None:
        self.today = date.fromisoformat(state.rows("SELECT value FROM settings ORDER BY id")[0]["value"])
        self.products = {
            row["id"]: Product(row["id"], row["name"]) for row in state.rows("SELECT * FROM products ORDER BY id")
        }
        variants = {}
        for row in state.rows("SELECT * FROM variants ORDER BY id"):
            variants[row["id"]] = row
            self.products[row["product_id"]].variants.append(row)
        self.customers = {
            row["id"]: Customer(row, row["id"]) for row in state.rows("SELECT * FROM customers ORDER BY id")
        }
        for row in state.rows("SELECT * FROM payments ORDER BY id"):
            self.customers[row["customer_id"]].payments.append(row)
        for row in state.rows("SELECT * FROM vouchers ORDER BY id"):
            self.customers[row["customer_id"]].vouchers.append(row)
        orders = {}
        for row in state.rows("SELECT * FROM orders ORDER BY id"):
            orders[row["id"]] = order = Order(row, row["id"])
            self.customers[row["customer_id"]].orders.append(order)
        for row in state.rows("SELECT * FROM items ORDER BY id"):
            variant = variants[row["variant_id"]]
            item = Item(variant, self.products[variant["product_id"]], row["price"], row["status"], row["settled_on"])
            orders[row["order_id"]].items.append(item)
        self.by_kind: dict[str, list[tuple[Customer, Order]]] = defaultdict(list)
        for customer in self.customers.values():
            self._sort(customer)
        self.people = list(self.customers.values())
        self.catalogue = list(self.products.values())

    def good_vouchers(self, customer: Customer, order: Order) -> list[Row]:
        """Vouchers that can be applied to the order."""
        today = self.today.isoformat()
        return [
            v for v in customer.vouchers if v["expires_on"] >= today and order.row["total"] >= v["min_total"]
        ]  # fmt: skip

    def _sort(self, customer: Customer) -> None:
        holders: dict[str, list[Order]] = defaultdict(list)
        for order in customer.orders:
            for item in order.items:
                holders[item.product.name].append(order)
        for name, having in holders.items():
            if len(having) == 1:
                having[0].own.append(name)
            pending = [order for order in having if order.row["status"] == "pending"]
            if len(pending) > 1:
                customer.twins.append((pending[0], pending[1], name))
        for order in customer.orders:
            order.kinds = self._kinds(customer, order)
            others = sorted(other.id for other in customer.orders if other is not order)
            order.alike = sorted(others, key=partial(_difference, order.id))[:2]
            for kind in sorted(order.kinds):
                self.by_kind[kind].append((customer, order))

    def _kinds(self, customer: Customer, order: Order) -> set[str]:
        """What can be asked about an order: names of goals, and of refusals (those that begin with a capital)."""
        row, kinds = order.row, {"status"}
        status = row["status"]
        if status == "pending":
            kinds |= {"cancel", "address"}
            kinds |= {"P6"} if row["items_changed_on"] else {"items", "P7"}
            if row["voucher"]:
                kinds.add("P11")
            elif self.good_vouchers(customer, order):
                kinds |= {"voucher", "P11"}
        elif status == "shipped":
            kinds.add("P5")
        elif status == "cancelled":
            kinds.add("Cancelled")
        elif (self.today - timedelta(days=RETURN_DAYS)).isoformat() <= row["delivered_on"]:
            if order.open_items():
                kinds |= {"return", "exchange", "quote", "P7"}
                if len([p for p in customer.payments if p["kind"] == "card"]) > (row["payment_id"][:4] == "card"):
                    kinds.add("P10")
            if any(item.status == "returned" for item in order.items):
                kinds.add("Returned")
        else:
            kinds.add("P9")
        if "P7" in kinds and any(item.sold_out() for item in order.open_items()):
            kinds.add("OutOfStock")
        return kinds


def _difference(a: str, b: str) -> int:
    """Places at which two ids differ."""
    return sum(x != y for x, y in zip(a, b, strict=True))


_BOOKS: OrderedDict[Hashable, Book] = OrderedDict()


def book(state: Backend) -> Book:
    """The book of the pre-built shop that `state` was leased from; `state` must be as it was built."""
    found = _BOOKS.get(state.key)
    if found is None:
        found = _BOOKS[state.key] = Book(state)
        if len(_BOOKS) > _KEPT:
            _BOOKS.popitem(last=False)
    return found
