"""Task files: one JSON object a line, each a task for tools that nobody here wrote.

    {"id": "noon", "user": "It is noon in Paris. What time is it in Tokyo?",
     "solution": [{"tool": "convert_time", "args": {"source_timezone": "Europe/Paris", "time": "12:00", ...}}],
     "checks": [{"called": "convert_time", "args": {"time": "12:00"}}, {"said": "19:00"}]}

`checks` say what is right (all must hold); without any the task is not judged. `solution` is for the scripted expert; a model
needs none. `facts` are what the user can answer when it is asked; `setup` are calls made before the user speaks, `files` lie in
the server's folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from trajgym.config import did_you_mean
from trajgym.errors import TrajgymError
from trajgym.gym_envs.trace import Trace


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CallRow(_Part):
    """A call: a tool's name and its arguments."""

    tool: str
    args: dict[str, Any] = Field(default_factory=dict)


class FactRow(_Part):
    """A value that the user knows: `label` names it in a sentence ("order number"), `keys` are lower-case words by which a
    question for it is known."""

    value: str | int | float
    label: str = Field(min_length=1)
    kind: Literal["id", "email", "name", "date", "number", "place", "text", "choice"] = "text"
    keys: list[str] = Field(default_factory=list)


class Check(_Part):
    """One of: `called` (some successful call of that tool has these arguments, and perhaps more), `not_called` (none has),
    `read_back` (that tool, called when all is over, gives a result that has `equals` in it, part by part, or `contains` as
    text), `said` (the agent told the user that value)."""

    called: str = ""
    not_called: str = ""
    read_back: str = ""
    said: str | int | float | None = None
    args: dict[str, Any] = Field(default_factory=dict)
    equals: Any = None
    contains: str = ""

    @model_validator(mode="after")
    def _one(self) -> Check:
        kinds = [name for name in ("called", "not_called", "read_back") if getattr(self, name)]
        kinds += ["said"] if self.said is not None else []
        if len(kinds) != 1:
            raise ValueError("a check has just one of called, not_called, read_back and said")
        given = {name for name in ("args", "equals", "contains") if name in self.model_fields_set}
        fits = {"called": {"args"}, "not_called": {"args"}, "said": set[str]()}
        odd = sorted(given - fits.get(kinds[0], given))
        if odd:
            raise ValueError(f"{kinds[0]} takes no {odd[0]}")
        if self.read_back and (self.equals is None) == (not self.contains):
            raise ValueError("read_back needs either equals or contains")
        return self

    @property
    def tool(self) -> str:
        return self.called or self.not_called or self.read_back

    def words(self) -> str:
        """What the check asks for, in a few words."""
        for kind in ("called", "not_called", "read_back"):
            if getattr(self, kind):
                return f"{kind} {getattr(self, kind)} {orjson.dumps(self.args).decode()}"
        return f"said {self.said}"


class TaskRow(_Part):
    """A line of a task file."""

    id: str = Field(min_length=1)
    user: str = Field(min_length=1)
    system: str = ""
    facts: dict[str, FactRow] = Field(default_factory=dict)
    setup: list[CallRow] = Field(default_factory=list)
    files: dict[str, str] = Field(default_factory=dict)
    solution: list[CallRow] = Field(default_factory=list)
    checks: list[Check] = Field(default_factory=list)

    @model_validator(mode="after")
    def _inside(self) -> TaskRow:
        for path in self.files:
            if path.startswith(("/", "~")) or ".." in Path(path).parts:
                raise ValueError(f"the file {path!r} would lie outside the server's folder")
        return self

    def tools(self) -> list[str]:
        """Every tool it names."""
        calls = [call.tool for call in (*self.setup, *self.solution)]
        return [*calls, *(check.tool for check in self.checks if check.tool)]


def read_tasks(path: str | Path) -> list[TaskRow]:
    """The tasks in the file at `path`. Raises TrajgymError with ``file:line: field`` for the first thing that is wrong."""
    path = Path(path)
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        raise TrajgymError(f"There is no task file {path}.", "Give a JSONL file, a task a line.") from None
    except OSError as error:
        raise TrajgymError(f"The task file {path} cannot be read: {error.strerror}.", "") from None
    places = [f"{path}:{number}" for number, line in enumerate(lines, 1) if line.strip()]
    return _checked(
        [_loaded(line, where) for line, where in zip(filter(bytes.strip, lines), places, strict=True)], places
    )


def read_rows(rows: Iterable[dict[str, Any]]) -> list[TaskRow]:
    """The tasks in `rows`, each an object as a line of a task file has it. Raises TrajgymError as `read_tasks` does."""
    rows = list(rows)
    return _checked(rows, [f"task {number}" for number in range(len(rows))])


def _loaded(line: bytes, where: str) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise TrajgymError(f"{where}: This is not JSON: {error.msg}.", "Each line is one JSON object.") from None


def _checked(values: list[Any], places: list[str]) -> list[TaskRow]:
    seen: dict[str, str] = {}
    rows = []
    for value, where in zip(values, places, strict=True):
        row = _row(value, where)
        if row.id in seen:
            raise TrajgymError(f"{where}: id: {row.id!r} is that of {seen[row.id]} already.", "Give each its own.")
        seen[row.id] = where
        rows.append(row)
    if not rows:
        raise TrajgymError("There are no tasks.", "A task file has a JSON object a line; see docs/your-own-tools.md.")
    return rows


def _row(value: Any, where: str) -> TaskRow:
    try:
        return TaskRow.model_validate(value)
    except ValidationError as error:
        found = error.errors()
        first = next((e for e in found if e["type"] == "extra_forbidden"), found[0])
        field = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            hint = did_you_mean(str(first["loc"][-1]), TaskRow.model_fields) if len(first["loc"]) == 1 else ""
            raise TrajgymError(f"{where}: {field}: There is no such field.", hint) from None
        said = re.sub("^Value error, ", "", first["msg"])
        raise TrajgymError(f"{where}: {field + ': ' if field else ''}{said[:1].lower()}{said[1:]}.", "") from None


def holds(check: Check, trace: Trace, look: Callable[[str, dict[str, Any]], Any]) -> bool:
    """True when a check of calls or of what is read back holds. `look` calls a tool: its result, or None when it fails."""
    if check.read_back:
        result = look(check.read_back, check.args)
        if check.contains:
            return check.contains in (result if isinstance(result, str) else orjson.dumps(result).decode())
        return part_of(check.equals, result)
    made = any(call.tool == check.tool and not call.error and part_of(check.args, call.args) for call in trace.calls)
    return made is bool(check.called)


def part_of(wanted: Any, found: Any) -> bool:
    """True when `found` is `wanted`, or an object that has all parts of it."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(name in found and part_of(v, found[name]) for name, v in wanted.items())
    if isinstance(wanted, list):
        return (
            isinstance(found, list)
            and len(found) == len(wanted)
            and all(part_of(a, b) for a, b in zip(wanted, found, strict=True))
        )
    return bool(wanted == found)
