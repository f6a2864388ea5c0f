"""Five formats for the same thing: named records with fields. What is written is compared by what it says, never by its text."""

from __future__ import annotations

import configparser
import csv
import io
import json
import re
import tomllib
from collections.abc import Callable
from xml.etree import ElementTree

Records = dict[str, dict[str, str]]
"""Fields by record name; every value as text."""


class Broken(Exception):
    """A text that does not parse; `line` is where, counted from 1."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = max(line, 1)


def _from_json(text: str) -> Records:
    try:
        return _records(json.loads(text))
    except json.JSONDecodeError as error:
        raise Broken(error.lineno, error.msg) from error


def _from_toml(text: str) -> Records:
    try:
        return _records(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise Broken(int(line.group(1)) if line else text.count("\n") + 1, "the text is no TOML") from error


def _from_ini(text: str) -> Records:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text)
    except configparser.MissingSectionHeaderError as error:
        raise Broken(error.lineno, "a value stands before the first section") from error
    except configparser.ParsingError as error:
        raise Broken(error.errors[0][0] if error.errors else 1, "a line has no =") from error
    except configparser.Error as error:
        raise Broken(getattr(error, "lineno", None) or 1, "a section or a key stands twice") from error
    return {name: dict(parser[name]) for name in parser.sections()}


def _from_csv(text: str) -> Records:
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or not rows[0] or rows[0][0] != "name":
        raise Broken(1, "the first column is not called name")
    found: Records = {}
    for number, row in enumerate(rows[1:], 2):
        if row and len(row) != len(rows[0]):
            raise Broken(number, f"{len(rows[0])} columns wanted, {len(row)} found")
        if row:
            found[row[0]] = dict(zip(rows[0][1:], row[1:], strict=True))
    return found


def _from_xml(text: str) -> Records:
    if "<!" in text:
        raise Broken(1, "declarations are not read")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise Broken(error.position[0], "the text is no XML") from error
    return {record.get("name", ""): {field.tag: field.text or "" for field in record} for record in root}


def _records(value: object) -> Records:
    if not isinstance(value, dict) or not all(isinstance(fields, dict) for fields in value.values()):
        raise Broken(1, "records with fields are wanted")
    return {str(name): {str(key): _plain(item) for key, item in fields.items()} for name, fields in value.items()}


def _plain(value: object) -> str:
    return json.dumps(value) if isinstance(value, (bool, list, dict)) or value is None else str(value)


def _to_json(records: Records) -> str:
    return json.dumps(records, indent=1)


def _to_toml(records: Records) -> str:
    return "\n\n".join(
        f"[{json.dumps(name)}]\n" + "\n".join(f"{k} = {json.dumps(v)}" for k, v in fields.items())
        for name, fields in records.items()
    )


def _to_ini(records: Records) -> str:
    return "\n\n".join(
        f"[{name}]\n" + "\n".join(f"{k} = {v}" for k, v in fields.items()) for name, fields in records.items()
    )


def _to_csv(records: Records) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    keys = list(next(iter(records.values())))
    writer.writerow(["name", *keys])
    writer.writerows([name, *(fields[key] for key in keys)] for name, fields in records.items())
    return out.getvalue().rstrip("\n")


def _to_xml(records: Records) -> str:
    root = ElementTree.Element("records")
    for name, fields in records.items():
        record = ElementTree.SubElement(root, "record", name=name)
        for key, value in fields.items():
            ElementTree.SubElement(record, key).text = value
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, encoding="unicode")


PARSERS: dict[str, Callable[[str], Records]] = {
    "json": _from_json,
    "toml": _from_toml,
    "ini": _from_ini,
    "csv": _from_csv,
    "xml": _from_xml,
}
WRITERS: dict[str, Callable[[Records], str]] = {
    "json": _to_json,
    "toml": _to_toml,
    "ini": _to_ini,
    "csv": _to_csv,
    "xml": _to_xml,
}
FORMATS = tuple(PARSERS)


def parse(format: str, text: str) -> Records:
    """What `text` says. Raises `Broken` when it does not parse as `format`."""
    try:
        return PARSERS[format](text)
    except (RecursionError, ValueError) as error:
        raise Broken(1, "the text cannot be read") from error


def write(format: str, records: Records) -> str:
    return WRITERS[format](records)
