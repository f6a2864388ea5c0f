"""bank_ops: the ledger adds up, and the tools keep the limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.bank_ops import WORLD
from trajgym.gym_envs.bank_ops.book import Client, book
from trajgym.gym_envs.bank_ops.builder import spelled
from trajgym.gym_envs.bank_ops.data import COOLING_DAYS, STEP_UP, iban, iban_rest
from trajgym.gym_envs.failure import ToolFailure
from trajgym.seeding import Rng
from trajgym.task import LEVELS, Task

LEVEL = 2


def recipe(level: int = LEVEL) -> Task:
    return Task("bank_ops", 1, 0, 0, level, "act")


@pytest.fixture
def state() -> Iterator[Backend]:
    leased = WORLD.build(recipe())
    yield leased
    leased.close()


def run(state: Backend, tool: str, **args: Any) -> Any:
    assert not WORLD.tool_map[tool].complaint(args), WORLD.tool_map[tool].complaint(args)
    return WORLD.tool_map[tool].run(state, args)


def refused(state: Backend, code: str, text: str, tool: str, **args: Any) -> None:
    with pytest.raises(ToolFailure, match=text) as failure:
        run(state, tool, **args)
    assert failure.value.code == code
    assert not state.written


def ledger_is_sound(state: Backend) -> None:
    uneven = state.rows(
        "SELECT transfer_id FROM entries GROUP BY transfer_id HAVING SUM(cents) != 0 OR COUNT(*) != 2 "
        "ORDER BY transfer_id"
    )
    assert not uneven
    wrong = state.rows(
        "SELECT t.id FROM transfers t JOIN entries e ON e.transfer_id = t.id "
        "WHERE e.cents != CASE e.account_id WHEN t.from_id THEN -t.cents WHEN t.to_id THEN t.cents END ORDER BY t.id"
    )
    assert not wrong
    below = state.rows(
        "SELECT a.id FROM accounts a JOIN entries e ON e.account_id = a.id GROUP BY a.id "
        "HAVING SUM(e.cents) < 0 ORDER BY a.id"
    )
    assert not below


def client_of(state: Backend, number: int = 1) -> Client:
    """Customer 1 has no frozen account, and a power of attorney for customer 0."""
    holders = sorted(book(state).clients, key=lambda client: (client.frozen is not None, client.id))
    return holders[0] if number else holders[-1]


# ---- ledger and tools


@pytest.mark.parametrize("level", LEVELS)
def test_every_transfer_is_two_entries_that_sum_to_zero(level: int) -> None:
    leased = WORLD.build(recipe(level))
    ledger_is_sound(leased)
    client = client_of(leased)
    source, target = client.accounts[:2]
    paid = run(leased, "transfer", from_account=source.id, to=target.id, amount=12.34)
    assert (
        paid["new_balance"]
        == run(leased, "get_balance", account_id=source.id)["balance"]
        == (source.cents - 1234) / 100
    )
    assert run(leased, "get_balance", account_id=target.id)["balance"] == (target.cents + 1234) / 100
    payee = client.payees[0]
    run(leased, "transfer", from_account=target.id, to=payee["id"], amount=20, reference="thanks")
    ledger_is_sound(leased)
    assert len(leased.changes()) == 6
    leased.update("entries", f"{paid['transaction_id']}/1", cents=-1233)
    with pytest.raises(AssertionError):
        ledger_is_sound(leased)
    leased.close()


def test_a_customer_is_known_by_either_secret(state: Backend) -> None:
    client = client_of(state)
    for method, secret in (("passcode", client.row["passcode"]), ("security_word", client.row["word"].upper())):
        seen = run(state, "verify_customer", customer_id=client.id, method=method, value=secret)
        assert {a["account_id"] for a in seen["accounts"]} == {a.id for a in client.accounts}
        assert {m["message_id"] for m in seen["inbox"]} == {m["id"] for m in client.messages}
        assert [p["customer_id"] for p in seen["powers_of_attorney"]] == [p.id for p in client.principals]
        assert "passcode" not in seen and client.row["step_up_code"] not in str(seen)
    refused(state, "not_verified", "belong", "verify_customer", customer_id=client.id, method="passcode", value="1")
    refused(state, "not_verified", "belong", "verify_customer", customer_id="C-00000", method="passcode", value="1")


def test_transfers_keep_the_step_up_limit(state: Backend) -> None:
    client, limit = client_of(state), STEP_UP[LEVEL]
    source = next(a for a in client.accounts if a.left > 100_000)
    pay = {"from_account": source.id, "to": client.payees[0]["id"], "amount": limit + 0.01}
    refused(state, "step_up_required", "step-up", "transfer", **pay)
    refused(state, "not_allowed", "code is wrong", "transfer", **pay, step_up_code="000000")
    assert run(state, "transfer", **pay, step_up_code=client.row["step_up_code"])["amount"] == limit + 0.01
    run(state, "transfer", **{**pay, "amount": limit})
    with pytest.raises(ToolFailure, match="already"):
        run(state, "transfer", **{**pay, "amount": limit})


def test_transfers_keep_daily_limit_cooling_off_and_balance(state: Backend) -> None:
    client = client_of(state)
    source = max(client.accounts, key=lambda a: a.cents)
    payee, code = client.payees[0]["id"], client.row["step_up_code"]
    over = {"from_account": source.id, "to": payee, "amount": source.left / 100 + 1, "step_up_code": code}
    refused(state, "not_allowed", f"Only {source.left / 100:.2f}", "transfer", **over)
    fresh = client.fresh[0]
    first = (date.fromisoformat(fresh["added_on"]) + timedelta(days=COOLING_DAYS)).isoformat()
    refused(state, "not_allowed", first, "transfer", from_account=source.id, to=fresh["id"], amount=5)
    listed = run(state, "list_payees", customer_id=client.id)["payees"]
    assert next(p for p in listed if p["payee_id"] == fresh["id"])["usable_from"] == first
    other = next(a for a in client.accounts if a is not source)
    all_of_it = {"from_account": source.id, "to": other.id, "amount": source.cents / 100 + 0.01}
    refused(state, "not_allowed", "balance", "transfer", **all_of_it)
    refused(state, "invalid", "two decimals", "transfer", **{**all_of_it, "amount": 1.005})
    before = run(state, "get_balance", account_id=source.id)["left_for_payees_today"]
    run(state, "transfer", **{**over, "amount": source.left / 100})
    assert before == source.left / 100
    assert run(state, "get_balance", account_id=source.id)["left_for_payees_today"] == 0
    run(state, "transfer", **{**all_of_it, "amount": 1})  # own accounts are outside of the limit


def test_money_goes_only_to_payees_and_accounts_of_the_same_customer(state: Backend) -> None:
    mine, other = client_of(state), client_of(state, 0)
    source = mine.accounts[0].id
    for to in (other.accounts[0].id, other.payees[0]["id"], source):
        refused(
            state, "not_allowed", "not a payee or another account", "transfer", from_account=source, to=to, amount=1
        )
    refused(state, "not_found", "no payee or account", "transfer", from_account=source, to="PAY-00000", amount=1)
    assert other.frozen is not None
    away = {"from_account": other.frozen.id, "to": other.accounts[0].id, "amount": 1}
    refused(state, "not_allowed", "frozen", "transfer", **away)
    back = {"from_account": other.accounts[0].id, "to": other.frozen.id, "amount": 1}
    refused(state, "not_allowed", "frozen", "transfer", **back)
    assert run(state, "get_balance", account_id=other.frozen.id)["balance"] is None


def test_a_new_payee_needs_a_right_iban_and_cools_off(state: Backend) -> None:
    client, number = client_of(state), iban(Rng("test", "iban"))
    assert iban_rest(number) == 1 and iban_rest("GB82WEST12345698765432") == 1
    slip = number[:-1] + str((int(number[-1]) + 1) % 10)
    refused(state, "invalid", "check digits", "add_payee", customer_id=client.id, name="Ada Holt", iban=slip)
    known = client.payees[0]["iban"]
    refused(state, "conflict", "already", "add_payee", customer_id=client.id, name="Ada Holt", iban=known)
    added = run(state, "add_payee", customer_id=client.id, name="Ada Holt", iban=number)
    with pytest.raises(ToolFailure, match=added["usable_from"]):
        run(state, "transfer", from_account=client.accounts[0].id, to=added["payee_id"], amount=5)
    other = iban(Rng("test", "other"))
    assert run(state, "add_payee", customer_id=client.id, name="ada holt", iban=other)["payee_id"] == added["payee_id"]
    assert [row["iban"] for row in state.rows("SELECT iban FROM payees WHERE id = ?", added["payee_id"])] == [other]


def test_cards_are_blocked_once(state: Backend) -> None:
    client = client_of(state)
    blocked = run(state, "freeze_card", card_id=client.cards[0]["id"])
    assert blocked["replacement_by"] > book(state).today
    with pytest.raises(ToolFailure, match=book(state).today):
        run(state, "freeze_card", card_id=client.cards[0]["id"])
    with pytest.raises(ToolFailure, match=client.blocked[0]["blocked_on"]):
        run(state, "freeze_card", card_id=client.blocked[0]["id"])


def test_disputes_are_about_card_payments_of_the_last_sixty_days(state: Backend) -> None:
    client, late = client_of(state), book(state).disputable
    account = next(a for a in client.accounts if a.single)
    old = next(r for r in account.payments if r["booked_on"] < late)
    refused(state, "not_allowed", "60 days", "dispute", transaction_id=old["id"], reason="fraud")
    open_ = next(r for r in account.payments if r["disputed_on"])
    refused(state, "conflict", open_["disputed_on"], "dispute", transaction_id=open_["id"], reason="fraud")
    salary = state.rows("SELECT id FROM transfers WHERE kind = 'salary' ORDER BY id")[0]["id"]
    refused(state, "not_allowed", "not a card payment", "dispute", transaction_id=salary, reason="fraud")
    good = next(r for r in account.single if r["booked_on"] >= late and not r["disputed_on"])
    first = run(state, "dispute", transaction_id=good["id"], reason="fraud")
    again = run(state, "dispute", transaction_id=good["id"], reason="duplicate")
    assert first["dispute_id"] == again["dispute_id"] and len(state.changes()) == 1
    rows = run(state, "list_transactions", account_id=account.id, counterparty=good["counterparty"].lower())
    assert [(r["transaction_id"], r["amount"], r["disputed_on"]) for r in rows["transactions"]] == [
        (good["id"], -good["cents"] / 100, book(state).today)
    ]
    recent = run(state, "list_transactions", account_id=account.id, since=late)["transactions"]
    assert recent and all(row["booked_on"] >= late for row in recent)


def test_other_tools_answer_and_bad_arguments_are_told(state: Backend) -> None:
    client = client_of(state)
    message = run(state, "read_message", message_id=client.messages[0]["id"])
    assert client.messages[0]["answer"] in message["body"] and "answer" not in message
    refused(state, "not_found", "no message", "read_message", message_id="MSG-00000")
    assert run(state, "hand_off", to="fraud", summary="x") == {"handed_off_to": "fraud"}
    assert run(state, "request_letter", customer_id=client.id, about="balance")["request_id"].startswith("R-")
    assert run(state, "find_branch", city="Graz")["city"] == "Graz"
    for tool, args in (("transfer", {"from_account": "ACC-1", "to": "PAY-12345", "amount": 5}),
                       ("transfer", {"from_account": "ACC-123456", "to": "PAY-12345", "amount": 0}),
                       ("add_payee", {"customer_id": "C-12345", "name": "A", "iban": "DE12 3456"}),
                       ("hand_off", {"to": "police", "summary": "x"})):  # fmt: skip
        assert WORLD.tool_map[tool].complaint(args)


def test_amounts_in_words() -> None:
    said = {
        7: "seven",
        40: "forty",
        86: "eighty-six",
        100: "one hundred",
        1370: "one thousand three hundred and seventy",
    }
    assert {number: spelled(number) for number in said} == said
