"""The service's tools over its database: forms, code tables, records and rejections; and some that no task needs."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from trajgym.chat import canonical, dumps
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.extract_api import data
from trajgym.gym_envs.extract_api.forms import FORMS, Form
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.world import Tool

SCHEMA = """
CREATE TABLE forms (id TEXT PRIMARY KEY, title TEXT, guidance TEXT);
CREATE TABLE codes (id TEXT PRIMARY KEY, kind TEXT, term TEXT COLLATE NOCASE, code TEXT, status TEXT, note TEXT);
CREATE TABLE records (id TEXT PRIMARY KEY, form TEXT, number TEXT, content TEXT, record TEXT);
CREATE TABLE rejections (id TEXT PRIMARY KEY, form TEXT, number TEXT, reason TEXT, detail TEXT);
CREATE TABLE actions (id TEXT PRIMARY KEY, tool TEXT, subject TEXT);
CREATE INDEX codes_term ON codes (kind, term);
"""
OLDEST = "2020-01-01"
"""Documents from before this day are not recorded."""
_WHOLE = 2.0**53
_CARD = re.compile(r"\b\d(?:[ -]?\d){12,18}\b")


def row_id(*parts: str) -> str:
    """An id that follows from the content, so that the order of work does not show in it."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def normalised(value: Any) -> Any:
    """A record's value as records are compared: text whatever its case and spacing, 12.0 as 12, cents as the last digit."""
    if isinstance(value, str):
        return " ".join(value.casefold().split())
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _WHOLE else round(value, 2)
    return value


def _list_forms(state: Backend, args: dict[str, Any]) -> Any:
    return {"forms": state.rows("SELECT id AS form, title FROM forms ORDER BY id")}


def _get_schema(state: Backend, args: dict[str, Any]) -> Any:
    row = state.get("forms", args["form"])
    assert row is not None
    return {"form": row["id"], "guidance": row["guidance"], "schema": FORMS[row["id"]].schema}


def _lookup_code(state: Backend, args: dict[str, Any]) -> Any:
    rows = state.rows(
        "SELECT code, status, note FROM codes WHERE kind = ? AND term = ? ORDER BY id",
        args["table"],
        args["term"].strip(),
    )
    if not rows:
        raise ToolFailure("not_found", f"The table {args['table']} has no code for {args['term'].strip()!r}.")
    return {"table": args["table"], "term": args["term"], "codes": rows}


def _submit(state: Backend, args: dict[str, Any]) -> Any:
    form, record = FORMS[args["form"]], args["record"]
    _check(state, form, record)
    number = record[form.key].strip()
    content = canonical({name: normalised(value) for name, value in record.items()}).decode()
    state.insert("records", {"id": row_id(form.name, number.casefold()), "form": form.name, "number": number.casefold(),
                             "content": content, "record": dumps(record)})  # fmt: skip
    return {"submitted": True, "form": form.name, "number": number}


def _check(state: Backend, form: Form, record: dict[str, Any]) -> None:
    """Raises ToolFailure when `record` does not fit the schema, its codes are not valid, or the policy forbids it."""
    if not form.validator.is_valid(record):
        error = next(iter(form.validator.iter_errors(record)))
        where = ".".join(map(str, error.instance_path)) or "record"
        raise ToolFailure("invalid_record", f"{where}: {str(error.message)[:200]}")
    for field in form.codes:
        code = record.get(field.name)
        if code is not None:
            rows = state.rows(
                "SELECT status FROM codes WHERE kind = ? AND code = ? ORDER BY status DESC", field.table, code
            )
            if not rows:
                raise ToolFailure("unknown_code", f"{field.name}: the table {field.table} has no code {code[:40]!r}.")
            if rows[0]["status"] != "valid":
                raise ToolFailure("retired_code", f"{field.name}: the code {code} is no longer valid.")
    if record.get(form.day, OLDEST) < OLDEST:
        raise ToolFailure("not_allowed", f"{form.day}: documents from before {OLDEST} are not recorded.")
    if any(isinstance(value, str) and _CARD.search(value) for value in record.values()):
        raise ToolFailure("not_allowed", "The record holds the number of a payment card.")


def _reject(state: Backend, args: dict[str, Any]) -> Any:
    number = args["number"].strip()
    state.insert("rejections", {"id": row_id(args["form"], number.casefold()), "form": args["form"], "number": number.casefold(),
                                "reason": args["reason"], "detail": normalised(args["detail"])})  # fmt: skip
    return {"rejected": True, "number": number, "reason": args["reason"]}


def _object(required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "description": description}


def _choice(options: tuple[str, ...], description: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(options), "description": description}


_FORM_NAMES = tuple(FORMS)
REASONS = ("missing_field", "no_code", "no_form", "policy")

TOOLS = (
    Tool("list_forms", "The target forms of this service, with a title each.", _object([]), "read", {}, _list_forms),
    Tool(
        "get_schema", "The JSON Schema of a target form, with a word of guidance.",
        _object(["form"], form=_choice(_FORM_NAMES, "Name of the form.")), "read", {"form": "choice"}, _get_schema, free=False,
    ),
    Tool(
        "lookup_code", "Look up the code for a term in a code table. A term may have a valid code and retired ones.",
        _object(["table", "term"], table=_choice(data.TABLES, "The code table, as the schema names it."),
                term=_text("The term as it stands in the document, e.g. 'Swedish krona'.")),
        "read", {"table": "choice", "term": "value"}, _lookup_code, free=False,
    ),
    Tool(
        "submit_record", "Submit an extracted record. It is checked against the form's schema, codes against their tables. A "
        "record with the same number replaces the earlier one.",
        _object(["form", "record"], form=_choice(_FORM_NAMES, "Name of the form."),
                record={"type": "object", "minProperties": 1,
                        "description": "The record, exactly the fields of the form's schema that the document gives."}),
        "write", {"form": "choice", "record": "value"}, _submit,
    ),
    Tool(
        "reject_document", "Note that no record can be made of a document, and why.",
        _object(["form", "number", "reason", "detail"],
                form=_choice((*_FORM_NAMES, "none"), "The form it would belong to, or 'none'."),
                number=_text("The document's own number, as printed."),
                reason=_choice(REASONS, "Why: a required field is missing, a term has no code, there is no form for it, or a policy "
                                        "clause rules it out."),
                detail=_text("missing_field: name of the field as in the schema. no_code: the term. no_form: what the document is, "
                             "in the user's words. policy: number of the clause, e.g. 'P8'.")),
        "write", {"form": "choice", "number": "reference", "reason": "choice", "detail": "value"}, _reject,
    ),
)  # fmt: skip

_EXTRA = (
    ("detect_language", "Detect the language of a text.", "text"),
    ("summarise_text", "Shorten a text to three sentences.", "text"),
    ("translate_text", "Translate a text into the house language.", "text"),
    ("send_to_printer", "Print a text.", "text"),
    ("convert_currency", "Convert an amount at today's rate.", "amount_and_currencies"),
    ("create_form", "Design a new form from a description.", "description"),
    ("add_code", "Propose a new term for a code table.", "term"),
    ("retire_code", "Mark a code as retired.", "code"),
    ("delete_record", "Delete a submitted record.", "record_number"),
    ("export_records", "Export all records of a month.", "month"),
    ("notify_owner", "Send a notice to the owner of a form.", "notice"),
    ("assign_reviewer", "Have a colleague check a record.", "record_number"),
    ("archive_scan", "Put the scan of a document into the archive.", "scan_number"),
    ("split_document", "Cut a scan into single pages.", "scan_number"),
    ("rotate_scan", "Turn a scan by a quarter.", "scan_number"),
    ("score_sentiment", "Rate how friendly a text is.", "text"),
)  # fmt: skip


def _extra(name: str, description: str, parameter: str) -> Tool:
    def run(state: Backend, args: dict[str, Any]) -> Any:
        subject = args[parameter]
        state.insert("actions", {"id": row_id(name, subject), "tool": name, "subject": subject})
        return {"ok": True, parameter: subject[:80]}

    label = parameter.replace("_", " ")
    schema = _object([parameter], **{parameter: _text(f"The {label}.")})
    return Tool(name, description, schema, "write", {parameter: "value"}, run)


DISTRACTORS = tuple(_extra(*row) for row in _EXTRA)
