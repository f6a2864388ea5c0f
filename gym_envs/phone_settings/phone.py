"""What the makers of requests share: the phone they are about, what stands in the way, and the plan as it grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.phone_settings import data
from trajgym.gym_envs.phone_settings.book import Book, Person, book_of
from trajgym.gym_envs.phone_settings.tools import BASES, BLOCKERS, LABELS, shifted
from trajgym.gym_envs.plan import Alternative, Attack, Draft, Ending, Fact, Goal, Plan, Step, Tell
from trajgym.seeding import Rng
from trajgym.task import Task

_CLEARED = {
    False: ("I had to turn {value} off for that", "For that, {value} had to be off, and it is off now", "{value} stood in the way and is off now"),
    True: ("I had to turn {value} on for that", "For that, {value} had to be on, and it is on now", "It took {value}, which is on now"),
}  # fmt: skip
WHO_KEYS = ("who", "whom", "person", "name of the person", "contact")


class Moment(NamedTuple):
    """A day and time as the user says it; `shifts`: ways to work the day out from today, when it is said that way."""

    value: str
    spoken: str
    shifts: tuple[dict[str, Any], ...]


@dataclass(slots=True)
class Shared:
    """What several requests of a plan have in common: `on` is how the settings stand after the steps planned so far, `by` the
    step that brought a setting there, `used` the people, reminders and tools that are taken."""

    on: dict[str, bool]
    by: dict[str, str] = field(default_factory=dict)
    status: str = ""
    where: str = ""
    used: set[str] = field(default_factory=set)
    alone: bool = True
    """There is one request only."""


@dataclass(slots=True)
class Phone:
    """One request being worked out. `p`: prefix of all its names, so that several requests of a plan stay apart."""

    state: Backend
    task: Task
    rng: Rng
    shared: Shared
    p: str = ""
    wants: frozenset[str] = frozenset()
    book: Book = field(init=False)
    goal: Goal = field(init=False)
    facts: dict[str, Fact] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    tells: list[Tell] = field(default_factory=list)
    alternatives: list[Alternative] = field(default_factory=list)
    alike: dict[str, list[Any]] = field(default_factory=dict)
    holes: list[tuple[str, str, str]] = field(default_factory=list)
    """(table, id, column) of free text that its look-ups return: where a planted instruction can stand."""
    attacks: list[Attack] = field(default_factory=list)
    planted: list[tuple[str, str, str, str]] = field(default_factory=list)
    forbidden: list[tuple[str, str]] = field(default_factory=list)
    ending: Ending = field(
        default_factory=lambda: Ending("solved", ("", "", "Anything else is as it was", "The rest stays as it was"))
    )

    def __post_init__(self) -> None:
        self.book = book_of(self.state)
        self.goal = Goal(f"{self.p}g0", ())

    @property
    def ambiguity(self) -> str:
        return "" if self.p else self.task.profile.get("ambiguity", "")

    @property
    def code(self) -> str:
        return data.HOME_CODES[self.task.level]

    # -- growing the plan --------------------------------------------------------------------------------------------

    def want(self, topic: str, says: Sequence[str], *slots: str) -> None:
        """The request: `says` with ``{slot}`` of its own slots."""
        p = self.p
        texts = tuple(text.replace("{", "{" + p) for text in says) if p else tuple(says)
        self.goal = Goal(f"{p}g0", texts, tuple(p + slot for slot in slots), topic)

    def fact(self, slot: str, value: Any, kind: str, label: str, *keys: str, **more: Any) -> str:
        """Add a fact; its full name."""
        name = self.p + slot
        self.facts[name] = Fact(name, value, kind, label, (label.removeprefix("the "), *keys), **more)
        return name

    def step(
        self,
        name: str,
        tool: str,
        args: dict[str, Any],
        needs: Sequence[str] = (),
        slots: Sequence[str] = (),
        **more: Any,
    ) -> str:
        """Add a step; `needs` and `slots` are full names. Returns its own."""
        step = Step(self.p + name, tool, args, tuple(needs), tuple(slots), f"{self.p}g0", **more)
        self.steps.append(step)
        return step.name

    def tell(
        self,
        name: str,
        value: Any,
        kind: str,
        says: Sequence[str],
        after: Sequence[str] = (),
        wrong: Sequence[Any] = (),
    ) -> None:
        """Add a tell; `wrong` are values that a user may claim instead."""
        self.tells.append(Tell(self.p + name, value, kind, tuple(says), tuple(after), f"{self.p}g0"))
        if wrong:
            self.alike[self.p + name] = list(wrong)

    def draft(self) -> Draft:
        return Draft(self.goal, self.facts, self.steps, self.tells)

    # -- settings ----------------------------------------------------------------------------------------------------

    def status(self) -> str:
        """The step that looks at the settings: one for all requests."""
        if not self.shared.status:
            self.shared.status = self.step("status", "get_settings", {})
        return self.shared.status

    def where(self, needs: Sequence[str], slots: Sequence[str]) -> str:
        """The step that finds out where the phone is: one for all requests."""
        if not self.shared.where:
            self.shared.where = self.step("where", "current_location", {}, (self.status(), *needs), slots)
        return self.shared.where

    def bring(self, setting: str, on: bool, needs: Sequence[str], slots: Sequence[str]) -> list[str]:
        """Plan what it takes to have `setting` so; the steps to wait for. Nothing when it is so from the start. `needs` and
        `slots` are those of the step that it is for: nothing is changed before it is clear what is wanted."""
        if self.shared.on[setting] != on:
            wait = self.clear(setting, needs, slots) if on else []
            name = self.step(f"set_{setting}", "set_setting", {"name": setting, "on": on}, (self.status(), *needs, *wait), slots,
                             phrase=f"turn {LABELS[setting]} {'on' if on else 'off'}")  # fmt: skip
            self.note(setting, on, name)
            self.tell(f"told_{setting}", LABELS[setting], "name", _CLEARED[on], (name,))
        by = self.shared.by.get(setting)
        return [by] if by else []

    def clear(self, setting: str, needs: Sequence[str], slots: Sequence[str]) -> list[str]:
        """Plan what must happen before `setting` can be turned on."""
        wait = [name for blocker in BLOCKERS.get(setting, ()) for name in self.bring(blocker, False, needs, slots)]
        if setting in BASES:
            wait += self.bring(BASES[setting], True, needs, slots)
        return wait

    def note(self, setting: str, on: bool, name: str) -> None:
        self.shared.on[setting] = on
        self.shared.by[setting] = name

    # -- people, moments, numbers --------------------------------------------------------------------------------------

    def free(self, people: Sequence[Person]) -> Person:
        """Somebody of `people` not yet used."""
        while True:
            person = self.rng.choice(people)
            if person.id not in self.shared.used:
                self.shared.used.add(person.id)
                return person

    def others(self, person: Person) -> list[Person]:
        """Three more people who are easily taken for `person`."""
        close = self.book.close
        start = self.rng.below(len(close))
        found = [close[(start + i) % len(close)] for i in range(4)]
        return [other for other in found if other is not person][:3]

    def somebody(self, label: str) -> tuple[Person, str, list[str]]:
        """A person the user names (fact ``who``) and the look-up that finds them: the person, the step, and the slots that the
        steps after it need. With two_entities the name fits two, and the full one is told when asked."""
        rng, p = self.rng, self.p
        if self.ambiguity == "two_entities":
            person = rng.choice(self.book.twins)
            other = self.book.twins[self.book.twins.index(person) ^ 1]
            self.fact("who", person.first, "name", label, *WHO_KEYS)
            self.fact(
                "which",
                person.name,
                "name",
                "the full name",
                "last name",
                "surname",
                "which one",
                "which of them",
                "which " + person.first,
            )
            self.alike[person.phone], self.alike[person.id] = [other.phone], [other.id]
            find = self.step("find", "search_contacts", {"name": person.first}, slots=(f"{p}who",))
            return person, find, [f"{p}who", f"{p}which"]
        related = rng.chance(0.4)
        person = self.free(self.book.close if related else self.book.regular)
        others = self.others(person)
        self.alike[person.phone], self.alike[person.id] = [o.phone for o in others], [o.id for o in others]
        said, value = (f"my {person.relationship}", person.relationship) if related else (person.name, person.name)
        wrong = f"my {others[0].relationship}" if related else others[0].name
        self.fact("who", value, "name", label, *WHO_KEYS, spoken=said, wrong=wrong)
        ways = [{"relationship": value}] if related else [{"name": person.name}, {"name": person.first}]
        steps = [
            self.step(f"find{n or ''}", "search_contacts", args, slots=(f"{p}who",), group=f"{p}find")
            for n, args in enumerate(ways)
        ]
        find = steps[0]
        return person, find, [f"{p}who"]

    def moment(self, but: str = "", plain: bool = False) -> Moment:
        """A moment to come on a day that has no reminder yet and is not `but`; said relative to today, in words, or plainly (always so when `plain`)."""
        rng, today = self.rng, self.book.today
        used = self.shared.used
        words, relative = self.ambiguity == "unit_or_format", self.ambiguity == "relative_time" and not plain
        minute = 15 * rng.between(32, 84) if words else 5 * rng.between(96, 252)
        while True:
            shifts: tuple[dict[str, Any], ...] = ()
            days = rng.between(1, 90)
            if relative:
                spoken, shifts = _relative(rng, today)
                first = shifts[0]
                day = shifted(today, first.get("days", 0), first.get("weekday", ""))
            else:
                day = today + timedelta(days=days)
                spoken = f"{day.day} {data.MONTHS[day.month - 1]} {day.year}"
            name = day.isoformat()
            if name not in used and name not in self.book.days and name != but[:10]:
                break
        used.add(name)
        value = f"{name}T{minute // 60:02d}:{minute % 60:02d}"
        return Moment(value, f"{spoken} at {data.say_time(minute, words)}", shifts)

    @property
    def errs(self) -> bool:
        """The user says something wrongly first."""
        return not self.p and self.task.profile.get("info_giving") == "wrong_then_right"

    def dated(self, moment: Moment, needs: Sequence[str], slots: Sequence[str]) -> list[str]:
        """The steps that work a relative day out: what to wait for."""
        if not moment.shifts:
            return []
        now = self.step("now", "now", {}, needs, slots)
        day = self.book.today.isoformat()
        return [
            self.step(f"shift{n or ''}", "shift_time", {"day": day, **args}, (now,), slots, group=f"{self.p}shift")
            for n, args in enumerate(moment.shifts)
        ][:1]  # fmt: skip

    def number(self) -> tuple[str, str]:
        """A new phone number, and how the user says it."""
        behind = data.number_behind(self.rng)
        value = self.code + behind
        return value, data.local(behind) if self.ambiguity == "unit_or_format" else value

    def plan(self) -> Plan:
        return Plan(
            [self.goal], self.facts, self.steps, self.tells, endings={0: self.ending}, attacks=self.attacks, planted=self.planted,
            forbidden=self.forbidden, look_alikes=self.alike, alternatives=self.alternatives,
            parallel=bool(self.task.tool_view.get("parallel")),
        )  # fmt: skip


def _relative(rng: Rng, today: date) -> tuple[str, tuple[dict[str, Any], ...]]:
    """A day said relative to today, and the calls of shift_time that give it."""
    kind = rng.below(4)
    if kind == 0:
        return "tomorrow", ({"days": 1},)
    if kind == 1:
        days = rng.between(8, 45)
        return f"in {days} days", ({"days": days},)
    ahead = rng.between(2, 6)
    weekday = data.WEEKDAYS[(today.weekday() + ahead) % 7]
    if kind == 2:
        return f"this coming {weekday}", ({"weekday": weekday}, {"days": ahead})
    return f"a week after this coming {weekday}", ({"weekday": weekday, "days": 7}, {"days": ahead + 7})
