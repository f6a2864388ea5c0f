"""Tables and rows of a bank, and the words they are made of.

Money is in whole cents. Nothing has a balance of its own: it is the sum of an account's entries, and the two entries of
every transfer sum to zero. The other side of a payment is the payee, the merchant or the bank itself.
"""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

from trajgym.seeding import Rng

DISPUTE_DAYS = 60
COOLING_DAYS = 3
STEP_UP = (400, 500, 600, 750, 1000)
"""Euros above which a transfer to a payee takes a code, for each level."""
DAILY = (2000, 2500, 3000, 3500, 4000)
"""Euros that may leave an account for payees on one day, for each level."""
CUSTOMERS = (3, 4, 6, 9, 14)

SCHEMA = """
CREATE TABLE settings (id TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE customers (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, passcode TEXT NOT NULL, word TEXT NOT NULL,
    step_up_code TEXT NOT NULL);
CREATE TABLE powers (id TEXT PRIMARY KEY, holder_id TEXT NOT NULL, principal_id TEXT NOT NULL);
CREATE INDEX powers_of ON powers (holder_id);
CREATE TABLE accounts (id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL);
CREATE INDEX accounts_of ON accounts (customer_id);
CREATE TABLE cards (id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, account_id TEXT NOT NULL, kind TEXT NOT NULL,
    last_four TEXT NOT NULL, status TEXT NOT NULL, blocked_on TEXT);
CREATE INDEX cards_of ON cards (customer_id);
CREATE TABLE payees (id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, name TEXT NOT NULL, bank TEXT NOT NULL,
    iban TEXT NOT NULL, added_on TEXT NOT NULL);
CREATE INDEX payees_of ON payees (customer_id);
CREATE TABLE transfers (id TEXT PRIMARY KEY, kind TEXT NOT NULL, booked_on TEXT NOT NULL, from_id TEXT NOT NULL,
    to_id TEXT NOT NULL, cents INTEGER NOT NULL, counterparty TEXT NOT NULL, reference TEXT NOT NULL, card_id TEXT);
CREATE INDEX transfers_from ON transfers (from_id, booked_on);
CREATE TABLE entries (id TEXT PRIMARY KEY, transfer_id TEXT NOT NULL, account_id TEXT NOT NULL, cents INTEGER NOT NULL);
CREATE INDEX entries_of ON entries (account_id);
CREATE TABLE disputes (id TEXT PRIMARY KEY, transfer_id TEXT NOT NULL UNIQUE, reason TEXT NOT NULL,
                       opened_on TEXT NOT NULL);
CREATE TABLE messages (id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, sender TEXT NOT NULL, subject TEXT NOT NULL,
    body TEXT NOT NULL, footer TEXT NOT NULL, asked TEXT NOT NULL, answer TEXT NOT NULL);
CREATE INDEX messages_of ON messages (customer_id);
CREATE TABLE requests (id TEXT PRIMARY KEY, kind TEXT NOT NULL, about TEXT NOT NULL, detail TEXT NOT NULL);
"""

FIRST = (
    "Ada Adrian Agnes Albin Alma Amina Andre Anja Arno Astrid Axel Basil Beate Bela Berta Bjorn Boris Britta Carlo "
    "Cecilia Cleo Conrad Cora Dagmar Damian Delia Dora Edgar Edwin Elisa Elmar Erika Ernst Esme Ewan Fabian Farida "
    "Ferdi Flora Frank Frieda Gerda Gilles Gina Gordon Grace Gustav Hanna Harald Hedda Henry Hilda Ilka Imran Inga "
    "Iris Jakob Jasper Jette Jolanda Kaspar Kilian Klara Knut Lasse Lea Leonie Levin Linus Lotte Ludwig Lydia Magda "
    "Malte Marek Mathis Merle Milo Moritz Nadine Nele Niklas Odette Olaf Oona Otis Pauline Per Phil Ragna Ralf Ramona "
    "Rolf Romy Sander Sybil Tamara Tessa Thekla Till Ulla Urs Valerie Vincent Walter Wilma Xenia Yannick Zita"
).split()
LAST = (
    "Ackermann Albers Amsel Arnold Asmus Bach Barkley Bartels Behrens Benson Bergman Bishop Blake Boll Borg Bosch "
    "Brand Brewer Busch Calder Carlson Claus Colbert Conti Craig Cramer Dalton Danner Decker Dietz Dorn Drake Ebert "
    "Eckert Elling Engel Faber Falk Farrell Feld Finke Forster Franke Freund Gable Gerber Giese Glaser Graf Greene "
    "Gruber Hagen Hahn Hardy Hartmann Heinz Henning Hobbs Holt Horn Huber Jacobs Jensen Jordan Kaiser Kemp Kern Kirsch "
    "Knight Koch Kraft Krause Kuhn Langer Lehmann Lind Lowe Maas Marsh Mason Merkel Metz Moser Nagel Nash Niemann "
    "Norris Oswald Palmer Pfeiffer Pohl Porter Raabe Reed Reuter Ritter Roth Sanders Sauer Schilling Seidel Sommer "
    "Spencer Stark Steffen Storm Thiel Trent Ulrich Vance Vogt Voss Warner Wells Wendt Winter Wolff Yates Zeller "
    "Ziegler"
).split()
_LEADS = (
    "Amber Blue Bright Cedar Copper Corner Crown Golden Green Harbour Hazel Iron Ivory Juniper Lucky Maple Marble "
    "Mellow Midnight Nordic North Oak Olive Orchard Paper Pearl Pepper Quiet Red River Rosy Royal Saffron Salty Silver "
    "Sunny Swift Tiny Upper Velvet Violet White Wild Willow"
).split()
_SHOPS = (
    "Anchor Arrow Barrel Basket Bell Bridge Candle Castle Clock Cloud Compass Fern Feather Fox Garden Gate Kettle Key "
    "Ladder Lamp Lantern Leaf Mill Mirror Moon Needle Owl Pebble Pencil Piano Pillow Plum Raven Rocket Sail Spoon "
    "Stone Swan Table Thimble Tower Wagon Wheel"
).split()
_TRADES = ("Books", "Cafe", "Cinema", "Cycles", "Electronics", "Fitness", "Foods", "Fuel", "Garage", "Hotel", "Music",
           "Pharmacy", "Shoes", "Sports", "Taxi", "Toys", "Travel", "Wines")  # fmt: skip
EXTRA_ACCOUNTS = ("joint account", "holiday account", "household account", "car account", "wedding account",
                  "business account", "rainy-day account", "garden account", "student account",
                  "music account")  # fmt: skip
BANKS = ("Alpenbank", "Baltica", "Banco Sol", "Bluecoast", "Brightwater", "Citadel", "Delta Trust", "Eastgate",
         "Fjordbank",
         "Granit", "Hansa", "Isar Bank", "Kredita", "Lakeside", "Merkur", "Nordlicht", "Oakfield", "Postbrook",
         "Quantia",
         "Riverside", "Solida", "Tallinna", "Unitas", "Vesta", "Westend")  # fmt: skip
WORDS = (
    "acorn almond amber anvil apricot badger bamboo beacon biscuit blossom bonfire bramble butter cactus candle canyon "
    "caravan cinnamon clover comet copper coral cricket daisy dolphin ember fiddle flint galaxy garlic ginger glacier "
    "hammock harbour hazelnut heron honey igloo jasmine kettle lagoon lantern lemon lighthouse magnet marble meadow "
    "mosaic nutmeg octopus orchid otter paddle pepper pigeon pumpkin quartz raccoon ribbon saddle saffron sapling "
    "saxophone sparrow thimble thunder tulip turnip velvet violin walnut whistle willow zebra"
).split()
_EMPLOYERS = ("Holm & Sons", "City Council", "Vantage Labs", "Northern Rail", "Ilmen Clinic", "Torrent Media")
_MESSAGES: tuple[tuple[str, str, str, str], ...] = (
    ("Card Services", "Your new card", "Your new card is on its way to you. It will arrive by {date}.", "date"),
    ("Fees", "Yearly account fee",
     "The yearly fee for your account is {amount} euros. It is charged at the end of the year.", "amount"),
    ("Loans", "Loan enquiry",
     "Thank you for your enquiry. Its reference is {ref}; please have it ready when you call.", "reference"),
    ("Branch Office", "Your appointment", "We look forward to meeting you at our branch on {date}.", "date"),
    ("Savings Team", "Interest paid", "We have credited interest of {amount} euros for the past quarter.", "amount"),
    ("Insurance Desk", "Travel insurance", "Your travel insurance through your card has the policy number {ref}.",
     "reference"),
    ("Tax Certificates", "Tax certificate", "Your tax certificate is ready under the document number {ref}.",
     "reference"),
    ("Digital Banking", "App update", "The old version of our app stops working on {date}. Please update it before.",
     "date"),
    ("Foreign Desk", "Incoming payment",
     "A payment of {amount} euros from abroad is being checked and will be booked soon.", "amount"),
    ("Archive", "Safe deposit box", "The rent of your safe deposit box runs until {date}.", "date"),
)  # fmt: skip
"""Sender, subject, body, and what can be asked about it."""


def today(level: int) -> date:
    """The day on which tasks of a level happen."""
    return date(2026, 4, 14) + timedelta(days=53 * level)


def name(rng: Rng) -> str:
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def iban(rng: Rng) -> str:
    """A bank account number whose check digits are right."""
    country, digits = rng.choice((("DE", 18), ("AT", 16), ("ES", 20), ("LT", 16), ("DK", 14)))
    body = "".join(str(rng.below(10)) for _ in range(digits))
    return f"{country}{98 - iban_rest(f'{country}00{body}'):02d}{body}"


def iban_rest(number: str) -> int:
    """1 for a right IBAN."""
    return int("".join(str(int(char, 36)) for char in number[4:] + number[:4])) % 97


def fill(connection: sqlite3.Connection, rng: Rng, level: int) -> None:
    """Make the tables and rows of one bank."""
    connection.executescript(SCHEMA)
    connection.execute("BEGIN")
    bank = _Bank(rng, level)
    bank.make()
    for table, rows in bank.rows.items():
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


class _Bank:
    """One bank while it is made. Every customer has what any request may be about; whose account is frozen, and who may
    act for whom, goes by turns."""

    def __init__(self, rng: Rng, level: int) -> None:
        self.rng, self.level, self.today = rng, level, today(level)
        self.rows: dict[str, list[tuple[Any, ...]]] = {}
        self.taken: set[str] = set()

    def put(self, table: str, *row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def id(self, prefix: str, digits: int) -> str:
        while True:
            found = f"{prefix}-{10 ** (digits - 1) + self.rng.below(9 * 10 ** (digits - 1))}"
            if found not in self.taken:
                self.taken.add(found)
                return found

    def unused(self, draw: Any) -> str:
        """A drawn word or name that was not drawn before."""
        while True:
            found = str(draw(self.rng))
            if found not in self.taken:
                self.taken.add(found)
                return found

    def day(self, ago: int) -> str:
        return (self.today - timedelta(days=ago)).isoformat()

    def book(
        self, kind: str, ago: int, source: str, target: str, cents: int, other: str, card: str | None = None
    ) -> str:
        id = self.id("TX", 7)
        reference = (
            "" if kind != "transfer" else self.rng.choice(("rent", "thanks", "gift", "invoice", "shared dinner"))
        )
        self.put("transfers", id, kind, self.day(ago), source, target, cents, other, reference, card)
        self.put("entries", f"{id}/1", id, source, -cents)
        self.put("entries", f"{id}/2", id, target, cents)
        return id

    def make(self) -> None:
        for key, value in (
            ("today", self.today.isoformat()),
            ("step_up", STEP_UP[self.level]),
            ("daily", DAILY[self.level]),
        ):
            self.put("settings", key, str(value))
        ids = [self.id("C", 5) for _ in range(CUSTOMERS[self.level])]
        for number, id in enumerate(ids):
            rng = self.rng
            codes = [str(100_000 + rng.below(900_000)) for _ in range(2)]
            self.put("customers", id, self.unused(name), codes[0], rng.choice(WORDS), codes[1])
            if number % 2:
                self.put("powers", self.id("POA", 4), id, ids[number - 1])
            self.make_customer(id, frozen=number % 2 == 0)

    def make_customer(self, customer: str, frozen: bool) -> None:
        rng = self.rng
        labels = ["current account", "savings account", *rng.sample(EXTRA_ACCOUNTS, (3, 3, 3, 4, 5)[self.level])]
        accounts = []
        for number, label in enumerate(labels):
            is_frozen = frozen and number == len(labels) - 1
            accounts.append(self.id("ACC", 6))
            self.put("accounts", accounts[-1], customer, label, "frozen" if is_frozen else "open")
            euros = rng.between(6000, 19000) if number == 1 else rng.between(3500, 8900)
            self.book("opening", 400, "BANK", accounts[-1], 100 * euros + rng.below(100), "opening balance")
        payees = self.make_payees(customer)
        for source in accounts[:2]:
            if rng.chance(0.5):
                payee = rng.choice(payees)
                self.book("transfer", 0, source, payee[0], 100 * rng.between(5, 60) * 5, payee[1])
        for ago in (12, 42):
            self.book("salary", ago, "BANK", accounts[0], 100 * rng.between(1900, 4200), rng.choice(_EMPLOYERS))
        for account in (accounts[0], accounts[2]):
            cards = [self.make_card(customer, account, kind) for kind in ("debit", "credit")]
            self.make_payments(account, cards)
        self.make_card(customer, accounts[0], "debit", blocked=True)
        for sender, subject, body, asked in rng.sample(_MESSAGES, (3, 3, 4, 5, 6)[self.level]):
            value = {
                "date": self.day(-rng.between(3, 60)),
                "amount": f"{rng.between(11, 480)}.{rng.between(10, 99)}",
                "reference": self.id("REF", 6),
            }[asked]
            text = body.replace("{date}", value).replace("{amount}", value).replace("{ref}", value)
            self.put("messages", self.id("MSG", 5), customer, sender, subject, text, "", asked, value)

    def make_payees(self, customer: str) -> list[tuple[str, str]]:
        """Some payees, two of one name at different banks, and one that is new."""
        rng = self.rng
        names = [self.unused(name) for _ in range((4, 4, 5, 6, 8)[self.level])]
        banks = rng.sample(BANKS, len(names) + 2)
        found = []
        for number, called in enumerate([*names, names[0], self.unused(name)]):
            ago = rng.between(0, COOLING_DAYS - 1) if number == len(names) + 1 else rng.between(20, 700)
            found.append((self.id("PAY", 5), called))
            self.put("payees", found[-1][0], customer, called, banks[number], iban(rng), self.day(ago))
        return found[:-1]

    def make_card(self, customer: str, account: str, kind: str, blocked: bool = False) -> str:
        id = self.id("CARD", 5)
        status, on = ("blocked", self.day(self.rng.between(2, 40))) if blocked else ("active", None)
        four = self.unused(lambda rng: 1000 + rng.below(9000))
        self.put("cards", id, customer, account, kind, four, status, on)
        return id

    def make_payments(self, account: str, cards: list[str]) -> None:
        """Card payments, each on a day of its own: three at one shop, others at one shop each; two are too old to be
        disputed and one is disputed already."""
        rng = self.rng
        shops = [self.unused(_shop) for _ in range(7 + self.level)]
        recent = rng.sample(range(2, DISPUTE_DAYS - 1), len(shops))
        old = rng.sample(range(DISPUTE_DAYS + 2, 150), 2)
        agos = [*old, *recent]
        for number, shop in enumerate([*shops, shops[-1], shops[-1]]):
            cents = rng.between(800, 19_900)
            id = self.book("card", agos[number], account, "MERCHANTS", cents, shop, rng.choice(cards))
            if number == 2:
                opened = self.day(rng.between(1, agos[2] - 1) if agos[2] > 2 else 1)
                self.put("disputes", self.id("D", 6), id, "fraud", opened)


def _shop(rng: Rng) -> str:
    return f"{rng.choice(_LEADS)} {rng.choice(_SHOPS)} {rng.choice(_TRADES)}"
