"""Tables and rows of a shop: customers with orders in every state that the policy knows.

Each customer's orders follow one outline (pending ones, a shipped one, delivered ones inside and outside the time for
returns, ...), so that any request can be about any customer; everything else is drawn.
"""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

from trajgym.gym_envs.retail_desk import vocabulary as words
from trajgym.seeding import Rng

RETURN_DAYS = 30
CUSTOMERS = (3, 5, 9, 14, 23)
"""Customers for each level; a world has about 30 rows for each."""
_PRODUCTS = (6, 8, 10, 14, 20)

SCHEMA = """
CREATE TABLE settings (id TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE customers (id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, street TEXT NOT NULL,
    city TEXT NOT NULL, postcode TEXT NOT NULL, country TEXT NOT NULL, newsletter INTEGER NOT NULL);
CREATE TABLE payments (id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL,
    balance REAL);
CREATE INDEX payments_of ON payments (customer_id);
CREATE TABLE products (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, category TEXT NOT NULL, description TEXT NOT NULL);
CREATE TABLE variants (id TEXT PRIMARY KEY, product_id TEXT NOT NULL, color TEXT NOT NULL, size TEXT NOT NULL,
    price REAL NOT NULL, stock INTEGER NOT NULL);
CREATE INDEX variants_of ON variants (product_id);
CREATE TABLE orders (id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, status TEXT NOT NULL, ordered_on TEXT NOT NULL,
    delivered_on TEXT, cancelled_on TEXT, items_changed_on TEXT, street TEXT NOT NULL, city TEXT NOT NULL,
    postcode TEXT NOT NULL, country TEXT NOT NULL, payment_id TEXT NOT NULL, voucher TEXT, discount INTEGER NOT NULL,
    total REAL NOT NULL, reason TEXT, note TEXT NOT NULL);
CREATE INDEX orders_of ON orders (customer_id);
CREATE TABLE items (id TEXT PRIMARY KEY, order_id TEXT NOT NULL, variant_id TEXT NOT NULL, product TEXT NOT NULL,
    color TEXT NOT NULL, size TEXT NOT NULL, price REAL NOT NULL, status TEXT, settled_on TEXT, new_variant_id TEXT);
CREATE INDEX items_of ON items (order_id);
CREATE TABLE vouchers (id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, percent INTEGER NOT NULL, min_total REAL NOT NULL,
    expires_on TEXT NOT NULL, used_for TEXT);
CREATE INDEX vouchers_of ON vouchers (customer_id);
CREATE TABLE ledger (id TEXT PRIMARY KEY, order_id TEXT NOT NULL, payment_id TEXT NOT NULL, kind TEXT NOT NULL,
    amount REAL NOT NULL);
CREATE TABLE stores (id TEXT PRIMARY KEY, city TEXT NOT NULL, street TEXT NOT NULL, opens TEXT NOT NULL,
    closes TEXT NOT NULL);
CREATE TABLE requests (id TEXT PRIMARY KEY, kind TEXT NOT NULL, about TEXT NOT NULL, detail TEXT NOT NULL);
"""


def today(level: int) -> date:
    """The day on which tasks of a level happen."""
    return date(2026, 3, 12) + timedelta(days=47 * level)


def address(rng: Rng) -> tuple[str, str, str, str]:
    """Street, city, postcode, country."""
    city, country, start = rng.choice(words.PLACES)
    street = f"{rng.between(1, 180)} {rng.choice(words.STREETS)} {rng.choice(words.STREET_KINDS)}"
    digits = 2 if country in words.SHORT_POSTCODES else 3
    return street, city, start + str(rng.below(10**digits)).zfill(digits), country


def cents(amount: float) -> float:
    """An amount of money, rounded."""
    return round(amount, 2)


class Shop:
    """One shop while it is made: draws rows and puts them into the tables."""

    def __init__(self, connection: sqlite3.Connection, rng: Rng, level: int) -> None:
        self.connection = connection
        self.rng = rng
        self.level = level
        self.today = today(level)
        self._taken: set[str] = set()
        self.products: list[tuple[str, list[tuple[Any, ...]]]] = []
        """Name and variants."""

    def put(self, table: str, *rows: tuple[Any, ...]) -> None:
        marks = ", ".join("?" * len(rows[0]))
        self.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def new_id(self, prefix: str, digits: int) -> str:
        while True:
            low = 10 ** (digits - 1)
            id = f"{prefix}-{low + self.rng.below(9 * low)}"
            if id not in self._taken:
                self._taken.add(id)
                return id

    def day(self, ago: int) -> str:
        return (self.today - timedelta(days=ago)).isoformat()

    def make(self) -> None:
        self.put("settings", ("today", self.today.isoformat()))
        for city, _, _ in self.rng.sample(words.PLACES, 3):
            street = f"{self.rng.between(1, 99)} {self.rng.choice(words.STREETS)} Street"
            self.put("stores", (self.new_id("S", 3), city, street, f"{self.rng.between(8, 10):02}:00", "19:00"))
        self.make_products()
        names = self.names(CUSTOMERS[self.level])
        for name in names:
            self.make_customer(name)

    def names(self, count: int) -> list[str]:
        """Names of the customers; above level 0 some of them are shared by two."""
        rng = self.rng
        drawn = [f"{rng.choice(words.FIRST_NAMES)} {rng.choice(words.LAST_NAMES)}" for _ in range(count)]
        for twin in range(min(self.level, count // 4)):
            drawn[-1 - twin] = drawn[twin]
        return drawn

    def make_products(self) -> None:
        rng = self.rng
        models = rng.sample(words.MODELS, _PRODUCTS[self.level])
        for model, kind in zip(models, rng.sample(words.PRODUCT_TYPES, len(models)), strict=True):
            name, category, sizes, low, high = kind
            id = self.new_id("P", 3)
            self.put("products", (id, f"{model} {name}", category, rng.choice(words.DESCRIPTIONS)))
            colors = rng.sample(words.COLORS, 3)
            options = rng.sample([(color, size) for color in colors for size in sizes], 5)
            base = rng.between(low, high)
            rows: list[tuple[Any, ...]] = []
            for number, (color, size) in enumerate(options):
                price = cents(
                    max(4, base + rng.between(-base // 6, base // 4)) + rng.choice((0.0, 0.5, 0.9, 0.95, 0.99))
                )
                stock = 0 if number == 4 else rng.between(8, 60)
                rows.append((self.new_id("V", 5), id, color, size, price, stock))
            self.put("variants", *rows)
            self.products.append((f"{model} {name}", rows))

    def make_customer(self, name: str) -> None:
        rng = self.rng
        id = self.new_id("C", 4)
        home = address(rng)
        handle = name.lower().replace(" ", ".")
        email = ""
        while not email or email in self._taken:
            email = f"{handle}{rng.between(2, 99)}@{rng.choice(words.MAIL_HOSTS)}"
        self._taken.add(email)
        self.put("customers", (id, name, email, *home, rng.below(2)))
        cards = [(self.new_id("card", 4), brand) for brand in rng.sample(words.CARD_BRANDS, rng.between(1, 2))]
        payments: list[tuple[Any, ...]] = [
            (card, id, "card", f"{brand} ending in {card[-4:]}", None) for card, brand in cards
        ]
        payments.append((self.new_id("gift", 4), id, "gift_card", "gift card", cents(rng.between(200, 400) + 0.5)))
        self.put("payments", *payments)
        vouchers = self.make_vouchers(id)
        self.make_orders(id, home, [payment[0] for payment in payments], vouchers)

    def make_vouchers(self, customer: str) -> list[str]:
        """Two good ones, one that has expired, one for large orders only."""
        rng = self.rng
        outline = (
            (rng.between(1, 9) * 10, 0.0),
            (rng.between(1, 9) * 10, 0.0),
            (-rng.between(2, 60), 0.0),
            (40, 600.0),
        )
        ids = []
        for days, least in outline:
            percent = rng.choice((5, 10, 15, 20))
            id = f"{rng.choice(words.VOUCHER_WORDS)}-{self.new_id('X', 4)[2:]}"
            ids.append(id)
            least = least or float(rng.choice((0, 5, 8)))
            self.put("vouchers", (id, customer, percent, least, self.day(-days), None))
        return ids

    def make_orders(self, customer: str, home: tuple[str, ...], payments: list[str], vouchers: list[str]) -> None:
        rng = self.rng
        days = rng.sample(range(1, 12), 5)
        old = rng.sample(range(14, 33), 3)
        twin = rng.choice(self.products)
        ids = [self.new_id("O", 5) for _ in range(2)]
        look_alike = ids[0][:4] + ids[0][5] + ids[0][4] + ids[0][6]
        if look_alike in self._taken:
            look_alike = self.new_id("O", 5)
        self._taken.add(look_alike)
        outline: list[tuple[str, str, int, int | None, dict[str, Any]]] = [
            (ids[0], "pending", days[0], None, {"first": twin}),
            (look_alike, "pending", days[1], None, {"first": twin}),
            (ids[1], "shipped", days[2], None, {}),
            (self.new_id("O", 5), "delivered", old[0], rng.between(2, 9), {"returned": rng.chance(0.6)}),
            (self.new_id("O", 5), "delivered", old[1], rng.between(3, 10), {}),
        ]
        extra: list[tuple[str, str, int, int | None, dict[str, Any]]] = [
            (self.new_id("O", 5), "delivered", rng.between(60, 150), rng.between(36, 55), {}),
            (self.new_id("O", 5), "pending", days[3], None, {"changed": max(days[3] - 2, 0)}),
            (self.new_id("O", 5), "cancelled", days[4], None, {}),
            (self.new_id("O", 5), "pending", old[2], None, {"voucher": self.old_voucher(customer)}),
        ]
        chosen = outline + rng.sample(extra, 2 if rng.chance(0.5) else 3)
        rng.shuffle(chosen)
        for id, status, ago, delivered, special in chosen:
            self.make_order(id, customer, home, rng.choice(payments), status, ago, delivered, special)

    def old_voucher(self, customer: str) -> str:
        return f"{self.rng.choice(words.VOUCHER_WORDS)}-{self.new_id('X', 4)[2:]}"

    def make_order(
        self, id: str, customer: str, home: tuple[str, ...], payment: str, status: str, ago: int, delivered: int | None,
        special: dict[str, Any],
    ) -> None:  # fmt: skip
        rng = self.rng
        count = rng.between(1, 3) if self.level else rng.between(1, 2)
        picked = [product for product in rng.sample(self.products, count + 1) if product is not special.get("first")]
        picked = ([special["first"], *picked] if "first" in special else picked)[:count]
        if special.get("returned") and count == 1:
            picked = rng.sample(self.products, 2)
        items: list[tuple[Any, ...]] = []
        for number, (product, variants) in enumerate(picked):
            variant = rng.choice(variants)
            state, settled = None, None
            if special.get("returned") and number == 0:
                state, settled = "returned", self.day(max((delivered or 1) - 1, 0))
            items.append((f"{id}/{number + 1}", id, variant[0], product, *variant[2:5], state, settled, None))
        discount = rng.choice((5, 10, 15)) if "voucher" in special else 0
        total = cents(sum(item[6] for item in items) * (100 - discount) / 100)
        delivered_on = None if delivered is None else self.day(delivered)
        cancelled_on = self.day(max(ago - 1, 0)) if status == "cancelled" else None
        changed = self.day(special["changed"]) if "changed" in special else None
        reason = "no_longer_needed" if status == "cancelled" else None
        self.put(
            "orders",
            (id, customer, status, self.day(ago), delivered_on, cancelled_on, changed, *home, payment,
             special.get("voucher"), discount, total, reason, rng.choice(words.ORDER_NOTES)),
        )  # fmt: skip
        self.put("items", *items)


def fill(connection: sqlite3.Connection, rng: Rng, level: int) -> None:
    """Make the tables of one pre-built world and fill them."""
    for statement in SCHEMA.split(";"):
        if statement.strip():
            connection.execute(statement)
    Shop(connection, rng, level).make()
