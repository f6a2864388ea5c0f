"""Preflight passes what we write and names file, line and field of every planted mistake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from trajgym.errors import DiskTrouble, TrajgymError
from trajgym.writers import all_formats, check_export, export, preflight, read_file

Row = dict[str, Any]
Change = Callable[[Row], object]

OPENAI, TRL, OPENAI_DPO, TRL_DPO = "openai_sft", "trl_sft", "openai_dpo", "trl_dpo"


@pytest.fixture(scope="module")
def folder(made: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows of one kind: a look-up (messages 2 and 3), a question, two calls (6), last words (9)."""
    out = tmp_path_factory.mktemp("pre") / "data"
    rows = [made.shop(1), made.shop(3)]
    export(made.Kept(rows, [(made.pair(row, 2), row) for row in rows]), list(all_formats()), out)
    return out


def lines(folder: Path, form: str) -> list[bytes]:
    return (folder / form / "train.jsonl").read_bytes().splitlines(keepends=True)


def found(path: Path, body: bytes, form: str) -> list[tuple[int, str, str]]:
    path.write_bytes(body)
    problems = preflight(path, form)
    assert all(problem.file == str(path) for problem in problems)
    return [(problem.line, problem.field, problem.message) for problem in problems]


@pytest.mark.parametrize("form", [OPENAI, TRL, OPENAI_DPO, TRL_DPO])
def test_what_we_write_passes(folder: Path, form: str) -> None:
    assert preflight(folder / form / "train.jsonl", form) == []


def calls(row: Row, at: int = 2) -> Any:
    return row["messages"][at]["tool_calls"]


def swap(row: Row, one: int, two: int) -> None:
    row["messages"][one], row["messages"][two] = row["messages"][two], row["messages"][one]


CALL = {"id": "zzzzzzzzz", "type": "function", "function": {"name": "refund", "arguments": "{}"}}

ROW_MISTAKES: dict[str, tuple[str, Change, str, str]] = {
    "unknown key on a message": (OPENAI, lambda r: r["messages"][2].update(reasoning_content="hm"), "messages[2]", "reasoning_content"),
    "unknown key on a row": (OPENAI, lambda r: r.update(metadata={}), "", "metadata"),
    "tool message with a name": (OPENAI, lambda r: r["messages"][3].update(name="find_order"), "messages[3]", "name"),
    "unknown role": (OPENAI, lambda r: r["messages"][1].update(role="human"), "messages[1].role", "human"),
    "developer role": (OPENAI, lambda r: r["messages"][0].update(role="developer"), "messages[0].role", "developer"),
    "content is a list of parts": (OPENAI, lambda r: r["messages"][3].update(content=[{"type": "text"}]), "messages[3].content", "string"),
    "null content": (OPENAI, lambda r: r["messages"][2].update(content=None), "messages[2].content", "null"),
    "half weight": (OPENAI, lambda r: r["messages"][2].update(weight=0.5), "messages[2].weight", "0.5"),
    "weight as a word": (OPENAI, lambda r: r["messages"][2].update(weight="1"), "messages[2].weight", "integer"),
    "true as a weight": (OPENAI, lambda r: r["messages"][2].update(weight=True), "messages[2].weight", "integer"),
    "weight on the user": (OPENAI, lambda r: r["messages"][1].update(weight=0), "messages[1]", "weight"),
    "nothing to learn": (OPENAI, lambda r: [m.update(weight=0) for m in r["messages"] if m["role"] == "assistant"], "messages", "learn"),
    "arguments as an object": (OPENAI, lambda r: calls(r)[0]["function"].update(arguments={}), "messages[2].tool_calls[0].function.arguments", "string"),
    "arguments as a string": (TRL, lambda r: calls(r)[0]["function"].update(arguments="{}"), "messages[2].tool_calls[0].function.arguments", "object"),
    "arguments are not JSON": (OPENAI, lambda r: calls(r)[0]["function"].update(arguments="{order"), "messages[2].tool_calls[0].function.arguments", "JSON"),
    "arguments are a list": (OPENAI, lambda r: calls(r)[0]["function"].update(arguments="[]"), "messages[2].tool_calls[0].function.arguments", "object"),
    "argument of the wrong type": (TRL, lambda r: calls(r)[0]["function"]["arguments"].update(order_id=4), "messages[2].tool_calls[0].function.arguments['order_id']", "string"),
    "argument missing": (OPENAI, lambda r: calls(r)[0]["function"].update(arguments="{}"), "messages[2].tool_calls[0].function.arguments", "order_id"),
    "argument nobody declared": (TRL, lambda r: calls(r)[0]["function"]["arguments"].update(x=1), "messages[2].tool_calls[0].function.arguments", "x"),
    "undeclared tool": (TRL, lambda r: calls(r)[0]["function"].update(name="look") or r["messages"][3].update(name="look"), "messages[2].tool_calls[0].function.name", "not among the tools"),
    "illegal tool name in a call": (OPENAI, lambda r: calls(r)[0]["function"].update(name="find order"), "messages[2].tool_calls[0].function.name", "find order"),
    "illegal tool name": (OPENAI, lambda r: r["tools"][0]["function"].update(name="find.order"), "tools[0].function.name", "find.order"),
    "tool name too long": (OPENAI, lambda r: r["tools"][0]["function"].update(name="f" * 65), "tools[0].function.name", "match"),
    "tool without a description": (TRL, lambda r: r["tools"][0]["function"].pop("description"), "tools[0].function", "description"),
    "two tools of one name": (TRL, lambda r: r["tools"].append(r["tools"][0]), "tools[2].function.name", "find_order"),
    "parameters are no schema": (TRL, lambda r: r["tools"][0]["function"].update(parameters={"type": "objekt"}), "tools[0].function.parameters", "JSON Schema"),
    "no tools at all in the list": (OPENAI, lambda r: r.update(tools=[]), "tools", "1 item"),
    "unknown call id": (OPENAI, lambda r: r["messages"][3].update(tool_call_id="nobody000"), "messages[3].tool_call_id", "nobody000"),
    "result missing": (OPENAI, lambda r: r["messages"].pop(3), "messages[3]", "before the results"),
    "result given twice": (OPENAI, lambda r: r["messages"].insert(4, r["messages"][3]), "messages[4].tool_call_id", "already"),
    "call id used twice": (OPENAI, lambda r: calls(r, 6)[0].update(id=calls(r)[0]["id"]), "messages[6].tool_calls[0].id", "twice"),
    "result under another tool's name": (TRL, lambda r: r["messages"][3].update(name="refund"), "messages[3].name", "refund"),
    "tool message without a name": (TRL, lambda r: r["messages"][3].pop("name"), "messages[3]", "name"),
    "assistant says nothing": (TRL, lambda r: r["messages"][4].update(content=" "), "messages[4]", "neither"),
    "assistant has no content key": (OPENAI, lambda r: r["messages"][4].pop("content"), "messages[4]", "neither"),
    "empty list of calls": (OPENAI, lambda r: r["messages"][2].update(tool_calls=[]), "messages[2].tool_calls", "1 item"),
    "system message in the middle": (OPENAI, lambda r: r["messages"].insert(5, {"role": "system", "content": "x"}), "messages[5].role", "first"),
    "assistant before the user": (TRL, lambda r: r["messages"].pop(1), "messages[1].role", "before the user"),
    "two assistant messages in a row": (TRL, lambda r: r["messages"].pop(5), "messages[5].role", "in a row"),
    "user before the results are taken up": (TRL, lambda r: swap(r, 4, 5), "messages[4].role", "taken up"),
    "row ends with the user": (OPENAI, lambda r: r["messages"].append({"role": "user", "content": "bye"}), "messages[10].role", "end with an assistant"),
    "calls at once where they may not be": (OPENAI, lambda r: r.update(parallel_tool_calls=False), "messages[6].tool_calls", "parallel"),
    "parallel_tool_calls as a word": (OPENAI, lambda r: r.update(parallel_tool_calls="no"), "parallel_tool_calls", "boolean"),
    "no messages": (TRL, lambda r: r.update(messages=[]), "messages", "1 item"),
    "tools missing": (TRL, lambda r: r.pop("tools"), "tools", "missing"),
    "tools as a string": (TRL, lambda r: r.update(tools="[]"), "tools", "array"),
    "two messages on a side": (OPENAI_DPO, lambda r: r["preferred_output"].append({"role": "assistant", "content": "x"}), "preferred_output", "1 item"),
    "no message on a side": (TRL_DPO, lambda r: r.update(rejected=[]), "rejected", "1 item"),
    "a tool message on a side": (OPENAI_DPO, lambda r: r.update(non_preferred_output=[{"role": "tool", "content": "x", "tool_call_id": "a"}]), "non_preferred_output[0].role", "tool"),
    "weight on a side": (OPENAI_DPO, lambda r: r["preferred_output"][0].update(weight=1), "preferred_output[0]", "weight"),
    "equal sides": (OPENAI_DPO, lambda r: r.update(non_preferred_output=r["preferred_output"]), "non_preferred_output[0]", "equal"),
    "equal sides but for ids": (TRL_DPO, lambda r: r.update(rejected=[{**r["chosen"][0], "tool_calls": [{**c, "id": f"other{i}"} for i, c in enumerate(r["chosen"][0]["tool_calls"])]}]), "rejected[0]", "equal"),
    "prompt ends with the assistant": (TRL_DPO, lambda r: r["prompt"].append({"role": "assistant", "content": "x"}), "prompt[6].role", "end with"),
    "prompt ends amid its calls": (OPENAI_DPO, lambda r: r["input"]["messages"].extend([{"role": "assistant", "tool_calls": [CALL]}]), "input.messages[6].role", "end with"),
    "chosen side calls an undeclared tool": (TRL_DPO, lambda r: r.update(chosen=r["rejected"], rejected=r["chosen"]), "chosen[0].tool_calls[0].function.name", "wipe_everything"),
    "chosen side breaks the tool's schema": (OPENAI_DPO, lambda r: r["preferred_output"][0]["tool_calls"][0]["function"].update(arguments='{"order_id": "a", "how": "cash"}'), "preferred_output[0].tool_calls[0].function.arguments['how']", "cash"),
    "rejected arguments are not JSON": (OPENAI_DPO, lambda r: r["non_preferred_output"][0]["tool_calls"][0]["function"].update(arguments="{"), "non_preferred_output[0].tool_calls[0].function.arguments", "JSON"),
    "a side takes an id of the prompt": (TRL_DPO, lambda r: r["chosen"][0]["tool_calls"][0].update(id=r["prompt"][2]["tool_calls"][0]["id"]), "chosen[0].tool_calls[0].id", "twice"),
    "a row of another format": (TRL, lambda r: (r.clear(), r.update(prompt=[], chosen=[], rejected=[], tools=[])), "", "trl_dpo"),
    "a row of no format": (TRL, lambda r: (r.clear(), r.update(conversations=[])), "messages", "missing"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROW_MISTAKES)
def test_a_planted_mistake_is_named_where_it_is(folder: Path, tmp_path: Path, name: str) -> None:
    form, change, field, words = ROW_MISTAKES[name]
    good, bad = lines(folder, form)
    row = orjson.loads(bad)
    change(row)
    problems = found(tmp_path / "t.jsonl", good + orjson.dumps(row) + b"\n", form)
    assert [line for line, _, _ in problems if line != 2] == []
    assert any(at == field and words in message for _, at, message in problems), problems
    with pytest.raises(TrajgymError, match=r"t\.jsonl:2:"):
        list(read_file(tmp_path / "t.jsonl", form))


LINE_MISTAKES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "byte order mark": (lambda line: b"\xef\xbb\xbf" + line, "byte order mark"),
    "NaN": (lambda line: line.replace(b'"weight":1', b'"weight":NaN', 1), "NaN"),
    "Infinity": (lambda line: line.replace(b'"weight":1', b'"weight":-Infinity', 1), "-Infinity"),
    "lone surrogate": (lambda line: line.replace(b"Hello", b"\\ud83d", 1), "surrogate"),
    "raw surrogate bytes": (lambda line: line.replace(b"Hello", b"\xed\xa0\x80", 1), "not UTF-8"),
    "not an object": (lambda line: b"[" + line.strip() + b"]\n", "object"),
    "torn line": (lambda line: line[:60] + b"\n", "not JSON"),
    "empty line": (lambda line: b"\n", "empty"),
}


@pytest.mark.parametrize("name", LINE_MISTAKES)
def test_a_broken_line_is_named(folder: Path, tmp_path: Path, name: str) -> None:
    change, words = LINE_MISTAKES[name]
    good, bad = lines(folder, OPENAI)
    broken = change(bad)
    assert broken != bad
    ((line, field, message),) = found(tmp_path / "t.jsonl", good + broken, OPENAI)
    assert (line, field) == (2, "") and words in message


@pytest.mark.parametrize("form", [OPENAI, OPENAI_DPO])
def test_tools_on_some_rows_only(folder: Path, tmp_path: Path, form: str) -> None:
    good, bad = lines(folder, form)
    row = orjson.loads(bad)
    given = row.get("input", row)
    del given["tools"], given["parallel_tool_calls"]
    ((line, _, message),) = found(tmp_path / "t.jsonl", good + orjson.dumps(row) + b"\n", form)
    assert line == 2 and "one shape" in message


def test_an_empty_or_missing_file(tmp_path: Path) -> None:
    assert found(tmp_path / "t.jsonl", b"", TRL) == [(0, "", "has no rows")]
    with pytest.raises(DiskTrouble):
        preflight(tmp_path / "none.jsonl", TRL)


def test_context_and_the_rejected_side_may_hold_what_went_wrong(made: Any, tmp_path: Path) -> None:
    row = made.handoff(1)
    export(made.Kept([row], [(made.pair(row, 2), row)]), list(all_formats()), tmp_path / "o")
    assert check_export(tmp_path / "o") == []


def test_a_problem_reads_as_file_line_field(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_bytes(lines(folder, TRL)[0].replace(b'"name":"find_order","content"', b'"content"', 1))
    (problem,) = preflight(tmp_path / "t.jsonl", TRL)
    assert str(problem).startswith(f"{tmp_path}/t.jsonl:1:messages[3]: ")


@pytest.fixture
def copy(made: Any, tmp_path: Path) -> Path:
    export(made.Kept([made.shop(1), made.shop(3)]), [TRL], tmp_path / "o")
    return tmp_path / "o"


def test_an_export_is_checked_against_its_manifest(copy: Path) -> None:
    assert check_export(copy) == []
    data = copy / "trl_sft/train.jsonl"
    body = data.read_bytes()
    data.write_bytes(body.replace(b"Card or voucher", b"Cash or voucher", 1))
    assert ["sha256" in str(problem) for problem in check_export(copy)] == [True]
    data.write_bytes(body)
    meta = copy / "trl_sft/train.meta.jsonl"
    meta.write_bytes(meta.read_bytes().splitlines(keepends=True)[0])
    assert any("1 lines for 2 rows" in str(problem) for problem in check_export(copy))
    meta.unlink()
    assert any("is missing" in str(problem) for problem in check_export(copy))
    (copy / "manifest.json").unlink()
    with pytest.raises(TrajgymError, match="not an export"):
        check_export(copy)
