"""OpenAI rows against JSON Schemas made from the installed `openai` package."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from openai.types.chat import ChatCompletionAssistantMessageParam, ChatCompletionMessageParam
from openai.types.chat import ChatCompletionFunctionToolParam as ToolParam
from pydantic import TypeAdapter

from trajgym.writers import export


def close(schema: Any) -> Any:
    """The schema, with every object that names its properties closed to others."""
    if isinstance(schema, dict):
        for part in schema.values():
            close(part)
        if "properties" in schema and schema.get("type") == "object":
            schema["additionalProperties"] = False
    elif isinstance(schema, list):
        for part in schema:
            close(part)
    return schema


@cache
def schema_of(kind: Any, weighted: bool = False) -> jsonschema.Draft202012Validator:
    schema = close(TypeAdapter(kind).json_schema())
    if weighted:
        for definition in schema["$defs"].values():
            if definition.get("properties", {}).get("role", {}).get("const") == "assistant":
                definition["properties"]["weight"] = {"enum": [0, 1]}
    return jsonschema.Draft202012Validator(schema)


def sdk_errors(row: dict[str, Any]) -> list[str]:
    """What the package's types have against a row of either OpenAI format."""
    given = row.get("input", row)
    found = [*schema_of(list[ChatCompletionMessageParam], "input" not in row).iter_errors(given["messages"])]
    found += schema_of(list[ToolParam]).iter_errors(given.get("tools", []))
    for side in ("preferred_output", "non_preferred_output"):
        found += schema_of(list[ChatCompletionAssistantMessageParam]).iter_errors(row.get(side, []))
    return [error.message for error in found]


@pytest.fixture(scope="module")
def folder(mixed: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("openai") / "data"
    export(mixed(6), ["openai_sft", "openai_dpo"], out)
    return out


def lines(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def every_row(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("openai_*/*.jsonl")):
        if ".meta." not in path.name:
            yield from lines(path)


def test_every_row_fits_the_types_of_the_openai_package(folder: Path) -> None:
    rows = list(every_row(folder))
    assert len(rows) == 6 * (1 + 1 + 2) + 6 * 6
    assert [error for row in rows for error in sdk_errors(row)] == []


@pytest.mark.parametrize("field", ["reasoning_content", "from", "name_of_call"])
def test_the_types_catch_a_key_they_do_not_know(folder: Path, field: str) -> None:
    row = next(every_row(folder))
    given = row.get("input", row)["messages"]
    given[-1][field] = "thinking"
    assert sdk_errors(row)


def test_the_types_catch_object_arguments_and_half_weights(folder: Path) -> None:
    row = lines(folder / "openai_sft/train.jsonl")[0]
    row["messages"][2]["weight"] = 0.5
    assert sdk_errors(row)
    row = lines(folder / "openai_sft/train.jsonl")[0]
    row["messages"][2]["tool_calls"][0]["function"]["arguments"] = {}
    assert sdk_errors(row)


def test_tools_stand_on_all_rows_of_a_file_or_on_none(folder: Path) -> None:
    for form in ("openai_sft", "openai_dpo"):
        with_tools = [row.get("input", row) for row in lines(folder / form / "train.jsonl")]
        without = [row.get("input", row) for row in lines(folder / form / "train.no_tools.jsonl")]
        assert with_tools and without
        assert all(row["tools"] and "parallel_tool_calls" in row for row in with_tools)
        assert all(row.keys() == {"messages"} for row in without)


def test_weights_say_what_is_learned(folder: Path) -> None:
    rows = lines(folder / "openai_sft/train.jsonl")
    weights = [[m["weight"] for m in row["messages"] if m["role"] == "assistant"] for row in rows]
    assert sorted(map(tuple, weights)) == sorted([(1, 1, 1, 1), (1, 1), (0, 0, 1, 0, 1, 1)] * 6)


def test_content_is_left_out_beside_bare_calls_and_names_off_tool_messages(folder: Path) -> None:
    for row in every_row(folder):
        for message in row.get("input", row)["messages"]:
            assert message.get("content") is not None or ("content" not in message and message["tool_calls"])
            assert message["role"] != "tool" or message.keys() == {"role", "tool_call_id", "content"}


def test_a_key_that_some_server_added_does_not_ride_along(made: Any, tmp_path: Path) -> None:
    row = made.shop(3)
    row.turns[0].message["reasoning_content"] = "hm"
    row.turns[0].message["tool_calls"][0]["index"] = 0
    row.turns[0].message["tool_calls"][0]["function"]["parsed"] = {}
    row.opening[0]["cache_control"] = {"type": "ephemeral"}
    export(made.Kept([row]), ["openai_sft"], tmp_path / "o")
    assert sdk_errors(lines(tmp_path / "o/openai_sft/train.jsonl")[0]) == []


def test_parallel_calls_are_as_the_task_says(made: Any, tmp_path: Path) -> None:
    rows = [made.shop(1), made.shop(2, tool_view={"parallel": False}), made.shop(3, tool_view={})]
    export(made.Kept(rows), ["openai_sft"], tmp_path / "o")
    written = lines(tmp_path / "o/openai_sft/train.jsonl")
    assert [row["parallel_tool_calls"] for row in written] == [True, False, True]
