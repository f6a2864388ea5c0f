"""OpenAI supervised fine-tuning: ``messages`` with ``weight`` on assistant messages, ``tools``, ``parallel_tool_calls``.

Also read by Azure, Together, Fireworks and, with ``message_field_training: weight``, by Axolotl. OpenAI wants ``tools`` on
all rows of a file or on none, so rows without tools (the agent answers in JSON, or only talks) go to a file of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from trajgym.trajectory import Frame
from trajgym.writers.example import Example
from trajgym.writers.openai_messages import CONTEXT_ROLES, WEIGHTED_ASSISTANT, from_openai, to_openai
from trajgym.writers.registry import Column, Format, Part, Row, Written, tools_fragment
from trajgym.writers.shapes import TOOLS, messages

_MESSAGES = Column("list: json", messages({**CONTEXT_ROLES, "assistant": WEIGHTED_ASSISTANT}))


def write(example: Example) -> Iterator[Written]:
    row: Row = {"messages": to_openai(example.messages, example.weights)}
    if not example.frame.tools:
        yield Written("no_tools", row, example.learned)
        return
    row["tools"] = tools_fragment(example.frame)
    row["parallel_tool_calls"] = example.parallel
    yield Written("", row, example.learned)


def read(row: Row) -> Example:
    found = row["messages"]
    return Example(
        messages=from_openai(found),
        frame=Frame("", "", row.get("tools", [])),
        weights=[message.get("weight", 1) for message in found if message["role"] == "assistant"],
        parallel=row.get("parallel_tool_calls", True),
        places=[f"messages[{i}]" for i in range(len(found))],
    )


FORMAT = Format(
    name="openai_sft",
    kind="sft",
    parts=(
        Part(
            suffix="",
            config="openai_sft",
            about="OpenAI supervised fine-tuning",
            columns={
                "messages": _MESSAGES,
                "tools": Column("list: json", {**TOOLS, "minItems": 1}),
                "parallel_tool_calls": Column("dtype: bool", {"type": "boolean"}, required=False),
            },
        ),
        Part(
            suffix="no_tools",
            config="openai_sft_no_tools",
            about="OpenAI supervised fine-tuning, rows without tools (the agent answers in JSON or in words)",
            columns={"messages": _MESSAGES},
        ),
    ),
    write=write,
    read=read,
)
