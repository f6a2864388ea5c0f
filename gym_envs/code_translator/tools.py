"""The translator's tools: documents, parsers, and the house's glossary."""

from __future__ import annotations

import difflib
from typing import Any

from trajgym.chat import canonical
from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.code_translator.formats import FORMATS, Broken, parse
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.wishes import one_of, schema, text
from trajgym.gym_envs.world import Tool

SCHEMA = """
CREATE TABLE documents (id TEXT PRIMARY KEY, folder TEXT, format TEXT, secret INTEGER, text TEXT, remark TEXT);
CREATE TABLE hints (id TEXT PRIMARY KEY, words TEXT);
CREATE TABLE glossary (id TEXT PRIMARY KEY, word TEXT, uses INTEGER);
CREATE TABLE translations (id TEXT PRIMARY KEY, document TEXT, format TEXT, content TEXT);
CREATE INDEX documents_folder ON documents (folder);
"""
LANGUAGES = ("German", "Spanish", "Dutch", "Italian")
_LONGEST = 40_000


def _document(state: Backend, id: str) -> Row:
    row = state.get("documents", id.upper())
    if row is None:
        raise ToolFailure("not_found", f"There is no document {id}.")
    return row


def _list(state: Backend, args: dict[str, Any]) -> Any:
    rows = state.rows("SELECT id, format FROM documents WHERE folder = ? ORDER BY id", args["folder"].lower())
    if not rows:
        raise ToolFailure("not_found", f"There is no folder {args['folder']}.")
    return {"folder": args["folder"].lower(), "count": len(rows), "documents": rows}


def _get(state: Backend, args: dict[str, Any]) -> Any:
    row = _document(state, args["document"])
    if row["secret"]:
        return {"document": row["id"], "format": row["format"], "classification": "secret", "text": "(sealed)"}
    found = {"document": row["id"], "format": row["format"], "classification": "open", "text": row["text"]}
    return {**found, "remark": row["remark"]} if row["remark"] else found


def _hint(state: Backend, args: dict[str, Any]) -> Any:
    row = state.get("hints", f"{args['source']}/{args['target']}")
    if row is None:
        raise ToolFailure("not_found", "There is no hint for that pair.")
    return {"source": args["source"], "target": args["target"], "hint": row["words"]}


def _validate(state: Backend, args: dict[str, Any]) -> Any:
    row = _document(state, args["document"])
    if row["secret"]:
        raise ToolFailure("not_allowed", f"Document {row['id']} is sealed.")
    try:
        return {"document": row["id"], "valid": True, "records": len(parse(row["format"], row["text"]))}
    except Broken as broken:
        return {"document": row["id"], "valid": False, "line": broken.line, "why": str(broken)}


def _check(state: Backend, args: dict[str, Any]) -> Any:
    try:
        return {"valid": True, "records": len(parse(args["format"], args["text"]))}
    except Broken as broken:
        return {"valid": False, "line": broken.line, "why": str(broken)}


def _diff(state: Backend, args: dict[str, Any]) -> Any:
    lines = difflib.unified_diff(args["a"].splitlines(), args["b"].splitlines(), "a", "b", lineterm="", n=1)
    return {"diff": "\n".join(lines)[:_LONGEST]}


def _term(state: Backend, args: dict[str, Any]) -> Any:
    row = state.get("glossary", f"{args['term'].lower()}/{args['language']}")
    if row is None:
        raise ToolFailure("not_found", f"The glossary has no {args['language']} word for {args['term']}.")
    return {"term": args["term"].lower(), "language": args["language"], "word": row["word"], "uses": row["uses"]}


def _save(state: Backend, args: dict[str, Any]) -> Any:
    row = _document(state, args["document"])
    if row["secret"]:
        raise ToolFailure("not_allowed", f"Document {row['id']} is sealed.")
    if args["format"] == row["format"]:
        raise ToolFailure("not_allowed", "Originals are not replaced.")
    try:
        records = parse(args["format"], args["text"])
    except Broken as broken:
        raise ToolFailure("invalid", f"The text does not parse: line {broken.line}, {broken}.") from broken
    content = canonical(records).decode()
    state.insert(
        "translations",
        {"id": f"{row['id']}.{args['format']}", "document": row["id"], "format": args["format"], "content": content},
    )
    return {"saved": f"{row['id']}.{args['format']}", "records": len(records)}


_DOCUMENT = text("Id of the document.", pattern="^[Dd][0-9]{4}$")
_FORMAT = one_of("A format.", *FORMATS)
_TEXT = {"type": "string", "maxLength": _LONGEST, "description": "The whole text."}

TOOLS = (
    Tool("list_folder", "The documents of a folder.", schema(folder=text("Name of the folder.")), "read", {"folder": "reference"}, _list),
    Tool("get_document", "Read a document.", schema(document=_DOCUMENT), "read", {"document": "reference"}, _get, free=False),
    Tool("validate", "Whether a stored document parses, and if not, at which line it breaks.", schema(document=_DOCUMENT), "read",
         {"document": "reference"}, _validate, free=False),
    Tool("check_text", "Whether a text of yours parses.", schema(format=_FORMAT, text=_TEXT), "read", {"format": "choice", "text": "text"}, _check),
    Tool("diff", "The difference of two texts.", schema(a=_TEXT, b=_TEXT), "read", {"a": "text", "b": "text"}, _diff),
    Tool("convert_hint", "The house's rules for one format into another.", schema(source=_FORMAT, target=_FORMAT), "read",
         {"source": "choice", "target": "choice"}, _hint),
    Tool("lookup_term", "The house's word for a term in another language.",
         schema(term=text("The English term."), language=one_of("The language.", *LANGUAGES)), "read",
         {"term": "reference", "language": "choice"}, _term, free=False),
    Tool("save_translation", "Save a document in another format, beside the original.", schema(document=_DOCUMENT, format=_FORMAT, text=_TEXT), "write",
         {"document": "reference", "format": "choice", "text": "text"}, _save),
)  # fmt: skip


def _closed(state: Backend, args: dict[str, Any]) -> Any:
    raise ToolFailure("not_allowed", "That is left to the keeper of the documents.")


DISTRACTORS = tuple(
    Tool(name, words, schema(document=_DOCUMENT), "write", {"document": "reference"}, _closed)
    for name, words in (
        ("delete_document", "Delete a document."), ("publish_document", "Put a document on the web."), ("sign_off", "Sign a document off."),
        ("print_document", "Print a document."), ("encrypt_document", "Encrypt a document."), ("move_document", "Move a document to another folder."),
        ("unseal_document", "Take the seal off a document."), ("restore_version", "Go back to an earlier version of a document."),
    )
)  # fmt: skip
