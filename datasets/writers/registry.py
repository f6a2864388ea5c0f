"""Formats, found by their file.

A format is one module of `trajgym.writers.formats` that holds a `Format` called ``FORMAT``; its file name is its name.
Nothing else has to be edited to add one.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import orjson

from trajgym.errors import TrajgymError
from trajgym.trajectory import Frame
from trajgym.writers.example import Example

if TYPE_CHECKING:
    import jsonschema_rs

Row = dict[str, Any]


class Written(NamedTuple):
    """A row to write: the suffix of the part it goes to, its columns, and the numbers of the turns it teaches."""

    part: str
    row: Row
    turns: tuple[int, ...]


@dataclass(frozen=True)
class Column:
    """A column of a file: its type in the dataset card (``list: json``), and the JSON Schema of its values."""

    feature: str
    schema: dict[str, Any]
    required: bool = True


@dataclass(frozen=True)
class Part:
    """Rows of one shape. A file holds one part; a format whose rows come in two shapes has two.

    `suffix` is empty for the main part, whose file is ``train.jsonl``; others are ``train.<suffix>.jsonl``; files of the
    other splits begin with ``dev`` and ``test``. `config` is
    the name under which `datasets.load_dataset` opens the file. `about` says in a line what the rows are, for the card.
    `mark` tells a row of this part from rows of a later part that have the same columns.
    """

    suffix: str
    config: str
    about: str
    columns: Mapping[str, Column]
    mark: Callable[[Row], bool] = lambda row: True

    @property
    def file(self) -> str:
        return self.file_of("train")

    def file_of(self, split: str) -> str:
        """The file for the rows of `split`."""
        return f"{split}.{self.suffix}.jsonl" if self.suffix else f"{split}.jsonl"

    @cached_property
    def required(self) -> frozenset[str]:
        return frozenset(name for name, column in self.columns.items() if column.required)

    @cached_property
    def validator(self) -> jsonschema_rs.Validator:
        import jsonschema_rs  # here and elsewhere in this room: an export validates nothing, and starts 30 ms sooner

        return jsonschema_rs.validator_for(
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "type": "object",
                "properties": {name: column.schema for name, column in self.columns.items()},
                "required": sorted(self.required),
                "additionalProperties": False,
            }
        )


@dataclass(frozen=True)
class Format:
    """A file format.

    `write` turns an example into rows (several when one row cannot teach exactly its learned messages), `read` turns a
    row that fits the schema back into an example. `sides` are the places of a DPO row's chosen and rejected message.
    """

    name: str
    kind: Literal["sft", "dpo"]
    parts: tuple[Part, ...]
    write: Callable[[Example], Iterable[Written]]
    read: Callable[[Row], Example]
    sides: tuple[str, str] = ("", "")

    def part_of(self, row: Row) -> Part | None:
        """The first part whose required columns and mark `row` has."""
        return next((part for part in self.parts if part.required <= row.keys() and part.mark(row)), None)


@lru_cache(maxsize=2048)
def tools_fragment(frame: Frame) -> orjson.Fragment:
    """The tools of `frame` as JSON that is spliced into each row as it is. The cache is bounded: memory stays flat."""
    return orjson.Fragment(orjson.dumps(frame.tools))


@cache
def all_formats() -> dict[str, Format]:
    """All formats by name, in the order of their names."""
    folder = importlib.import_module("trajgym.writers.formats")
    found: dict[str, Format] = {}
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda module: module.name):
        entry = importlib.import_module(f"{folder.__name__}.{module.name}").FORMAT
        if entry.name != module.name:
            raise TypeError(f"the format in {module.name}.py calls itself {entry.name}")
        found[entry.name] = entry
    return found


def get_format(name: str) -> Format:
    """The format called `name`; TrajgymError when there is none."""
    try:
        return all_formats()[name]
    except KeyError:
        raise TrajgymError(f"There is no format {name!r}.", f"Formats: {', '.join(all_formats())}.") from None
