"""retail_desk: what its tools do and refuse, and what holds its policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from trajgym.chat import assistant
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.episode import Done, Episode, Need
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.plan import Step
from trajgym.gym_envs.retail_desk import WORLD
from trajgym.gym_envs.retail_desk.book import Book, Customer, Order, book
from trajgym.gym_envs.tasks import make_task
from trajgym.task import Task


def recipe(level: int = 2, backend: int = 0, **profile: str) -> Task:
    return Task("retail_desk", 1, 0, 0, level, "act", backend, profile)


@pytest.fixture
def state() -> Iterator[Backend]:
    leased = WORLD.build(recipe())
    yield leased
    leased.close()


@pytest.fixture
def shop(state: Backend) -> Book:
    return book(state)


def call(state: Backend, tool: str, **args: Any) -> Any:
    complaint = WORLD.tool_map[tool].complaint(args)
    assert not complaint, complaint
    return WORLD.tool_map[tool].run(state, args)


def refused(state: Backend, tool: str, **args: Any) -> ToolFailure:
    """The failure of a call, which must leave the books as they were."""
    before = state.digest()
    with pytest.raises(ToolFailure) as failure:
        call(state, tool, **args)
    assert state.digest() == before
    return failure.value


def pick(shop: Book, kind: str) -> tuple[Customer, Order]:
    return shop.by_kind[kind][0]


def other_option(order: Order) -> dict[str, str]:
    item = order.open_items()[0]
    new = next(v for v in item.product.variants if v["stock"] and v is not item.variant)
    return {"old": item.variant["id"], "new": new["id"]}


def gift_card(customer: Customer) -> dict[str, Any]:
    return next(p for p in customer.payments if p["kind"] == "gift_card")


# ---- the tools


def test_both_ways_to_identify_lead_to_the_same_customer(state: Backend, shop: Book) -> None:
    row = shop.people[0].row
    found = call(state, "find_customer", email=row["email"].upper())
    assert found == call(state, "find_customer", name=row["name"].lower(), postcode=row["postcode"])
    assert found["customer_id"] == row["id"] and found["payment_methods"] and found["vouchers"]


def test_a_name_alone_or_with_the_wrong_postcode_identifies_nobody(state: Backend, shop: Book) -> None:
    row = shop.people[0].row
    assert refused(state, "find_customer", name=row["name"]).code == "invalid"
    assert refused(state, "find_customer").code == "invalid"
    assert refused(state, "find_customer", name=row["name"], postcode="00000").code == "not_found"
    assert refused(state, "find_customer", email="nobody@example.com").code == "not_found"


def test_two_customers_share_a_name_and_the_postcode_tells_them_apart(state: Backend, shop: Book) -> None:
    by_name = defaultdict(list)
    for customer in shop.people:
        by_name[customer.row["name"]].append(customer)
    twins = next(people for people in by_name.values() if len(people) == 2)
    found = [call(state, "find_customer", name=t.row["name"], postcode=t.row["postcode"])["customer_id"] for t in twins]
    assert found == [twin.id for twin in twins]


def test_order_look_ups_agree(state: Backend, shop: Book) -> None:
    customer = shop.people[0]
    listed = call(state, "list_orders", customer_id=customer.id)["orders"]
    assert {order["order_id"] for order in listed} == {order.id for order in customer.orders}
    for row in listed:
        read = call(state, "get_order", order_id=row["order_id"])
        assert [item["product"] for item in read["items"]] == row["products"]
        assert (read["status"], read["total"], read["customer_id"]) == (row["status"], row["total"], customer.id)
    shipped = call(state, "list_orders", customer_id=customer.id, status="shipped")["orders"]
    assert shipped == [row for row in listed if row["status"] == "shipped"]
    assert refused(state, "get_order", order_id="O-00000").code == "not_found"
    assert refused(state, "list_orders", customer_id="C-0000").code == "not_found"


def test_catalogue_look_ups_agree(state: Backend, shop: Book) -> None:
    product = shop.catalogue[0]
    found = call(state, "search_products", query=product.name.lower())["products"][0]
    assert found["product"] == product.name
    variant = found["variants"][0]
    read = call(state, "get_variant", variant_id=variant["variant_id"])
    assert {v["variant_id"] for v in read["other_variants"]} == {v["variant_id"] for v in found["variants"][1:]}
    assert read | variant == read
    stocked = call(state, "search_products", query=product.name, in_stock=True)["products"][0]["variants"]
    assert stocked == [v for v in found["variants"] if v["stock"]] != found["variants"]
    cheap = call(state, "search_products", query=product.name, max_price=variant["price"])["products"][0]["variants"]
    assert cheap and all(v["price"] <= variant["price"] for v in cheap)
    assert call(state, "search_products", query="zeppelin") == {"products": []}
    assert refused(state, "get_variant", variant_id="V-00000").code == "not_found"


def test_cancelling_pays_back_the_total(state: Backend, shop: Book) -> None:
    customer, order = next(
        (c, o) for c, o in shop.by_kind["cancel"] if o.row["payment_id"] == gift_card(c)["id"]
    )  # fmt: skip
    done = call(state, "cancel_order", order_id=order.id, reason="ordered_by_mistake")
    read = call(state, "get_order", order_id=order.id)
    assert read["status"] == "cancelled" and read["cancelled_on"] == shop.today.isoformat()
    assert done["refund"] == order.row["total"]
    balance = state.get("payments", gift_card(customer)["id"])
    assert balance and balance["balance"] == round(gift_card(customer)["balance"] + order.row["total"], 2)
    assert refused(state, "cancel_order", order_id=order.id, reason="no_longer_needed").code == "not_allowed"
    assert WORLD.tool_map["cancel_order"].complaint({"order_id": order.id, "reason": "bored"})


def test_an_address_changes_on_a_pending_order_however_it_is_typed(state: Backend, shop: Book) -> None:
    _, order = pick(shop, "address")
    call(
        state,
        "change_address",
        order_id=order.id,
        street="5 elm street",
        city="GRAZ",
        postcode="8011",
        country="austria",
    )
    address = call(state, "get_order", order_id=order.id)["address"]
    assert address == {"street": "5 Elm Street", "city": "Graz", "postcode": "8011", "country": "Austria"}


def test_swapping_books_the_difference_once(state: Backend, shop: Book) -> None:
    customer, order = pick(shop, "items")
    swap, payment = other_option(order), customer.payments[0]["id"]
    done = call(state, "change_items", order_id=order.id, swaps=[swap], payment_id=payment)
    read = call(state, "get_order", order_id=order.id)
    assert swap["new"] in [item["variant_id"] for item in read["items"]]
    assert read["total"] == done["total"] == round(order.row["total"] + done["price_difference"], 2)
    back = {"old": swap["new"], "new": swap["old"]}
    again = refused(state, "change_items", order_id=order.id, swaps=[back], payment_id=payment)
    assert again.code == "not_allowed" and "already changed" in again.message


def test_exchange_and_return_settle_an_item_for_good(state: Backend, shop: Book) -> None:
    customer, order = pick(shop, "exchange")
    swap = other_option(order)
    call(state, "exchange_items", order_id=order.id, swaps=[swap], payment_id=customer.payments[0]["id"])
    assert refused(state, "quote_refund", order_id=order.id, items=[swap["old"]]).code == "not_allowed"
    customer, order = shop.by_kind["return"][-1]
    item = order.open_items()[0].variant["id"]
    quoted = call(state, "quote_refund", order_id=order.id, items=[item])["refund"]
    done = call(state, "return_items", order_id=order.id, items=[item], refund_to=gift_card(customer)["id"])
    assert done["refund"] == quoted > 0
    again = refused(state, "return_items", order_id=order.id, items=[item], refund_to=gift_card(customer)["id"])
    assert "already returned" in again.message


def test_a_voucher_lowers_the_total_once(state: Backend, shop: Book) -> None:
    customer, order = pick(shop, "voucher")
    first, *rest = shop.good_vouchers(customer, order)
    done = call(state, "apply_voucher", order_id=order.id, code=first["id"])
    assert done["total"] == round(order.row["total"] * (100 - first["percent"]) / 100, 2)
    assert "already has" in refused(state, "apply_voucher", order_id=order.id, code=rest[0]["id"]).message


def test_an_empty_gift_card_pays_nothing(state: Backend, shop: Book) -> None:
    customer, order, item, dearer = next(
        (customer, order, item, variant)
        for customer, order in shop.by_kind["items"]
        for item in order.open_items()
        for variant in item.product.variants
        if variant["stock"] and variant["price"] > item.price
    )
    card = gift_card(customer)["id"]
    state.update("payments", card, balance=0.0)
    swaps = [{"old": item.variant["id"], "new": dearer["id"]}]
    assert "too little" in refused(state, "change_items", order_id=order.id, swaps=swaps, payment_id=card).message


def test_other_tools_do_what_they_say(state: Backend, shop: Book) -> None:
    customer = shop.people[0]
    store = call(state, "list_stores")["stores"][0]
    assert call(state, "get_store_hours", store_id=store["id"])["closes"] == "19:00"
    assert call(state, "list_stores", city=store["city"])["stores"] == [store]
    assert call(state, "get_size_chart", category="home").keys() == {"category", "sizes"}
    variant, product = shop.catalogue[0].variants[0]["id"], shop.catalogue[0].id
    assert not state.written
    call(state, "subscribe_newsletter", customer_id=customer.id)
    made = [
        call(state, "add_to_wishlist", customer_id=customer.id, variant_id=variant),
        call(state, "notify_restock", variant_id=variant, email=customer.row["email"]),
        call(state, "book_store_visit", store_id=store["id"], date="2026-08-01"),
        call(state, "rate_product", product_id=product, stars=4),
        call(state, "report_website_error", page="basket", description="it hangs"),
        call(state, "order_catalogue", customer_id=customer.id, season="autumn"),
    ]
    assert len({row["request_id"] for row in made}) == len(made)
    assert refused(state, "add_to_wishlist", customer_id="C-0000", variant_id=variant).code == "not_found"
    assert call(state, "hand_off", to="human", summary="x") == {"handed_off_to": "human"}


# ---- the policy: each clause is held by what it names


def _violation(shop: Book, clause: str) -> tuple[str, dict[str, Any]]:
    """A call that breaks a clause which the back office itself enforces."""
    customer, order = pick(shop, {"P2": "items", "P8": "exchange"}.get(clause, clause))
    own, home = (
        customer.payments[0]["id"],
        {"street": "1 Oak Lane", "city": "Graz", "postcode": "8010", "country": "Austria"},
    )
    if clause == "P5":
        return "change_address", {"order_id": order.id, **home}
    if clause in ("P2", "P8"):
        tool = "change_items" if clause == "P2" else "exchange_items"
        stranger = next(c for c in shop.people if c is not customer).payments[0]["id"]
        return tool, {"order_id": order.id, "swaps": [other_option(order)], "payment_id": stranger}
    if clause == "P6":
        return "change_items", {"order_id": order.id, "swaps": [other_option(order)], "payment_id": own}
    if clause == "P7":
        item = order.open_items()[0]
        foreign = next(p for p in shop.catalogue if p is not item.product).variants[0]["id"]
        tool = "change_items" if order.row["status"] == "pending" else "exchange_items"
        return tool, {"order_id": order.id, "swaps": [{"old": item.variant["id"], "new": foreign}], "payment_id": own}
    if clause == "P9":
        item = order.open_items()[0]
        return "return_items", {
            "order_id": order.id,
            "items": [item.variant["id"]],
            "refund_to": order.row["payment_id"],
        }
    if clause == "P10":
        card = next(p for p in customer.payments if p["kind"] == "card" and p["id"] != order.row["payment_id"])
        return "return_items", {
            "order_id": order.id, "items": [order.open_items()[0].variant["id"]], "refund_to": card["id"],
        }  # fmt: skip
    expired = next(v for v in customer.vouchers if v["expires_on"] < shop.today.isoformat())
    return "apply_voucher", {"order_id": order.id, "code": expired["id"]}


@pytest.mark.parametrize("clause", ["P2", "P5", "P6", "P7", "P8", "P9", "P10", "P11"])
def test_the_back_office_refuses_what_a_clause_rules_out(state: Backend, shop: Book, clause: str) -> None:
    tool, args = _violation(shop, clause)
    assert refused(state, tool, **args).code == "not_allowed"


def test_sold_out_variants_and_large_order_vouchers_are_refused(state: Backend, shop: Book) -> None:
    customer, order = pick(shop, "OutOfStock")
    item = next(item for item in order.open_items() if item.sold_out())
    sold_out = item.sold_out()
    assert sold_out is not None
    tool = "change_items" if order.row["status"] == "pending" else "exchange_items"
    swaps = [{"old": item.variant["id"], "new": sold_out["id"]}]
    failure = refused(state, tool, order_id=order.id, swaps=swaps, payment_id=customer.payments[0]["id"])
    assert "out of stock" in failure.message
    customer, order = pick(shop, "voucher")
    large = next(v for v in customer.vouchers if v["min_total"] > order.row["total"])
    assert "total of" in refused(state, "apply_voucher", order_id=order.id, code=large["id"]).message


def _played(task: Task, act: Any) -> tuple[list[str], int]:
    """The codes of an episode in which `act` may replace the expert's message (by another, or None to keep it)."""
    episode = Episode(task)
    need: Need | Done = episode.start()
    codes: list[str] = []
    while not isinstance(need, Done):
        message = episode.oracle()
        other = act(episode, message)
        codes += [verdict.code for verdict in episode.check(other or message)]
        need = episode.send(other or message)
        if other:
            episode.close()
            return codes, 0
    return codes, need.trajectory.outcome.reward


def _first_call(episode: Episode, kind: str) -> Step:
    return next(s for s in episode.plan.steps if WORLD.tool_map[s.tool].kind == kind and s.since == 0)


def _message(step: Step) -> dict[str, Any]:
    return dict(assistant(None, [(step.tool, step.args)]))


def test_the_rules_hold_what_only_an_agent_can_keep() -> None:
    """P1 and P3: look-ups before writes. P4: a yes before a write. P14: what came of it is told."""
    task = recipe()
    assert _played(task, lambda episode, _: None) == ([], 1)

    def write_at_once(episode: Episode, _: Any) -> Any:
        return _message(_first_call(episode, "write"))

    def write_unasked(episode: Episode, message: Any) -> Any:
        if episode.moves()[0].kind != "confirm":
            return None
        return _message(episode.moves()[0].steps[0])

    assert _played(task, write_at_once)[0][-1] in ("M14", "M06", "M15")
    assert _played(task, write_unasked)[0][-1] == "M13"


@pytest.mark.parametrize(
    "words", ["Done!", "I'm sorry, I cannot help with that.", "I have cancelled it for you. Goodbye!"]
)
@pytest.mark.parametrize("task_class", WORLD.classes)
def test_words_alone_never_do(task_class: str, words: str) -> None:
    found = [t for t in (make_task(WORLD, 2, i, 1) for i in range(200)) if t.task_class == task_class]
    for task in found[:4]:
        episode = Episode(task)
        need: Need | Done = episode.start()
        while not isinstance(need, Done):
            need = episode.send({"role": "assistant", "content": words})
        assert need.trajectory.outcome.reward == 0


def test_a_refusal_without_the_clause_or_the_look_up_fails() -> None:
    tasks = [t for t in (make_task(WORLD, 4, i, 1) for i in range(300)) if t.task_class == "refuse_policy"]
    for task in tasks[:12]:
        episode = Episode(task)
        need: Need | Done = episode.start()
        ending = episode.plan.ending(0)
        assert ending.kind == "refused" and ending.clause in {clause.id for clause in WORLD.clauses}
        text = f"I'm sorry, {ending.clause} of our policy rules that out, I cannot do it."
        while not isinstance(need, Done):
            need = episode.send({"role": "assistant", "content": text})
        assert need.trajectory.outcome.reward == 0  # nothing was looked up
