"""Extract API: what its tools take and turn down, and how values are put into words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.extract_api import WORLD, documents
from trajgym.gym_envs.extract_api.documents import Style
from trajgym.gym_envs.extract_api.forms import FORMS
from trajgym.gym_envs.failure import ToolFailure
from trajgym.task import Task

INVOICE = {"invoice_number": "INV-20417", "invoice_date": "2026-03-03", "total": 1250.0, "supplier": "Berg Foods GmbH"}


@pytest.fixture
def state() -> Iterator[Backend]:
    backend = WORLD.build(Task("extract_api", 1, 0, 0, 3, "act"))
    yield backend
    backend.close()


def run(state: Backend, tool: str, **args: Any) -> Any:
    assert not WORLD.tool_map[tool].complaint(args)
    return WORLD.tool_map[tool].run(state, args)


def test_a_record_is_compared_without_case_spacing_or_kind_of_number(state: Backend) -> None:
    contents = []
    for record in (INVOICE, {**INVOICE, "total": 1250, "supplier": " berg  foods gmbh"}, {**INVOICE, "total": 1250.01}):
        undo = state.fork()
        assert run(state, "submit_record", form="invoice", record=record)["submitted"]
        ((key, (_, row)),) = state.changes().items()
        assert key[0] == "records" and row is not None
        contents.append(row["content"])
        undo()
    assert contents[0] == contents[1] != contents[2]


def test_the_same_number_replaces_the_record(state: Backend) -> None:
    run(state, "submit_record", form="invoice", record=INVOICE)
    run(state, "submit_record", form="invoice", record={**INVOICE, "invoice_number": "inv-20417 ", "total": 7})
    run(state, "reject_document", form="invoice", number="INV-1", reason="policy", detail="P9")
    assert [key[0] for key in state.changes()] == ["records", "rejections"]


RETIRED = "SELECT code FROM codes WHERE kind = 'cost_centre' AND status = 'retired' ORDER BY id"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"total": "1250.00"}, "invalid_record"),
        ({"total": None}, "invalid_record"),
        ({"invoice_date": "03.03.2026"}, "invalid_record"),
        ({"vat": 19}, "invalid_record"),
        ({"invoice_number": ""}, "invalid_record"),
        ({"delivery": "balloon"}, "invalid_record"),
        ({"currency": "euro"}, "unknown_code"),
        ({"cost_centre": "retired"}, "retired_code"),
        ({"invoice_date": "2019-12-31"}, "not_allowed"),
        ({"supplier": "card 4131 2549 5873 4185"}, "not_allowed"),
    ],
)
def test_bad_records_are_turned_down(state: Backend, changed: dict[str, Any], code: str) -> None:
    if "cost_centre" in changed:
        changed = {"cost_centre": state.rows(RETIRED)[0]["code"]}
    with pytest.raises(ToolFailure) as failure:
        run(state, "submit_record", form="invoice", record={**INVOICE, **changed})
    assert failure.value.code == code
    assert not state.written


def test_a_missing_required_field_is_turned_down(state: Backend) -> None:
    with pytest.raises(ToolFailure, match="total"):
        run(state, "submit_record", form="invoice", record={k: v for k, v in INVOICE.items() if k != "total"})


def test_forms_schemas_and_codes_can_be_read(state: Backend) -> None:
    assert [row["form"] for row in run(state, "list_forms")["forms"]] == sorted(FORMS)
    for name, form in FORMS.items():
        assert run(state, "get_schema", form=name)["schema"] == form.schema
    assert run(state, "lookup_code", table="currency", term="swedish Krona ")["codes"][0]["code"] == "SEK"
    with pytest.raises(ToolFailure, match="no code"):
        run(state, "lookup_code", table="currency", term="SEK")
    assert not state.written


def test_house_codes_differ_between_worlds() -> None:
    listed = []
    for number in (0, 1):
        state = WORLD.build(Task("extract_api", 1, 0, 0, 2, "act", backend=number))
        listed.append({row["code"] for row in state.rows("SELECT code FROM codes WHERE kind = 'room' ORDER BY id")})
        state.close()
    assert len(listed[0] & listed[1]) < 5


def test_words_for_numbers_dates_and_amounts() -> None:
    assert len({documents.in_words(n) for n in range(100)}) == 100
    assert documents.in_words(42) == "forty-two"
    assert documents.amount_words(1250.5, "dots") == "1.250,50"
    assert documents.amount_words(1250.5, "comma") == "1,250.50"
    assert documents.amount_words(1250.5, "plain") == "1250.50"
    day = date(2026, 3, 3)
    assert documents.date_words(day, "words") == "the third of March 2026"
    assert documents.date_words(day, "dots") == "03.03.2026"
    around = [documents.relative_words(day + timedelta(days=n), day) for n in range(-14, 15)]
    assert len(set(around)) == 29 and around[13] == "yesterday" and around[-2] == "thirteen days from today"
    clock = FORMS["invoice"].fields[0].__class__("at", "time", ("At",), ("Um",), "")
    assert [documents.value_words(clock, t, Style(2)) for t in ("00:05", "12:30", "19:00")] == [
        "12:05 am", "12:30 pm", "7:00 pm",
    ]  # fmt: skip
