"""OpenAI preference fine-tuning: ``input``, ``preferred_output``, ``non_preferred_output``, one assistant message a side.

Rows without tools go to a file of their own, as in `openai_sft`.
"""

from __future__ import annotations

from collections.abc import Iterator

from trajgym.trajectory import Frame
from trajgym.writers.example import CannotWrite, Example
from trajgym.writers.openai_messages import ASSISTANT, CONTEXT_ROLES, from_openai, to_assistant, to_openai
from trajgym.writers.registry import Column, Format, Part, Row, Written, tools_fragment
from trajgym.writers.shapes import TOOLS, closed, messages, one

_MESSAGES = messages({**CONTEXT_ROLES, "assistant": ASSISTANT})
_SIDE = Column("list: json", one(ASSISTANT))


def write(example: Example) -> Iterator[Written]:
    if example.chosen is None or example.rejected is None:
        raise CannotWrite("a preference needs a chosen and a rejected message")
    given: Row = {"messages": to_openai(example.messages)}
    if example.frame.tools:
        given["tools"] = tools_fragment(example.frame)
        given["parallel_tool_calls"] = example.parallel
    row: Row = {
        "input": given,
        "preferred_output": [to_assistant(example.chosen)],
        "non_preferred_output": [to_assistant(example.rejected)],
    }
    yield Written("" if example.frame.tools else "no_tools", row, (len(example.weights),))


def read(row: Row) -> Example:
    given = row["input"]
    found = from_openai(given["messages"])
    return Example(
        messages=found,
        frame=Frame("", "", given.get("tools", [])),
        weights=[0 for message in found if message["role"] == "assistant"],
        parallel=given.get("parallel_tool_calls", True),
        chosen=from_openai(row["preferred_output"])[0],
        rejected=from_openai(row["non_preferred_output"])[0],
        places=[f"input.messages[{i}]" for i in range(len(found))],
    )


_GIVEN = closed(
    ("messages", "tools"),
    messages=_MESSAGES,
    tools={**TOOLS, "minItems": 1},
    parallel_tool_calls={"type": "boolean"},
)

FORMAT = Format(
    name="openai_dpo",
    kind="dpo",
    parts=(
        Part(
            suffix="",
            config="openai_dpo",
            about="OpenAI preference fine-tuning",
            columns={
                "input": Column("dtype: json", _GIVEN),
                "preferred_output": _SIDE,
                "non_preferred_output": _SIDE,
            },
            mark=lambda row: isinstance(row["input"], dict) and "tools" in row["input"],
        ),
        Part(
            suffix="no_tools",
            config="openai_dpo_no_tools",
            about="OpenAI preference fine-tuning, rows without tools (the agent answers in JSON or in words)",
            columns={
                "input": Column("dtype: json", closed(("messages",), messages=_MESSAGES)),
                "preferred_output": _SIDE,
                "non_preferred_output": _SIDE,
            },
        ),
    ),
    write=write,
    read=read,
    sides=("preferred_output[0]", "non_preferred_output[0]"),
)
