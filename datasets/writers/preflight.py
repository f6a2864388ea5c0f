"""Is a file what its consumer reads? Every finding names file, line and field.

`preflight` checks any JSONL file against a format; `read_file` imports one and refuses the first bad row; `check_export`
checks a whole exported folder against its manifest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import orjson

from trajgym.errors import TrajgymError
from trajgym.files import disk_errors
from trajgym.writers.conversation import findings
from trajgym.writers.example import Example
from trajgym.writers.folder import MANIFEST, read_manifest
from trajgym.writers.registry import Format, Part, Row, all_formats, get_format
from trajgym.writers.sidecar import meta_name

if TYPE_CHECKING:
    import jsonschema_rs

MOST_PER_LINE = 20
"""A row with more findings than this says enough with these."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `line` counts from 1; 0 stands for the file as a whole."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.field}: {self.message}"


def preflight(path: str | Path, form: str | Format) -> list[Problem]:
    """All that a consumer of `form` would stumble over in the file `path`; an empty list when it is fine."""
    form = get_format(form) if isinstance(form, str) else form
    return [problem for problem, _ in _walk(Path(path), form) if problem is not None]


def read_file(path: str | Path, form: str | Format) -> Iterator[Example]:
    """The examples in the file `path`, in order. Raises TrajgymError at the first row that preflight would refuse."""
    form = get_format(form) if isinstance(form, str) else form
    for problem, example in _walk(Path(path), form):
        if problem is not None:
            raise TrajgymError(f"{problem}.", f"The file is not {form.name} as it should be.")
        if example is not None:
            yield example


def check_export(folder: str | Path) -> list[Problem]:
    """All that is wrong with an exported folder: files that differ from the manifest, sidecars that do not go with their
    rows, and whatever `preflight` finds in the data."""
    folder = Path(folder)
    manifest = read_manifest(folder)
    if manifest is None:
        raise TrajgymError(f"{folder} is not an export.", f"There is no {MANIFEST} of ours in it.")
    problems: list[Problem] = []
    for entry in manifest["files"]:
        path = folder / entry["path"]
        if not path.is_file():
            problems.append(Problem(str(path), 0, "", "is missing"))
            continue
        with disk_errors(path), path.open("rb") as handle:
            if hashlib.file_digest(handle, "sha256").hexdigest() != entry["sha256"]:
                problems.append(Problem(str(path), 0, "", "differs from what the manifest says (sha256)"))
        if "format" in entry:
            problems += preflight(path, entry["format"])
            problems += _sidecar_problems(path, entry["rows"])
    return problems


def _sidecar_problems(path: Path, rows: int) -> Iterator[Problem]:
    sidecar = path.with_name(meta_name(path.name))
    if not sidecar.is_file():
        yield Problem(str(sidecar), 0, "", "is missing")
        return
    with disk_errors(sidecar), sidecar.open("rb") as handle:
        lines = sum(1 for _ in handle)
    if lines != rows:
        yield Problem(str(sidecar), 0, "", f"has {lines} lines for {rows} rows")


def _walk(path: Path, form: Format) -> Iterator[tuple[Problem | None, Example | None]]:
    """For each line its problems, or its example."""
    number = 0
    first: Part | None = None
    with disk_errors(path), path.open("rb") as handle:
        for number, line in enumerate(handle, 1):
            part, row, wrong = _parse(line, form)
            if row is not None and part is not None:
                first = first or part
                if part is not first:
                    wrong = [("", f"has {_columns(part)}, but line 1 has {_columns(first)}: one file, one shape")]
                else:
                    wrong = list(_row_findings(row, part, form))
                    if not wrong:
                        yield None, form.read(row)
            for field, message in wrong[:MOST_PER_LINE]:
                yield Problem(str(path), number, field, message), None
    if not number:
        yield Problem(str(path), 0, "", "has no rows"), None


def _columns(part: Part) -> str:
    return f"{', '.join(sorted(part.required))}" + (f" ({part.suffix})" if part.suffix else "")


def _parse(line: bytes, form: Format) -> tuple[Part | None, Row | None, list[tuple[str, str]]]:
    """The row in `line` and its part; or what is wrong with the line."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return None, None, [("", _why_not_json(line, error))]
    if not isinstance(row, dict):
        return None, None, [("", "is not a JSON object")]
    part = form.part_of(row)
    if part is not None:
        return part, row, []
    for other in all_formats().values():
        theirs = other.part_of(row)
        if theirs is not None and not any(theirs.required <= ours.columns.keys() for ours in form.parts):
            return None, None, [("", f"is a row of {other.name}; one file, one format")]
    nearest = max(form.parts, key=lambda part: len(part.required & row.keys()))
    missing = sorted(nearest.required - row.keys())
    unknown = sorted(row.keys() - nearest.columns.keys())
    wrong = [(name, "is missing") for name in missing] + [(name, "is not a column of the format") for name in unknown]
    return None, None, wrong or [("", f"does not look like a row of {form.name}")]


def _why_not_json(line: bytes, error: orjson.JSONDecodeError) -> str:
    if line.startswith(b"\xef\xbb\xbf"):
        return "starts with a byte order mark; write UTF-8 without one"
    if not line.strip():
        return "is empty"
    try:
        line.decode()
    except UnicodeDecodeError as broken:
        return f"is not UTF-8: byte {broken.start} is wrong"
    if "surrogate" in str(error):
        return "holds a lone surrogate, which is not text"
    try:
        json.loads(line, parse_constant=_constant)
    except _Constant as constant:
        return f"holds {constant}, which is not JSON"
    except ValueError:
        pass
    return f"is not JSON: {error}"


class _Constant(Exception):
    """NaN or Infinity stands where a number should."""


def _constant(name: str) -> NoReturn:
    raise _Constant(name)


def _row_findings(row: Row, part: Part, form: Format) -> Iterator[tuple[str, str]]:
    broken = [(_field(error), _message(error)) for error in part.validator.iter_errors(row)]
    yield from broken
    if not broken:
        yield from findings(form.read(row), form)


def _field(error: jsonschema_rs.ValidationError) -> str:
    field = ""
    for part in error.instance_path:
        field += f"[{part}]" if isinstance(part, int) else f".{part}" if field else part
    return field


def _message(error: jsonschema_rs.ValidationError) -> str:
    """The validator's words; a long value in them is cut."""
    message: Any = error.message
    return message if len(message) <= 200 else f"{message[:120]} ... {message[-60:]}"
