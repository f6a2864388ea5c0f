"""What a filter is: something that says of each row, in order, whether it is kept, and why not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, Literal, TypeVar

import orjson

from trajgym.chat import Message, canonical
from trajgym.journal import Journal
from trajgym.trajectory import Pair, Trajectory

Scope = Literal["row", "set", "pair"]


@dataclass(slots=True, frozen=True)
class Decision:
    """`keep` is True when the row is KEPT. A `reason` names the filter and what was wrong, ``outcome:goal``: the few
    words that the counts are made by, so it holds nothing that differs from row to row. A `score` is for whoever asks
    later how near it was."""

    keep: bool
    reason: str = ""
    score: float | None = None


KEPT = Decision(True)


class Row:
    """A trajectory of a journal, decoded when first asked for."""

    __slots__ = ("_body", "_journal", "_said", "_trajectory", "number")

    def __init__(self, journal: Journal, number: int, body: bytes | None = None) -> None:
        self.number = number
        self._journal = journal
        self._body = body
        self._trajectory: Trajectory | None = None
        self._said: str | None = None

    @property
    def trajectory(self) -> Trajectory:
        """Raises DamagedJournal when it cannot be decoded."""
        if self._trajectory is None:
            if self._body is None:
                self._trajectory = self._journal.trajectory(self.number)
            else:
                self._trajectory = self._journal.decode(self.number, self._body)
        return self._trajectory

    @property
    def said(self) -> str:
        """What duplicates are judged by; see the function `said`."""
        if self._said is None:
            self._said = said(self.trajectory)
        return self._said


@dataclass(slots=True)
class PairRow:
    """A preference pair and the trajectory it grew out of."""

    number: int
    pair: Pair
    trajectory: Trajectory


def is_correction(pair: Pair) -> bool:
    """Whether the rejected side is what the trajectory really did, and the chosen side was played to reward 1 apart from
    it: then the pair can be good although the trajectory is not."""
    return pair.chosen_from == "oracle" and pair.rejected_from == "teacher"


R = TypeVar("R", Row, PairRow)


class Filter(Generic[R]):
    """A filter of rows (`Row`, one by one), of pairs (`PairRow`, one by one), or of the set of rows (all in task order).

    Subclass it as a dataclass whose fields are the filter's parameters; all need defaults. Bump `version` when the same
    parameters come to judge otherwise: decisions made by another version or other parameters are made anew.
    """

    name: ClassVar[str]
    scope: ClassVar[Scope] = "row"
    order: ClassVar[int] = 50
    """Filters of a scope run by rising order; a row that one drops is not shown to the next. Cheap ones first."""
    version: ClassVar[int] = 1
    default: ClassVar[bool] = True
    """Whether it runs when no filters are named."""
    spares: ClassVar[tuple[str, ...]] = ()
    """For filters of scope row: the reasons, or how they begin, that speak against what the teacher did and not against
    the record of it. A row that is dropped for one of them leaves its corrections (see `is_correction`): these go on, with
    the row as far as it concerns them, to the filters after this one."""
    agents_fault: ClassVar[tuple[str, ...]] = ()
    """The reasons, or how they begin, for which it is the agent's fault that a row which reached its goal is dropped. Else
    it is the environment's."""
    scratch: Path | None = None
    """A folder for temporary files; None: the system's. Set by whoever runs the filter."""

    def judge(self, rows: Iterable[R]) -> Iterator[Decision]:
        """One decision for each row, in the order of the rows.

        A filter of scope row or pair decides by the row alone, so that its decisions can be stored and are never made
        twice; one of scope set may look at all rows before it says its first word.
        """
        raise NotImplementedError

    def identity(self) -> str:
        """Equal for filters that judge alike: a hash of name, version and parameters."""
        fields = getattr(self, "__dataclass_fields__", {})
        params: dict[str, Any] = {name: getattr(self, name) for name in fields}
        return hashlib.sha256(canonical([self.name, self.version, params])).hexdigest()[:16]


def said(trajectory: Trajectory) -> str:
    """What users and assistants said, and the skeleton of the calls (names of tools and of arguments), a line each.

    Not the system prompt and the tools, which all rows of a world share, nor what the tools answered.
    """
    lines: list[str] = []
    for message in trajectory.opening:
        _add(lines, message)
    for turn in trajectory.turns:
        _add(lines, turn.message)
        for message in turn.results:
            if message["role"] == "user":
                _add(lines, message)
    return "\n".join(lines)


def _add(lines: list[str], message: Message) -> None:
    if message["content"]:
        lines.append(message["content"])
    for call in message.get("tool_calls", ()):
        function = call["function"]
        lines.append(f"{function['name']} {' '.join(_keys(function['arguments']))}")


def _keys(arguments: str) -> list[str]:
    try:
        value = orjson.loads(arguments)
    except orjson.JSONDecodeError:
        return []
    return sorted(value) if isinstance(value, dict) else []
