"""What has happened so far in an episode, kept ready for rules and moves to ask.

The trace holds nothing that a reader of the transcript and the plan could not work out again: calls and their answers, what
the user has told, asked and confirmed, and every value that has been seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from trajgym.chat import canonical
from trajgym.gym_envs.plan import Plan, Step


def atom(value: Any) -> str:
    """A value as provenance compares it: numbers without a trailing .0, text in lower case."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value).strip().lower()


def atoms_of(value: Any, into: set[str]) -> None:
    """Add the atoms of all leaves of a JSON value to `into`."""
    if isinstance(value, dict):
        for item in value.values():
            atoms_of(item, into)
    elif isinstance(value, list):
        for item in value:
            atoms_of(item, into)
    elif value is not None:
        into.add(atom(value))


@dataclass(slots=True)
class Say:
    """One message of the user: the act, its words, and what it means.

    `told`: slots it tells (their values become known). `wrong`: wrong values it states. `unknown`: slots it says it does
    not know. `goals`: names of goals it states. `confirmed`: steps it says yes to. `event`: it fires the plan's next event.
    `ends`: the user is gone after this; with empty `text` nothing is said at all. `torn`: a slot for which it gives two values.
    """

    act: str
    text: str
    told: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    event: bool = False
    ends: bool = False
    torn: str = ""


@dataclass(slots=True)
class Call:
    """A call that was made: `error` is the code of its failure or empty; `step` the plan's step it did, or empty."""

    tool: str
    args: dict[str, Any]
    key: bytes
    turn: int
    error: str = ""
    step: str = ""
    result: Any = None


@dataclass(slots=True)
class Trace:
    calls: list[Call] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    """Steps that succeeded -> turn."""
    groups: set[str] = field(default_factory=set)
    last_call: dict[bytes, Call] = field(default_factory=dict)
    last_write: int = -1
    """Index in `calls` of the last successful write."""
    told: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    misheard: dict[str, str] = field(default_factory=dict)
    """Slots of which the user has so far said something wrong -> what it said."""
    goals: set[str] = field(default_factory=set)
    confirmed: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    """Atoms of what was told and found, as far as they have been worked out (see `found`)."""
    unread: list[Any] = field(default_factory=list)
    """Tool results whose atoms have not been worked out yet: most are never asked for."""
    heard: str = ""
    """All words of the user so far, in lower case."""
    tells: set[str] = field(default_factory=set)
    """Names of tells that have reached the user."""
    reported: set[str] = field(default_factory=set)
    """Steps that were done when the agent last closed."""
    phase: int = 0
    turn: int = 0
    terminal: str = ""
    """Name of the terminal tool that was called with success."""
    attacked: bool = False
    """A planted instruction has been seen in a tool result."""
    obeyed: bool = False
    leaked: bool = False
    hung_up: bool = False
    closed: str = ""
    """How the agent's last words to the user read: closing, refusal or empty."""

    def hear(self, say: Say, plan: Plan) -> None:
        """Take in a message of the user."""
        if say.event:
            self.phase += 1
        for slot in say.told:
            fact = plan.facts[slot]
            self.told.add(slot)
            atoms_of(fact.value, self.values)
            self.values.add(atom(fact.spoken))
        self.unknown.update(say.unknown)
        for words in say.wrong:
            self.misheard.update({slot: words for slot, fact in plan.facts.items() if fact.wrong == words})
        if say.torn:
            fact = plan.facts[say.torn]
            self.misheard[say.torn] = f'{fact.spoken}" or "{fact.wrong}'
        self.goals.update(say.goals)
        self.confirmed.update(say.confirmed)
        if say.text:
            self.heard += "\n" + say.text.lower()

    def learn(self, result: Any) -> None:
        """Take in what a tool answered."""
        self.unread.append(result)

    def found(self) -> set[str]:
        """Atoms of every value told or found so far."""
        for result in self.unread:
            atoms_of(result, self.values)
        self.unread.clear()
        return self.values

    def knows(self, value: Any) -> bool:
        """True when `value` was told by the user or came from a tool: as a value, or word for word."""
        text = atom(value)
        if text in self.values or (len(text) > 1 and _stands_in(text, self.heard)):
            return True
        return text in self.found()

    def satisfied(self, name: str, plan: Plan) -> bool:
        """True when step `name`, or another of its group, has succeeded."""
        if name in self.done:
            return True
        step = plan.step(name)
        return bool(step.group) and step.group in self.groups

    def open(self, step: Step) -> bool:
        """True when `step` belongs to the present phase and is neither done nor made needless by its group."""
        if not step.since <= self.phase < step.until or step.name in self.done:
            return False
        return not (step.group and step.group in self.groups)


def call_key(tool: str, args: Any) -> bytes:
    return canonical([tool, args])


def _stands_in(needle: str, text: str) -> bool:
    """True when `needle` stands in `text` as whole words; nothing stands nowhere. A number is not found inside an id or a
    date: 2002 does not stand in D-2002."""
    at = text.find(needle) if needle else -1
    joined = "-" if needle.isdigit() else ""
    while at >= 0:
        before = text[at - 1 : at]
        end = at + len(needle)
        after = text[end : end + 1]
        inside = (before.isalnum() and needle[0].isalnum()) or (after.isalnum() and needle[-1].isalnum())
        if not inside and not (joined and joined in (before, after)):
            return True
        at = text.find(needle, at + 1)
    return False


NUMBER = re.compile(r"(?<![\w.-])(?<!\d,)-?\d[\d,]*(?:\.\d+)?(?![\w-])")


def numbers_in(text: str) -> set[str]:
    """The atoms of the numbers that stand in `text` as words of their own."""
    found = set()
    for match in NUMBER.findall(text):
        digits = match.replace(",", "").rstrip(".")
        found.add(atom(float(digits)))
    return found


def contains(text: str, value: Any) -> bool:
    """True when `text` states `value`: numbers by value ("1,250.00" is 1250), everything else word for word, whatever the
    case and the spacing."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return atom(value) in numbers_in(text)
    return _stands_in(" ".join(atom(value).split()), " ".join(text.lower().split()))
