"""What a run is asked to do, as a TOML file or command-line options say it; checked here, plain attributes afterwards."""

from __future__ import annotations

import difflib
import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from trajgym.errors import TrajgymError

VERSION = 1
"""The version of the configuration files this trajgym writes and reads."""

TARGETS = ("mixed", "uniform", "real-like")
"""Named mixtures of behaviour: half real-like and half even, even, or as real users seem to be."""

FORMATS = ("openai_sft", "openai_dpo", "trl_sft", "trl_dpo")


MCP = "mcp"
"""The world of a run whose tools come from an MCP server."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Quota(_Section):
    """A cell of behaviour: a level for some dimensions, in some worlds (empty: in any), and how many tasks it has at least."""

    levels: dict[str, str] = Field(min_length=1)
    worlds: list[str] = Field(default_factory=list)
    at_least: int = Field(ge=1)


class GenerateConfig(_Section):
    """Which tasks to make and who plays them. Of an existing run, only `n` may change, and only grow, and what it
    may cost."""

    worlds: list[str] = Field(min_length=1)
    """Names of worlds; ``["all"]`` stands for every world there is."""
    mcp: str = ""
    """The command of an MCP server, whose tools then are the world ``mcp``."""
    tasks: str = ""
    """The task file for such a world."""
    tasks_sha256: str = ""
    """Of the task file, so that a run goes on with the tasks it began with."""
    n: int = Field(ge=1)
    """Tasks. Task i belongs to world ``worlds[i % len(worlds)]`` and does not depend on `n`."""
    seed: int = 0
    level: Literal["mixed", 0, 1, 2, 3, 4] = "mixed"
    """How hard the tasks are; ``mixed`` draws the level of each task by its index."""
    target: str | dict[str, dict[str, float]] = "mixed"
    """The mixture of behaviour after the covering arrays: a name (see `TARGETS`), or percentages for the levels of
    dimensions. Task classes keep their shares."""
    quotas: list[Quota] = Field(default_factory=list)
    """Cells of which the stream has so many tasks at least."""
    pairs_per_task: int = Field(1, ge=0, le=16)
    """Preference pairs wanted from each rollout; fewer where no mistake fits."""
    samples: int = Field(1, ge=1, le=1000)
    """Rollouts of each task."""
    teacher: Literal["scripted", "openai"] = "scripted"
    model: str = ""
    """Name of the model, for a teacher that is one."""
    base_url: str = ""
    """Where the model is served; empty: ``OPENAI_BASE_URL``, else OpenAI. The key is read from ``OPENAI_API_KEY`` only."""
    user_model: str = ""
    """Name of a model that words what the simulated user says; empty: the grammar does."""
    user_base_url: str = ""
    """Where that model is served; its key is read from ``TRAJGYM_USER_API_KEY``, else the teacher's is used."""
    personas: str = ""
    """A file of people for the users to be; empty: those that trajgym knows."""
    personas_sha256: str = ""
    """Of that file, so that a run goes on with the people it began with."""
    temperature: float | None = Field(None, ge=0, le=2)
    max_tokens: int | None = Field(None, ge=1)
    concurrency: int = Field(256, ge=1, le=10_000)
    """Most calls in flight; fewer are used where the server asks for it."""
    deadline_s: float = Field(120.0, gt=0)
    """Seconds one reply may take, all told."""
    prices: list[float] = Field(default_factory=list)
    """What a million prompt tokens and a million completion tokens of the teacher's model cost, in any currency."""
    user_prices: list[float] = Field(default_factory=list)
    """The same of the model that words what the user says."""
    max_cost: float | None = Field(None, gt=0)
    """What the run may cost at most, in the currency of the prices. This and the next may change; the run goes on."""
    max_total_tokens: int | None = Field(None, ge=1)
    """The most tokens of all calls together."""

    @model_validator(mode="before")
    @classmethod
    def _brought(cls, values: Any) -> Any:
        if not isinstance(values, dict) or not (values.get("mcp") or values.get("tasks")):
            return values
        if not values.get("mcp") or not values.get("tasks"):
            raise ValueError("mcp (a command) and tasks (a file) go together")
        if values.get("worlds", [MCP]) != [MCP]:
            raise ValueError("an MCP server is a world of its own: give either worlds or mcp")
        return {**values, "worlds": [MCP]}

    @field_validator("worlds", mode="before")
    @classmethod
    def _every_world(cls, worlds: Any) -> Any:
        if worlds != ["all"]:
            return worlds
        from trajgym import world_folders

        return world_folders()

    @field_validator("worlds")
    @classmethod
    def _worlds_once(cls, worlds: list[str]) -> list[str]:
        if len(set(worlds)) < len(worlds):
            raise ValueError("a world is named twice")
        return worlds

    @field_validator("target")
    @classmethod
    def _known_target(cls, target: str | dict[str, dict[str, float]]) -> str | dict[str, dict[str, float]]:
        if isinstance(target, str) and target not in TARGETS:
            raise ValueError(f"it must be {', '.join(TARGETS)}, or shares of levels")
        return target

    @field_validator("base_url", "user_base_url")
    @classmethod
    def _url(cls, url: str) -> str:
        if not url:
            return url
        try:
            parts = urlsplit(url)
        except ValueError:
            raise ValueError("it is not a URL") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("it must be a URL that begins with http:// or https://")
        if parts.username or parts.password or parts.query:
            raise ValueError("it must hold no user, password or query: the run folder would keep them")
        return url

    @field_validator("prices", "user_prices")
    @classmethod
    def _two_prices(cls, prices: list[float]) -> list[float]:
        if prices and (len(prices) != 2 or not all(0 <= price < math.inf for price in prices)):
            raise ValueError("it must be two prices, of a million prompt tokens and of a million completion tokens")
        return prices

    @model_validator(mode="after")
    def _prices_known(self) -> GenerateConfig:
        if self.prices and self.teacher == "scripted":
            raise ValueError("the scripted teacher costs nothing: it takes no prices")
        if self.user_prices and not self.user_model:
            raise ValueError("user_prices needs a user_model (--user-model NAME)")
        if not self.paid and (self.max_cost is not None or self.max_total_tokens is not None):
            raise ValueError("without a model nothing is paid for, so there can be no limit on it")
        if self.max_cost is not None:
            if self.teacher != "scripted" and not self.prices:
                raise ValueError("max_cost needs the model's prices (--prices PROMPT,COMPLETION for a million tokens)")
            if self.user_model and not self.user_prices:
                raise ValueError("max_cost needs the prices of the user's model too (--user-prices PROMPT,COMPLETION)")
        return self

    @property
    def paid(self) -> bool:
        """Does a model play, or word what is said?"""
        return self.teacher != "scripted" or bool(self.user_model)

    @model_validator(mode="after")
    def _teacher_complete(self) -> GenerateConfig:
        if self.teacher == "openai" and not self.model:
            raise ValueError("teacher openai needs a model (--model NAME)")
        if self.user_base_url and not self.user_model:
            raise ValueError("user_base_url needs a user_model (--user-model NAME)")
        if self.teacher == "scripted" and (self.model or self.base_url):
            raise ValueError("the scripted teacher takes no model and no base_url; say --teacher openai")
        return self


class FilterConfig(_Section):
    names: list[str] = Field(default_factory=list)
    """The filters to run, in order; empty: the default ones."""
    accept: list[Literal["recorded", "unjudged"]] = Field(default_factory=list)
    """What is kept besides what is right and proved: episodes that cannot be replayed, and such as nobody has judged."""


class ExportConfig(_Section):
    formats: list[str] = Field(default_factory=lambda: list(FORMATS), min_length=1)
    out: str = ""
    """The folder for the files; empty: ``export`` in the run folder."""
    splits: list[int] = Field(default_factory=lambda: [100, 0, 0])
    """Shares of train, dev and test; see `trajgym.splits`."""
    hold_out: list[str] = Field(default_factory=list)
    """What is in test only: ``world=bank_ops``, ``view=3``, ``policy=2.7``, ``profile=surface:typos``."""

    @field_validator("splits")
    @classmethod
    def _three_shares(cls, shares: list[int]) -> list[int]:
        if len(shares) != 3 or min(shares) < 0 or not any(shares):
            raise ValueError("it must be three shares, of train, dev and test, such as 90, 5, 5")
        return shares


class RunConfig(_Section):
    """All steps of a run. Paths are relative to the working directory."""

    version: int = VERSION
    run: str = Field(min_length=1)
    generate: GenerateConfig
    filter: FilterConfig = FilterConfig()
    export: ExportConfig = ExportConfig()


Section = TypeVar("Section", bound=BaseModel)


def make(model: type[Section], values: Mapping[str, Any], where: str = "", text: str = "") -> Section:
    """A `model` from `values`. Raises TrajgymError with one sentence about the first thing that is wrong.

    `where` names the file the values came from and `text` is what it holds, to find the line.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _explain(error, model, where, text) from None


def _explain(error: ValidationError, model: type[BaseModel], where: str, text: str) -> TrajgymError:
    errors = error.errors()
    # a misspelt setting often makes another one missing: the spelling is the cause
    first = next((found for found in errors if found["type"] == "extra_forbidden"), errors[0])
    keys = [str(part) for part in first["loc"] if isinstance(part, str) and part not in ("int", "float")]
    field = ".".join(keys)
    place = where
    if text:
        line = _line_of(text, keys)
        place = f"{where}:{line}" if line else where
    before = f"{place}: " if place else ""
    if first["type"] == "extra_forbidden":
        guess = did_you_mean(keys[-1], _keys_of(model, keys[:-1]))
        return TrajgymError(f"{before}There is no setting {field!r}.", guess)
    if first["type"] == "missing":
        return TrajgymError(f"{before}The setting {field!r} is missing.", "")
    said = first["msg"].removeprefix("Value error, ")
    said = said[:1].lower() + said[1:]
    given = first["input"]
    shown = f" (it is {given!r})" if isinstance(given, str | int | float) and "url" not in field else ""
    return TrajgymError(f"{before}{field or 'The settings'}: {said}{shown}.".replace("..", "."), "")


def _keys_of(model: type[BaseModel], path: list[str]) -> list[str]:
    for part in path:
        annotation = model.model_fields[part].annotation
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return []
        model = annotation
    return list(model.model_fields)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ "Did you mean X?", or the list of what is known."""
    known = list(known)
    close = difflib.get_close_matches(word, known, 1, 0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known: {', '.join(known)}." if known else ""


def _line_of(text: str, keys: list[str]) -> int:
    """The number of the line in TOML `text` that sets ``keys``; of its table's heading when there is none; else 0."""
    table: list[str] = []
    heading = 0
    for number, line in enumerate(text.split("\n"), 1):
        found = re.match(r"\s*\[\s*([\w.-]+)\s*\]", line)
        if found:
            table = found[1].split(".")
            if table == keys[: len(table)]:
                heading = number
            if table == keys:
                return number
            continue
        found = re.match(r"\s*\"?([\w.-]+)\"?\s*=", line)
        if found and table + found[1].split(".") == keys[: len(table) + found[1].count(".") + 1]:
            return number
    return heading


def load(path: str | Path) -> RunConfig:
    """The configuration in the TOML file at `path`.

    Raises TrajgymError with ``file:line: field`` when it cannot be read, is not TOML, or does not fit.
    """
    path = Path(path)
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise TrajgymError(f"There is no configuration file {path}.", "") from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise TrajgymError(f"The configuration file {path} cannot be read: {why}.", "") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        place = f"{path}:{found[1]}" if found else str(path)
        said = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise TrajgymError(f"{place}: This is not TOML: {said}.", "") from None
    version = values.get("version", VERSION)
    if version != VERSION:
        raise TrajgymError(
            f"{path} is of version {version}; this trajgym reads version {VERSION}.",
            "Use the trajgym that wrote it, or start a new run folder.",
        )
    return make(RunConfig, values, str(path), text)


def dump(config: RunConfig) -> str:
    """`config` as TOML that `load` reads back equal; settings that are None are left out."""
    values = config.model_dump(exclude_none=True)
    plain = {key: value for key, value in values.items() if not isinstance(value, dict)}
    tables = {key: value for key, value in values.items() if isinstance(value, dict)}
    parts = [_lines(plain), *(f"[{name}]\n{_lines(table)}" for name, table in tables.items())]
    return "\n".join(parts)


def _lines(values: Mapping[str, Any]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in values.items())


def _value(value: Any) -> str:
    """TOML of a string, number or truth value: JSON, but for one character that TOML wants escaped. A mapping is an
    inline table."""
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_value(key)} = {_value(item)}" for key, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
