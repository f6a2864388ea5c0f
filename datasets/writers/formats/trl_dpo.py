"""TRL preference training: ``prompt``, ``chosen``, ``rejected``, ``tools``; one assistant message a side, because TRL would
count tool results inside a longer side as words of the model."""

from __future__ import annotations

from collections.abc import Iterator

from trajgym.trajectory import Frame
from trajgym.writers.example import CannotWrite, Example
from trajgym.writers.registry import Column, Format, Part, Row, Written, tools_fragment
from trajgym.writers.shapes import TOOLS, messages, one
from trajgym.writers.trl_messages import ROLES, from_trl, to_trl

_SIDE = Column("list: json", one(ROLES["assistant"]))


def write(example: Example) -> Iterator[Written]:
    if example.chosen is None or example.rejected is None:
        raise CannotWrite("a preference needs a chosen and a rejected message")
    row: Row = {
        "prompt": to_trl(example.messages),
        "chosen": to_trl([example.chosen]),
        "rejected": to_trl([example.rejected]),
        "tools": tools_fragment(example.frame),
    }
    yield Written("", row, (len(example.weights),))


def read(row: Row) -> Example:
    return Example(
        messages=from_trl(row["prompt"]),
        frame=Frame("", "", row["tools"]),
        weights=[0 for message in row["prompt"] if message["role"] == "assistant"],
        chosen=from_trl(row["chosen"])[0],
        rejected=from_trl(row["rejected"])[0],
        places=[f"prompt[{i}]" for i in range(len(row["prompt"]))],
    )


FORMAT = Format(
    name="trl_dpo",
    kind="dpo",
    parts=(
        Part(
            suffix="",
            config="dpo",
            about="TRL preference training (DPO)",
            columns={
                "prompt": Column("list: json", messages(ROLES)),
                "chosen": _SIDE,
                "rejected": _SIDE,
                "tools": Column("list: json", TOOLS),
            },
        ),
    ),
    write=write,
    read=read,
    sides=("chosen[0]", "rejected[0]"),
)
