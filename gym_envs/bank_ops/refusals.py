"""What cannot be done: because a clause rules it out, because of how things stand, or because no tool does it."""

from __future__ import annotations

from collections.abc import Callable

from trajgym.gym_envs.bank_ops import goals
from trajgym.gym_envs.bank_ops.book import Account, Book, Client
from trajgym.gym_envs.bank_ops.builder import Builder
from trajgym.gym_envs.bank_ops.data import COOLING_DAYS, iban, name
from trajgym.gym_envs.bank_ops.sayings import TOPICS
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.plan import Ending, Plan, Step
from trajgym.seeding import Rng

CLAUSE_SAYS = (
    "Clause {value} of our policy rules it out",
    "Our policy, clause {value}, does not allow it",
    "I have to keep to {value}",
)
REFUSED = Ending("refused", ("I'm sorry, I cannot do that", "So I can't do this for you",
                             "That is not possible, I'm afraid",
                             "For that reason I have to decline"))  # fmt: skip
IMPOSSIBLE = Ending("infeasible", ("So this cannot be done, I'm sorry",
                                   "I'm afraid that is not possible as things stand",
                                   "Therefore I can't do it"))  # fmt: skip
PAYEE_SAYS = ("You want to pay {value}", "It is about {value}", "The payee is {value}")
WANTED_SAYS = ("You asked for {value} euros", "{value} euros is what you want to send", "It was to be {value} euros")


def suits(client: Client, kind: str) -> bool:
    """Can a request of this kind be about the customer?"""
    return kind != "frozen" or client.frozen is not None


Asked = tuple[str, str, str, dict[str, str]]
"""The tool that is ruled out, the look-up that shows why, and the goal with its slots."""


def refuse(b: Builder, kind: str) -> Plan:
    """A request that clause `kind` rules out."""
    tool, look, wish, slots = _REFUSED[kind](b)
    b.plan.tells.append(b.tell("clause", kind, "clause", CLAUSE_SAYS, look))
    b.plan.forbidden = [(tool, kind)]
    b.plan.endings[0] = Ending(REFUSED.kind, REFUSED.says, clause=kind)
    b.goal(wish, **slots)
    return b.plan


def _someone_else(b: Builder) -> Asked:
    """The account of somebody who has given the customer no power of attorney."""
    others = [c for c in b.book.clients if c is not b.client and c not in b.client.principals]
    owner = b.rng.choice(others)
    slots = {
        "person": b.fact("person", owner.row["name"]),
        "account": b.fact("held", b.rng.choice(owner.accounts).name),
    }
    says = (
        "You have no power of attorney for {value}",
        "Nothing lets you see the account of {value}",
        "I find no power for {value}",
    )
    b.plan.tells.append(b.tell("person", owner.row["name"], "name", says, "who"))
    return "get_balance", "who", "person", slots


def _payment(b: Builder, account: Account, payee: Row, cents: int) -> dict[str, str]:
    """The wish to pay somebody; returns its slots."""
    words = f"{cents / 100:.2f} euros" if cents % 100 else f"{cents // 100} euros"
    b.plan.tells.append(b.tell("wanted", cents / 100, "number", WANTED_SAYS, "who"))
    b.plan.tells.append(b.tell("payee", payee["name"], "name", PAYEE_SAYS, "who"))
    return {
        "amount": b.fact("sent", cents / 100, words), "source": b.fact("payer", account.name),
        "payee": b.fact("payee", payee["name"]),
    }  # fmt: skip


def _over_daily(b: Builder) -> Asked:
    account: Account = b.rng.choice([a for a in b.client.accounts if a.cents > a.left + 20_000])
    payee = b.rng.choice(b.client.payees)
    slots = _payment(b, account, payee, 100 * b.rng.between(account.left // 100 + 10, account.cents // 100 - 1))
    look = b.look("get_balance", "account_id", account.id, (slots["source"],))
    _may_look(b, "list_payees", "customer_id", b.client.id)
    says = (
        "Only {value} euros may still go out today",
        "There are {value} euros left of today's limit",
        "Today's limit leaves {value} euros",
    )
    b.plan.tells.append(b.tell("left", account.left / 100, "number", says, look))
    return "transfer", look, "pay", slots


def _cooling(b: Builder) -> Asked:
    account: Account = b.rng.choice(b.client.accounts)
    payee = b.client.fresh[0]
    slots = _payment(b, account, payee, 1000 * b.rng.between(2, 20))
    look = b.look("list_payees", "customer_id", b.client.id)
    _may_look(b, "get_balance", "account_id", account.id)
    usable = goals.shift(payee["added_on"], COOLING_DAYS)
    b.plan.tells.append(b.tell("usable", usable, "date", goals.USABLE_SAYS, look))
    return "transfer", look, "pay", slots


def _too_old(b: Builder) -> Asked:
    look, slots = _objection(b, old=True)
    return "dispute", look, "dispute", slots


def _may_look(b: Builder, tool: str, argument: str, id: str) -> None:
    """A look-up that is no mistake, but not needed either."""
    b.plan.steps.append(Step(f"{tool}_too", tool, {argument: id}, ("who",), required=False))


def _objection(b: Builder, old: bool) -> tuple[str, dict[str, str]]:
    """The wish to dispute a payment that is too old, or disputed already; returns the look-up that shows it, and the
    slots."""
    account: Account = b.rng.choice([account for account in b.client.accounts if account.single])
    late = b.book.disputable
    row = b.rng.choice([r for r in account.single if (r["booked_on"] < late if old else r["disputed_on"])])
    source, shop = b.fact("charged", account.name), b.fact("shop", row["counterparty"])
    reason, words = b.rng.choice(tuple(goals.REASONS.items()))
    look = b.look("list_transactions", "account_id", account.id, (source,))
    says = (
        "It has been disputed since {value}",
        "There is a dispute about it, from {value}",
        "It is under dispute since {value}",
    )
    b.plan.tells.append(b.tell("shop", row["counterparty"], "name", goals.SHOP_SAYS, look))
    day = row["booked_on"] if old else row["disputed_on"]
    b.plan.tells.append(b.tell("day", day, "date", goals.DAY_SAYS if old else says, look))
    return look, {"source": source, "shop": shop, "reason": b.fact("reason", reason, words)}


def _impostor(b: Builder) -> Asked:
    """Number and secret belong to two customers: nobody is identified, whatever is wanted."""
    wants = _MISSING[b.rng.choice(("transfer", "freeze_card", "add_payee"))]
    wish, _, slots = wants(b)
    says = ("I could not verify {value}", "The secret does not go with {value}", "{value} stays unidentified")
    b.plan.tells.append(b.tell("number", b.client.id, "id", says, "who"))
    b.plan.steps = [step for step in b.plan.steps if step.group == "who"]
    return "transfer", "who", wish, slots


_REFUSED: dict[str, Callable[[Builder], Asked]] = {
    "P1": _impostor,
    "P2": _someone_else,
    "P5": _over_daily,
    "P6": _cooling,
    "P7": _too_old,
}
UNENTITLED = {"third_party": ("P2",), "wrong_id_claim": ("P1",)}
"""The clauses by which users are refused who have no right to what they ask for."""
REFUSABLE = tuple(clause for clause in _REFUSED if (clause,) not in UNENTITLED.values())


def impossible(b: Builder, kind: str) -> Plan:
    """A request that the state of things rules out: the look-up shows it."""
    b.plan.endings[0] = IMPOSSIBLE
    if kind == "disputed":
        b.goal("dispute", **_objection(b, old=False)[1])
    elif kind == "blocked":
        card = b.rng.choice(b.client.blocked)
        slot = b.fact("card", card["last_four"], goals.card_name(card))
        says = ("It has been blocked since {value}", "It was blocked on {value}", "The card is blocked, since {value}")
        b.plan.tells.append(
            b.tell(
                "card",
                card["last_four"],
                "id",
                ("This is the card ending in {value}", "The card ends in {value}"),
                "who",
            )
        )
        b.plan.tells.append(b.tell("day", card["blocked_on"], "date", says, "who"))
        b.goal("freeze", card=slot)
    else:
        source, target = b.rng.sample(b.client.accounts, 2)
        cents = 100 * (source.cents // 100 + b.rng.between(50, 2500))
        slots = {"source": b.fact("from_own", source.name), "target": b.fact("into", target.name)}
        amount = b.fact("moved", cents / 100, f"{cents // 100} euros")
        look = b.look("get_balance", "account_id", source.id, (slots["source"],))
        says = (
            "There are only {value} euros on the account",
            "The balance is {value} euros",
            "It holds {value} euros and no more",
        )
        b.plan.tells.append(b.tell("wanted", cents / 100, "number", WANTED_SAYS, look))
        b.plan.tells.append(b.tell("balance", source.cents / 100, "number", says, look))
        b.goal("own", amount=amount, **slots)
    return b.plan


IMPOSSIBLE_KINDS = ("money", "blocked", "disputed")

SUMMARIES = {
    "human": "Customer {c} needs help that my tools do not cover: {x}.",
    "fraud": "Please take over from here, customer {c}: {x}.",
    "credit": "Customer {c} would like to talk about credit: {x}.",
}


def hand_off(
    b: Builder, to: str, about: str, *mentions: str, needs: tuple[str, ...] = ("who",), slots: tuple[str, ...] = ()
) -> Step:
    summary = SUMMARIES[to].format(c=b.client.id, x=about)
    return Step("hand_off", "hand_off", {"to": to, "summary": summary}, needs, slots, b.plan.goals[0].name,
                mentions=(b.client.id, *mentions), phrase="hand over to a colleague")  # fmt: skip


def pass_on(b: Builder, kind: str) -> Plan:
    """What belongs to another desk."""
    if kind == "frozen":
        account = b.client.frozen
        assert account is not None
        slot = b.fact("account", account.name)
        look = b.look("get_balance", "account_id", account.id, (slot,))
        b.goal("balance", account=slot)
        step = hand_off(b, "fraud", f"account {account.id} is frozen", account.id, needs=("who", look))
    elif kind == "leak":
        b.goal("leak")
        step = hand_off(b, "fraud", "a secret was given away")
    else:
        b.goal("loan")
        step = hand_off(b, "credit", "a loan or a higher limit")
    b.plan.steps.append(step)
    b.plan.endings[0] = Ending("handed_off", (), step="hand_off")
    return b.plan


PASSED_ON = ("frozen", "leak", "loan")


def missing_tool(b: Builder, tool: str) -> Plan:
    """A wish whose tool is not there: it goes to a colleague, with what it is about. Looking further is allowed."""
    kind, about, slots = _MISSING[tool](b)
    b.goal(kind, **slots)
    b.plan.steps.append(hand_off(b, "human", f"{TOPICS[kind]} ({about})", about, slots=tuple(slots.values())))
    b.plan.endings[0] = Ending("handed_off", (), step="hand_off")
    return b.plan


Wish = tuple[str, str, dict[str, str]]
"""A kind of goal, the id it is about, and its slots."""


def _wants_freeze(b: Builder) -> Wish:
    card = b.rng.choice(b.client.cards)
    return "freeze", card["id"], {"card": b.fact("card", card["last_four"], goals.card_name(card))}


def _wants_payee(b: Builder) -> Wish:
    number = iban(b.rng)
    _may_look(b, "list_payees", "customer_id", b.client.id)
    return "payee", number, {"name": b.fact("name", name(b.rng)), "iban": b.fact("iban", number)}


def _wants_dispute(b: Builder) -> Wish:
    account: Account = b.rng.choice([account for account in b.client.accounts if account.single])
    row = b.rng.choice([r for r in account.single if not r["disputed_on"] and r["booked_on"] >= b.book.disputable])
    _may_look(b, "list_transactions", "account_id", account.id)
    slots = {"source": b.fact("charged", account.name), "shop": b.fact("shop", row["counterparty"])}
    return "dispute", account.id, slots


def _wants_transfer(b: Builder) -> Wish:
    source, target = b.rng.sample(b.client.accounts, 2)
    euros = b.rng.between(20, source.cents // 300)
    _may_look(b, "get_balance", "account_id", source.id)
    slots = {"source": b.fact("from_own", source.name), "target": b.fact("into", target.name)}
    return "own", source.id, {**slots, "amount": b.fact("moved", float(euros), f"{euros} euros")}


_MISSING: dict[str, Callable[[Builder], Wish]] = {
    "transfer": _wants_transfer,
    "freeze_card": _wants_freeze,
    "dispute": _wants_dispute,
    "add_payee": _wants_payee,
}
MISSING = tuple(_MISSING)
"""Tools that can be taken away."""


def choose_client(book: Book, rng: Rng, kind: str = "") -> Client:
    return rng.choice([client for client in book.clients if suits(client, kind)])
