"""What planning knows about a pre-built bank: read once for each, so that a plan is worked out without a query."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.bank_ops.data import COOLING_DAYS, DISPUTE_DAYS
from trajgym.gym_envs.database import Row


@dataclass(slots=True)
class Account:
    """`left`: cents that may still go to payees today. `payments`: card payments; `single`: those at a shop of their
    own; `many`: shop of several."""

    id: str
    name: str
    cents: int
    left: int
    payments: list[Row] = field(default_factory=list)
    single: list[Row] = field(default_factory=list)
    many: str = ""


@dataclass(slots=True)
class Client:
    """A customer. `accounts` are the open ones; `twins` two payees of one name; `fresh` the payee still in cooling-off;
    `principals` those for whom the customer holds a power of attorney."""

    row: Row
    id: str
    accounts: list[Account] = field(default_factory=list)
    frozen: Account | None = None
    cards: list[Row] = field(default_factory=list)
    blocked: list[Row] = field(default_factory=list)
    payees: list[Row] = field(default_factory=list)
    twins: list[Row] = field(default_factory=list)
    fresh: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    principals: list[Client] = field(default_factory=list)


class Book:
    def __init__(self, state: Backend) -> None:
        settings = {row["id"]: row["value"] for row in state.rows("SELECT * FROM settings ORDER BY id")}
        self.today: str = settings["today"]
        self.step_up = 100 * int(settings["step_up"])
        """Cents above which a transfer to a payee takes the code."""
        self.disputable = (date.fromisoformat(self.today) - timedelta(days=DISPUTE_DAYS)).isoformat()
        """First day of the payments that can be disputed."""
        by_id = {row["id"]: Client(row, row["id"]) for row in state.rows("SELECT * FROM customers ORDER BY id")}
        self.clients = list(by_id.values())
        balances, sent = Counter[str](), Counter[str]()
        for row in state.rows(
            "SELECT account_id, SUM(cents) AS n FROM entries GROUP BY account_id ORDER BY account_id"
        ):
            balances[row["account_id"]] = row["n"]
        transfers = state.rows(
            "SELECT t.*, d.opened_on AS disputed_on FROM transfers t LEFT JOIN disputes d ON d.transfer_id = t.id "
            "ORDER BY t.id"
        )
        for row in transfers:
            if row["kind"] == "transfer" and row["booked_on"] == self.today:
                sent[row["from_id"]] += row["cents"]
        accounts: dict[str, Account] = {}
        for row in state.rows("SELECT * FROM accounts ORDER BY id"):
            id, owner = row["id"], by_id[row["customer_id"]]
            left = 100 * int(settings["daily"]) - sent[id]
            accounts[id] = Account(id, row["name"], balances[id], left)
            if row["status"] == "frozen":
                owner.frozen = accounts[id]
            else:
                owner.accounts.append(accounts[id])
        for row in transfers:
            if row["kind"] == "card":
                accounts[row["from_id"]].payments.append(row)
        for account in accounts.values():
            shops = Counter(row["counterparty"] for row in account.payments)
            account.single = [row for row in account.payments if shops[row["counterparty"]] == 1]
            account.many = next((shop for shop, count in sorted(shops.items()) if count > 1), "")
        usable = (date.fromisoformat(self.today) - timedelta(days=COOLING_DAYS)).isoformat()
        for row in state.rows("SELECT * FROM cards ORDER BY id"):
            owner = by_id[row["customer_id"]]
            (owner.cards if row["status"] == "active" else owner.blocked).append(row)
        for row in state.rows("SELECT * FROM payees ORDER BY id"):
            owner = by_id[row["customer_id"]]
            (owner.payees if row["added_on"] <= usable else owner.fresh).append(row)
        for row in state.rows("SELECT * FROM messages ORDER BY id"):
            by_id[row["customer_id"]].messages.append(row)
        for row in state.rows("SELECT * FROM powers ORDER BY id"):
            by_id[row["holder_id"]].principals.append(by_id[row["principal_id"]])
        for client in self.clients:
            names = Counter(row["name"] for row in client.payees)
            client.twins = [row for row in client.payees if names[row["name"]] > 1]
            client.payees = [row for row in client.payees if names[row["name"]] == 1]


def book(state: Backend) -> Book:
    """The book of the pre-built bank that `state` was leased from; `state` must be as it was built."""
    found: Book | None = state.facts.get("book")
    if found is None:
        found = state.facts["book"] = Book(state)
    return found
