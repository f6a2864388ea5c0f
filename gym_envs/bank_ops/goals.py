"""What customers want done: one function for each kind of goal, worked out answer first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from trajgym.gym_envs.bank_ops.book import Account
from trajgym.gym_envs.bank_ops.builder import Builder, ago
from trajgym.gym_envs.bank_ops.data import COOLING_DAYS, iban, name
from trajgym.gym_envs.bank_ops.tools import decision, replacement
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.plan import Step, Tell

BALANCE_SAYS = (
    "The balance of the {x} is {value} euros",
    "There are {value} euros on the {x}",
    "The {x} stands at {value} euros",
)
NEW_BALANCE_SAYS = (
    "The new balance of your {x} is {value} euros",
    "That leaves {value} euros on your {x}",
    "Your {x} now stands at {value} euros",
)
PAID_SAYS = ("The amount is {value} euros", "You paid {value} euros there", "It comes to {value} euros")
SHOP_SAYS = ("This is about {value}", "The shop is {value}", "The payment was at {value}")
DAY_SAYS = ("The payment is from {value}", "The day is {value}", "That was on {value}")
DECIDED_SAYS = ("The dispute about {x} is decided by {value}", "The decision about {x} comes by {value}")
ARRIVES_SAYS = (
    "A new card for the one ending in {x} arrives by {value}",
    "The replacement of {x} reaches you by {value}",
)
USABLE_SAYS = (
    "It can be paid from {value} on",
    "The first transfer is possible on {value}",
    "You can send money there from {value}",
)
READ_SAYS = {
    "date": ("It says {value}", "The date in it is {value}", "According to the message it is {value}"),
    "amount": (
        "It names {value} euros",
        "The amount in it is {value} euros",
        "According to the message it is {value} euros",
    ),
    "reference": ("The number is {value}", "It gives the number {value}", "According to the message it is {value}"),
}
REASONS = {
    "fraud": "that was not me, it is fraud",
    "not_received": "the goods never came",
    "duplicate": "they charged me twice",
    "wrong_amount": "the amount is wrong",
}
"""Reason -> how it is said."""


def about(says: tuple[str, ...], what: str) -> tuple[str, ...]:
    """The sentences with what they are about."""
    return tuple(text.replace("{x}", what) for text in says)


def balance(b: Builder) -> None:
    account: Account = b.pick(b.client.accounts)
    _balance(b, account, "balance")


def person(b: Builder) -> None:
    """The balance of someone for whom the customer holds a power of attorney."""
    principal = b.client.principals[0]
    slot = b.fact("person", principal.row["name"])
    _balance(b, b.pick(principal.accounts), "person", person=slot)


def _balance(b: Builder, account: Account, kind: str, **more: str) -> None:
    slot = b.fact("held" if more else "account", account.name)
    look = b.look("get_balance", "account_id", account.id, (*more.values(), slot))
    value = account.cents / 100
    b.plan.tells.append(
        b.tell("balance", value, "number", about(BALANCE_SAYS, account.name), look, wrong=round(value + 100.5, 2))
    )
    b.goal(kind, **more, account=slot)


def spent(b: Builder) -> None:
    """A question about card payments: at a shop, in total, or on a day."""
    account: Account = b.rng.choice([account for account in b.client.accounts if account.single])
    slot = b.fact("paid_from", account.name)
    look = b.look("list_transactions", "account_id", account.id, (slot,))
    if b.ambiguity == "relative_time" and not b.plan.goals:
        row = b.pick(account.single)
        cents, kind, named = row["cents"], "day", "when"
        slot_named = b.fact("asked_when", row["booked_on"], ago(row["booked_on"], b.book.today))
        b.plan.tells.append(b.tell("when", row["booked_on"], "date", DAY_SAYS, look))
    else:
        several = account.many not in b.used and b.task.level > 1 and b.rng.chance(0.5)
        shop = account.many if several else b.pick(account.single)["counterparty"]
        b.used.add(shop)
        cents = sum(row["cents"] for row in account.payments if row["counterparty"] == shop)
        kind, named, slot_named = "sum" if several else "shop", "shop", b.fact("asked_shop", shop)
        b.plan.tells.append(b.tell("shop", shop, "name", SHOP_SAYS, look))
    b.plan.tells.append(b.tell("paid", cents / 100, "number", PAID_SAYS, look, wrong=round(cents / 100 + 7.5, 2)))
    b.goal(kind, **{named: slot_named, "account": slot})


def own(b: Builder) -> None:
    """A transfer between two accounts of the customer."""
    source: Account = b.pick(b.client.accounts)
    target: Account = b.pick(b.client.accounts)
    slots = (b.fact("from_own", source.name), b.fact("into", target.name))
    look = b.look("get_balance", "account_id", source.id, slots[:1])
    _transfer(
        b, "own", source, target.id, f"your {target.name} ({target.id})", slots, (look,), (20, source.cents // 300), ""
    )


def pay(b: Builder) -> None:
    """A transfer to a payee; a large one takes the step-up code, which is told when asked for."""
    source: Account = b.pick([account for account in b.client.accounts if account.left > 150_000 < account.cents])
    two = b.ambiguity == "two_entities" and not b.plan.goals
    payee: Row = b.pick(b.client.twins if two else b.client.payees)
    slots = (b.fact("payer", source.name), b.fact("payee", payee["name"]))
    hidden = (b.fact("bank", payee["bank"]),) if two else ()
    look = b.look("get_balance", "account_id", source.id, slots[:1])
    payees = b.look("list_payees", "customer_id", b.client.id)
    limit, code = b.book.step_up // 100, ""
    span = (20, limit)
    if b.rng.chance((0.0, 0.3, 0.5, 0.7, 0.8)[b.task.level]):
        code = b.client.row["step_up_code"]
        hidden = (*hidden, b.fact("code", code))
        b.plan.secrets = (*b.plan.secrets, code)
        span = (limit + 10, min(source.left, source.cents) // 100 - 1)
    said = f"{payee['name']} at {payee['bank']} ({payee['id']})"
    _transfer(b, "pay", source, payee["id"], said, slots, (look, payees), span, code, hidden)


def _transfer(b: Builder, kind: str, source: Account, to: str, said: str, slots: tuple[str, ...], needs: tuple[str,
                                                                                                               ...],
              span: tuple[int, int], code: str, hidden: tuple[str, ...] = ()) -> None:  # fmt: skip
    cents, spoken = b.amount(*span)
    spec = "moved" if kind == "own" else "sent"
    amount = b.fact(spec, cents / 100, spoken)

    def make(cents: int, mark: str = "") -> tuple[Step, Tell]:
        args = {"from_account": source.id, "to": to, "amount": cents / 100, **({"step_up_code": code} if code else {})}
        what = f"{cents / 100:.2f} euros from your {source.name} ({source.id}) to {said}"
        step = b.write(
            mark, "transfer", args, needs, (*slots, amount, *hidden), f"transfer {what}", f"{what} are transferred"
        )
        left = (source.cents - cents) / 100
        return step, b.tell(
            f"left{mark}", left, "number", about(NEW_BALANCE_SAYS, source.name), step.name, wrong=source.cents / 100
        )

    step, left = make(cents)
    b.plan.steps.append(step)
    b.plan.tells.append(left)
    other = cents
    while other == cents:
        other, spoken = b.amount(*span)
    b.plan.look_alikes[str(cents / 100)] = [other / 100]
    if b.bends:
        again, then = make(other, "#1")
        b.alternative(spec, amount, other / 100, spoken, step, again, {left.name: then})
    b.goal(kind, amount=amount, source=slots[0], **{"target" if kind == "own" else "payee": slots[1]})


def card_name(card: Row) -> str:
    return f"the {card['kind']} card ending in {card['last_four']}"


def freeze(b: Builder) -> None:
    card: Row = b.pick(b.client.cards)
    slot = b.fact("card", card["last_four"], card_name(card))

    def make(card: Row, mark: str = "") -> tuple[Step, Tell]:
        what = f"{card_name(card)} ({card['id']})"
        step = b.write(
            mark, "freeze_card", {"card_id": card["id"]}, (), (slot,), f"block {what} for good", f"{what} is blocked"
        )
        by = replacement(card, b.book.today)
        return step, b.tell(
            f"new{mark}", by, "date", about(ARRIVES_SAYS, card["last_four"]), step.name, wrong=shift(by, 7)
        )

    step, by = make(card)
    b.plan.steps.append(step)
    b.plan.tells.append(by)
    if b.bends:
        other = b.pick(b.client.cards)
        again, then = make(other, "#1")
        b.alternative("card", slot, other["last_four"], card_name(other), step, again, {by.name: then})
    b.goal("freeze", card=slot)


def dispute(b: Builder) -> None:
    accounts = [account for account in b.client.accounts if account.single]
    account: Account = b.rng.choice(accounts)
    rows = [r for r in account.single if not r["disputed_on"] and r["booked_on"] >= b.book.disputable]
    row = b.pick(rows)
    timed = b.ambiguity == "relative_time" and not b.plan.goals
    named = (
        b.fact("when", row["booked_on"], ago(row["booked_on"], b.book.today))
        if timed
        else b.fact("shop", row["counterparty"])
    )
    (reason, words), (other, other_words) = b.rng.sample(tuple(REASONS.items()), 2)
    source, why = b.fact("charged", account.name), b.fact("reason", reason, words)
    look = b.look("list_transactions", "account_id", account.id, (source,))

    def make(reason: str, mark: str = "") -> tuple[Step, Tell]:
        what = f"the payment {row['id']} at {row['counterparty']} ({reason.replace('_', ' ')})"
        args = {"transaction_id": row["id"], "reason": reason}
        step = b.write(mark, "dispute", args, (look,), (source, named, why), f"dispute {what}", f"{what} is disputed")
        by = decision(row, b.book.today)
        return step, b.tell(
            f"by{mark}", by, "date", about(DECIDED_SAYS, row["counterparty"]), step.name, wrong=shift(by, 10)
        )

    step, by = make(reason)
    b.plan.steps.append(step)
    b.plan.tells.append(by)
    if b.bends:
        again, then = make(other, "#1")
        b.alternative("reason", why, other, other_words, step, again, {by.name: then}, mend=True)
    b.goal("dispute_day" if timed else "dispute", source=source, reason=why, **{"when" if timed else "shop": named})


def payee(b: Builder) -> None:
    called = name(b.rng)
    while any(row["name"] == called for row in (*b.client.payees, *b.client.twins, *b.client.fresh)):
        called = name(b.rng)
    numbers = (iban(b.rng), iban(b.rng))
    slots = (b.fact("name", called), b.fact("iban", numbers[0], _spaced(b, numbers[0])))
    usable = shift(b.book.today, COOLING_DAYS)

    def make(number: str, mark: str = "") -> tuple[Step, Tell]:
        args = {"customer_id": b.client.id, "name": called, "iban": number}
        step = b.write(mark, "add_payee", args, (), slots, f"add {called} with the IBAN {number} as a payee",
                       f"{called} with the IBAN {number} is a payee of yours")  # fmt: skip
        return step, b.tell(f"from{mark}", usable, "date", USABLE_SAYS, step.name, wrong=shift(usable, -2))

    step, since = make(numbers[0])
    b.plan.steps.append(step)
    b.plan.tells.append(since)
    b.plan.look_alikes[numbers[0]] = [numbers[1]]
    if b.bends:
        again, then = make(numbers[1], "#1")
        b.alternative("iban", slots[1], numbers[1], _spaced(b, numbers[1]), step, again, {since.name: then}, mend=True)
    b.goal("payee", name=slots[0], iban=slots[1])


def _spaced(b: Builder, number: str) -> str:
    """In groups of four, as it is printed on cards."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4)) if b.ambiguity == "unit_or_format" else number


def inbox(b: Builder) -> None:
    row: Row = b.pick(b.client.messages)
    slot = b.fact("subject", row["subject"])
    look = b.look("read_message", "message_id", row["id"], (slot,))
    asked, text = row["asked"], row["answer"]
    value: str | float = text
    kind, wrong = "id", f"{text[:-1]}{(int(text[-1]) + 1) % 10}"
    if asked == "date":
        kind, wrong = "date", shift(text, 7)
    elif asked == "amount":
        value, kind, wrong = float(text), "number", f"{float(text) + 10.5:.2f}"
    b.plan.tells.append(b.tell("answer", value, kind, READ_SAYS[asked], look, wrong=wrong))
    b.goal(asked, subject=slot)


def shift(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


GOALS: dict[str, Callable[[Builder], None]] = {
    "balance": balance, "person": person, "spent": spent, "own": own, "pay": pay, "freeze": freeze, "dispute": dispute,
    "payee": payee, "inbox": inbox,
}  # fmt: skip
