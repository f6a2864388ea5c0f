"""TRL supervised fine-tuning, for ``SFTConfig(assistant_only_loss=True, max_length=None)``.

TRL knows no weight: with that setting every assistant message of ``messages`` is learned. So an example whose assistant
messages are all learned is one row of ``messages`` in the main file. An example with context (the words of another agent
before a hand-off, a turn of weight 0) becomes prompt/completion rows in a second file, one for each run of learned
messages: of such a row exactly the assistant messages of the completion are learned. Nothing is dropped and nothing is
taught that should not be. ``tools`` stands on every row, ``[]`` where there are none.
"""

from __future__ import annotations

from collections.abc import Iterator

from trajgym.trajectory import Frame
from trajgym.writers.example import Example
from trajgym.writers.registry import Column, Format, Part, Row, Written, tools_fragment
from trajgym.writers.shapes import TOOLS, messages
from trajgym.writers.trl_messages import ROLES, from_trl, to_trl

_MESSAGES = Column("list: json", messages(ROLES))
_TOOLS = Column("list: json", TOOLS)


def write(example: Example) -> Iterator[Written]:
    rows = to_trl(example.messages)
    tools = tools_fragment(example.frame)
    if 0 not in example.weights:
        yield Written("", {"messages": rows, "tools": tools}, example.learned)
        return
    at = [i for i, message in enumerate(rows) if message["role"] == "assistant"]
    for run in _runs(example.weights):
        first, last = at[run[0]], at[run[-1]]
        row: Row = {"prompt": rows[:first], "completion": rows[first : last + 1], "tools": tools}
        yield Written("masked", row, run)


def _runs(weights: list[int]) -> Iterator[tuple[int, ...]]:
    """The numbers of the learned turns, cut wherever a turn is not learned."""
    run: list[int] = []
    for turn, weight in enumerate([*weights, 0]):
        if weight:
            run.append(turn)
        elif run:
            yield tuple(run)
            run = []


def read(row: Row) -> Example:
    if "messages" in row:
        messages_, prompt = row["messages"], 0
        places = [f"messages[{i}]" for i in range(len(messages_))]
    else:
        messages_, prompt = [*row["prompt"], *row["completion"]], len(row["prompt"])
        places = [f"prompt[{i}]" for i in range(prompt)]
        places += [f"completion[{i}]" for i in range(len(row["completion"]))]
    return Example(
        messages=from_trl(messages_),
        frame=Frame("", "", row["tools"]),
        weights=[int(i >= prompt) for i, message in enumerate(messages_) if message["role"] == "assistant"],
        places=places,
    )


FORMAT = Format(
    name="trl_sft",
    kind="sft",
    parts=(
        Part(
            suffix="",
            config="sft",
            about="TRL supervised fine-tuning: every assistant message is learned (assistant_only_loss=True)",
            columns={"messages": _MESSAGES, "tools": _TOOLS},
        ),
        Part(
            suffix="masked",
            config="sft_masked",
            about="TRL supervised fine-tuning, rows with assistant messages that are context only: "
            "what is learned are the assistant messages of the completion (assistant_only_loss=True)",
            columns={"prompt": _MESSAGES, "completion": _MESSAGES, "tools": _TOOLS},
        ),
    ),
    write=write,
    read=read,
)
