"""Whatever a world makes, written in any format and imported again, is what it was."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trajgym.chat import assistant, canonical, tool_result, user
from trajgym.trajectory import Frame, Pair, Turn
from trajgym.writers import all_formats, branch, check_export, export, read_file, stretches

WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=24).filter(lambda text: text.strip())
SCALARS = st.one_of(WORDS, st.integers(-(2**53), 2**64 - 1), st.booleans(), st.none(), st.floats(-1e9, 1e9))
ARGUMENTS = {
    "text": WORDS,
    "count": st.integers(-(2**63), 2**64 - 1),
    "ratio": st.floats(-1e9, 1e9),
    "maybe": st.one_of(st.none(), WORDS),
    "how": st.sampled_from(["card", "voucher", "ça"]),
    "nested": st.dictionaries(WORDS, st.lists(SCALARS, max_size=2), max_size=2),
    "flags": st.lists(st.booleans(), max_size=3),
}
SCHEMAS: dict[str, Any] = {
    "text": {"type": "string"},
    "count": {"type": "integer"},
    "ratio": {"type": "number"},
    "maybe": {"type": ["string", "null"]},
    "how": {"enum": ["card", "voucher", "ça"]},
    "nested": {"type": "object"},
    "flags": {"type": "array", "items": {"type": "boolean"}},
}
NAMES = st.text("abcXYZ019_-", min_size=1, max_size=12)


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    tools = []
    for name in draw(st.lists(NAMES, min_size=0, max_size=3, unique=True)):
        keys = draw(st.lists(st.sampled_from(list(ARGUMENTS)), unique=True))
        parameters = {"type": "object", "properties": {k: SCHEMAS[k] for k in keys}, "required": keys[:1]}
        function = {"name": name, "description": draw(WORDS), "parameters": parameters}
        tools.append({"type": "function", "function": function})
    return Frame(draw(WORDS), draw(WORDS), tools)


@st.composite
def messages(draw: st.DrawFn, frame: Frame, ids: list[str]) -> Any:
    """An assistant message; `ids` are still free and are used up."""
    calls = []
    if frame.tools and draw(st.booleans()):
        for _ in range(draw(st.integers(1, 3))):
            function = draw(st.sampled_from(frame.tools))["function"]
            keys = list(function["parameters"]["properties"])
            given_keys = keys[: draw(st.integers(min(1, len(keys)), len(keys)))]
            calls.append((function["name"], {key: draw(ARGUMENTS[key]) for key in given_keys}))
    message = assistant(draw(st.one_of(st.none(), WORDS)) if calls else draw(WORDS), calls or None)
    for call in message.get("tool_calls", []):
        call["id"] = ids.pop()
    return message


@st.composite
def turns(draw: st.DrawFn) -> list[Turn]:
    shown = draw(st.lists(frames(), min_size=1, max_size=3))
    ids = [f"call{number:05d}" for number in range(40)]
    made: list[Turn] = []
    for _ in range(draw(st.integers(1, 6))):
        frame = draw(st.sampled_from(shown))
        message = draw(messages(frame, ids))
        results = [
            tool_result(call["id"], call["function"]["name"], draw(WORDS)) for call in message.get("tool_calls", [])
        ]
        made.append(Turn(frame, message, results or [user(draw(WORDS))], weight=draw(st.integers(0, 3)) and 1))
    made[-1].weight = 1
    return made


def parts(example: Any) -> Any:
    """What has to come back."""
    return example.messages, example.frame.tools, example.weights, example.chosen, example.rejected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(turns(), st.data())
def test_written_and_imported_again_is_equal(made: Any, episode: list[Turn], data: st.DataObject) -> None:
    row = made.trajectory(made.task(1), episode, opening="Hello ¿?")
    at = data.draw(st.integers(0, len(episode) - 1))
    rejected = assistant("Something else altogether.\u2028")
    pair = Pair("p", row.id, at, episode[at].message, rejected, "M01", "", "teacher", "operator")
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "o"
        export(made.Kept([row], [(pair, row)]), all_formats(), out)
        assert check_export(out) == []
        for form in all_formats().values():
            files = [out / form.name / part.file for part in form.parts]
            read = [example for file in files if file.exists() for example in read_file(file, form)]
            expected = list(stretches(row)) if form.kind == "sft" else [branch(pair, row)]
            if form.name == "trl_sft":
                check_trl(expected, read)
            else:
                by_text = {canonical(parts(e)): 1 for e in expected}
                assert {canonical(parts(e)): 1 for e in read} == by_text


def check_trl(expected: list[Any], read: list[Any]) -> None:
    """The masked file cuts an example into runs: each is a beginning of it, and together they learn what it learns."""
    for example in expected:
        size = len(example.messages)
        mine = [
            e
            for e in read
            if e.messages == example.messages[: len(e.messages)] and e.frame.tools == example.frame.tools
        ]
        learned = sorted(turn for e in mine for turn in e.learned if turn in example.learned)
        assert set(learned) == set(example.learned)
        assert max(len(e.messages) for e in mine) == size
    assert sum(len(e.learned) for e in read) == sum(len(e.learned) for e in expected)
