"""What the goal makers share: a task's setting, its people and days, and the plan as it grows."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.desktop_assistant.calendar_tools import minute_of
from trajgym.gym_envs.desktop_assistant.data import COMPANIES, DEPARTMENTS
from trajgym.gym_envs.desktop_assistant.fill import NO_PHONE, SIZES, TWINS
from trajgym.gym_envs.desktop_assistant.words import say_day, say_length, say_time, stamp, today_of
from trajgym.gym_envs.plan import Alternative, Attack, Draft, Ending, Fact, Goal, Plan, Step, Tell
from trajgym.seeding import Rng
from trajgym.task import Task

MANY = 3
"""To more than so many people at once nothing goes without the user's yes (P3)."""

SOLVED = (
    "That is everything you asked for",
    "That covers it",
    "Everything is in place",
    "That should be all",
    "You are all set",
    "",
    "Consider it settled",
    "Nothing else is open on my side",
)
READ = ("I hope that helps", "That is what I found", "", "That is all there is on it", "This is the current state")


class Person(NamedTuple):
    id: str
    name: str
    first: str
    last: str
    email: str
    phone: str
    company: str
    department: str
    role: str


_PEOPLE: dict[tuple[Hashable, str], Person] = {}


@dataclass(slots=True)
class Desk:
    """One request being worked out. `p`: prefix of all its names, so that several requests of a plan stay apart.
    `wants`: what the profile needs (see `shaping.needs`). `careful`: no write may come before the first yes."""

    state: Backend
    task: Task
    rng: Rng
    wants: set[str]
    p: str = ""
    used: set[str] = field(default_factory=set)
    goal: Goal = field(default_factory=lambda: Goal("g0", ()))
    facts: dict[str, Fact] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    tells: list[Tell] = field(default_factory=list)
    alternatives: list[Alternative] = field(default_factory=list)
    look_alikes: dict[str, list[Any]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    planted: list[tuple[str, str, str, str]] = field(default_factory=list)
    attacks: list[Attack] = field(default_factory=list)
    forbidden: list[tuple[str, str]] = field(default_factory=list)
    ending: Ending = field(default_factory=lambda: Ending("solved", SOLVED))
    today: date = field(init=False)
    ambiguity: str = field(init=False)
    _events: dict[date, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.today = today_of(self.task.level, self.task.tool_view.get("view", 0))
        self.ambiguity = "" if self.p else self.task.profile.get("ambiguity", "")

    @property
    def level(self) -> int:
        return self.task.level

    @property
    def inject(self) -> bool:
        return not self.p and self.task.task_class == "inject"

    @property
    def careful(self) -> bool:
        return not self.p and "confirm" in self.wants

    @property
    def company(self) -> str:
        return COMPANIES[self.task.level]

    def outside(self, person: Person) -> bool:
        return person.company != self.company

    # -- growing the plan ------------------------------------------------------------------------------------------

    def want(self, topic: str, says: Sequence[str], *slots: str) -> None:
        """Set the goal; `slots` are what the user tells of its own accord. A further goal is always said in full."""
        names = tuple(self.p + slot for slot in slots)
        texts = tuple(self._own(text) for text in says)
        if self.p:
            most = max(text.count("{") for text in texts)
            texts = tuple(text for text in texts if text.count("{") == most)
        self.goal = Goal(f"{self.p}g0", texts, names, topic)
        for step in self.steps:
            step.goal = self.goal.name
        for tell in self.tells:
            tell.goal = self.goal.name

    def _own(self, text: str) -> str:
        return text.replace("{", "{" + self.p) if self.p else text

    def fact(self, slot: str, value: Any, kind: str, label: str, *keys: str, spoken: str = "", wrong: str = "") -> Fact:
        keys = (label.lower(), *keys)
        said = f"the {label}" if kind == "name" else label  # or the user would call the names of others its own
        fact = Fact(self.p + slot, value, kind, said, keys, spoken, wrong)
        self.facts[fact.slot] = fact
        return fact

    def step(self, name: str, tool: str, args: dict[str, Any], *, needs: Sequence[str] = (), slots: Sequence[str] = (),
             **more: Any) -> Step:  # fmt: skip
        """Add a step; names in `needs` and `slots` are given without the prefix."""
        p = self.p
        step = Step(p + name, tool, args, tuple(p + n for n in needs), tuple(p + s for s in slots), **more)
        self.steps.append(step)
        return step

    def tell(self, name: str, value: Any, kind: str, says: Sequence[str], after: Sequence[str], *wrong: Any) -> Tell:
        """Add a tell; `wrong` are values that a user may claim instead."""
        tell = Tell(self.p + name, value, kind, tuple(says), tuple(self.p + step for step in after))
        self.tells.append(tell)
        if wrong:
            self.look_alikes[tell.name] = list(wrong)
        return tell

    def draft(self) -> Draft:
        return Draft(self.goal, self.facts, self.steps, self.tells)

    def plan(self) -> Plan:
        return Plan(
            [self.goal], self.facts, self.steps, self.tells, endings={0: self.ending}, attacks=self.attacks,
            forbidden=self.forbidden, unknown=self.unknown, look_alikes=self.look_alikes,
            parallel=bool(self.task.tool_view.get("parallel")), alternatives=self.alternatives, planted=self.planted,
        )  # fmt: skip

    # -- people ----------------------------------------------------------------------------------------------------

    def person(self, outside: bool = False, twin: bool = False, phone: bool = True) -> Person:
        """Somebody not yet used; with `twin` one whose first name somebody else has too."""
        size = SIZES[self.level]
        count, base = (size.outsiders, size.colleagues) if outside else (size.colleagues, 0)
        while True:
            rank = self.rng.below(TWINS) if twin else self.rng.between(TWINS, count - 1)
            silent = rank >= TWINS and rank % NO_PHONE == NO_PHONE - 1
            key = f"C-{base + rank:04d}"
            if key not in self.used and silent != phone:
                self.used.add(key)
                return self.at(key)

    def at(self, key: str) -> Person:
        """The person with this id. (Nobody's entry ever changes, so it is read once for each pre-built world.)"""
        known = _PEOPLE.get((self.state.key, key))
        if known is None:
            row = self.state.get("contacts", key)
            assert row is not None, key
            known = _PEOPLE[self.state.key, key] = Person(**row)
        return known

    def twin_of(self, person: Person) -> Person:
        """The other one of a pair with the same first name."""
        return self.at(f"C-{int(person.id[2:]) ^ 1:04d}")

    def colleague_in(self, department: str) -> Row:
        """How many people a department has, and its first one."""
        rows = self.state.rows("SELECT name, email FROM contacts WHERE department = ? ORDER BY id LIMIT 30", department)
        return {"count": len(rows), "first": rows[0]}

    def big_department(self) -> str:
        """A department with more people than a message may go to; empty when there is none."""
        fitting = [d for d in DEPARTMENTS if self.colleague_in(d)["count"] > 8]
        return self.rng.choice(fitting) if fitting else ""

    # -- days ------------------------------------------------------------------------------------------------------

    def day(self, weekend: bool = False) -> date:
        """A day to come that this plan has not used yet; relative to today it can be said in words."""
        while True:
            day = self.today + timedelta(days=self.rng.between(1, 20))
            if self.ambiguity == "relative_time" and (day - self.today).days > 13:
                continue
            if (day.weekday() > 4) == weekend and day.isoformat() not in self.used:
                self.used.add(day.isoformat())
                return day

    @property
    def on(self) -> str:
        """The preposition before a day as this user says it."""
        return "" if self.ambiguity == "relative_time" else "on "

    def said_day(self, day: date) -> str:
        return say_day(day, self.today, self.rng, self.ambiguity == "relative_time")

    def said_time(self, minute: int) -> str:
        return say_time(minute, self.rng, self.ambiguity == "unit_or_format")

    def said_length(self, minutes: int) -> str:
        return say_length(minutes, self.ambiguity == "unit_or_format")

    def said_moment(self, day: date, minute: int) -> str:
        return f"{self.said_day(day)} at {self.said_time(minute)}"

    def events(self, day: date) -> list[Row]:
        """The events of a day: id, title, start and minutes."""
        found = self._events.get(day)
        if found is None:
            found = self._events[day] = self.state.rows(
                "SELECT id, title, start, minutes FROM events WHERE day = ? ORDER BY start, id", day.isoformat()
            )
        return found

    def busy_day(self) -> date:
        """A day to come that has at least one event."""
        while True:
            day = self.day()
            if self.events(day):
                return day

    def free_minutes(self, day: date, length: int, but: str = "") -> list[int]:
        """Starts between 8:00 and 18:00, on the half hour, at which nothing is in the way."""
        busy = [
            (minute_of(e["start"]), minute_of(e["start"]) + e["minutes"]) for e in self.events(day) if e["id"] != but
        ]
        last = 18 * 60 - length
        free = list(range(480, last + 1, 30))
        for start, end in busy:
            free = [m for m in free if end <= m or m + length <= start]
        return free

    def moment(self, slot: str, label: str, *keys: str, before: str = "") -> None:
        """A fact for a day and time in one, as a reminder needs it; before the day `before`, when that can be."""
        if before:
            left = (date.fromisoformat(before) - self.today).days
            day = self.today + timedelta(days=max(1, left - self.rng.between(1, 4)))
            minute = 30 * (self.rng.between(14, 42) if left > 1 else self.rng.between(12, 15))
        else:
            day, minute = self.day(), 30 * self.rng.between(14, 42)
        wrong = self.said_moment(day, minute + 60)
        spoken = self.said_moment(day, minute)
        self.fact(slot, stamp(day, minute), "date", label, *keys, spoken=spoken, wrong=wrong)


def joined(names: Sequence[str]) -> str:
    """ "A, B and C"."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
