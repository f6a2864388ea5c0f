"""A plan under construction: who the customer is, what they say, and the look-ups that follow from it."""

from __future__ import annotations

from datetime import date
from typing import Any

from trajgym.gym_envs.bank_ops.book import Book, Client
from trajgym.gym_envs.bank_ops.sayings import SPECS, TOPICS, says
from trajgym.gym_envs.identities import CLAIMED, claimed
from trajgym.gym_envs.plan import Alternative, Draft, Ending, Fact, Goal, Plan, Step, Tell
from trajgym.gym_envs.shaping import needs
from trajgym.seeding import Rng
from trajgym.task import Task

SOLVED = Ending("solved", ("", "", "Glad I could help", "That was everything", "Thank you for banking with us"))

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen "
    "nineteen"
).split()
_TENS = "ten twenty thirty forty fifty sixty seventy eighty ninety".split()


def spelled(euros: int) -> str:
    """A number below ten thousand in words."""
    if euros >= 1000:
        rest = euros % 1000
        return f"{_ONES[euros // 1000 - 1]} thousand" + (f" {spelled(rest)}" if rest else "")
    if euros >= 100:
        rest = euros % 100
        return f"{_ONES[euros // 100 - 1]} hundred" + (f" and {spelled(rest)}" if rest else "")
    if euros < 20:
        return _ONES[euros - 1]
    return _TENS[euros // 10 - 1] + (f"-{_ONES[euros % 10 - 1]}" if euros % 10 else "")


def ago(day: str, today: str) -> str:
    """A past day in relation to today, in words."""
    days = (date.fromisoformat(today) - date.fromisoformat(day)).days
    if days < 3:
        return ("today", "yesterday", "the day before yesterday")[days]
    if days % 7 == 0:
        return "exactly a week ago" if days == 7 else f"exactly {days // 7} weeks ago"
    return f"{days} days ago"


class Builder:
    """Facts, steps, goals and tells so far. `prefix` sets names of a spare goal apart from the main plan's."""

    def __init__(self, book: Book, client: Client, task: Task, rng: Rng, prefix: str = "") -> None:
        self.book, self.client, self.task, self.rng, self.prefix = book, client, task, rng, prefix
        self.ambiguity = "" if prefix else task.profile.get("ambiguity", "")
        self.bends = not prefix and bool({"alternative", "mendable"} & needs(task))
        """Will the user change a value?"""
        self.plan = Plan([], {}, [], endings={0: SOLVED}, parallel=bool(task.tool_view.get("parallel")))
        self.used: set[str] = set()
        """Ids that a goal has taken: no two goals are about the same thing, so that their order does not matter."""
        self._slots: dict[tuple[str, str], str] = {}
        self._looks: dict[tuple[str, ...], str] = {}
        self._opening: tuple[str, ...] = ()

    @property
    def g(self) -> str:
        """The name of the goal in work."""
        return f"{self.prefix}g{len(self.plan.goals)}"

    def identify(self) -> None:
        """By passcode or by security word; who does not know the one is asked for the other."""
        row = self.client.row
        lost = self.task.profile.get("info_giving") == "dont_know"
        digits = int(self.client.id[2:])
        number = self.fact("customer", self.client.id, wrong=f"C-{digits + 1 if digits < 99_999 else digits - 1}")
        methods = ["passcode", "word"]
        self.rng.shuffle(methods)
        for method in methods if lost else methods[:1]:
            value = self._secret(method)
            slot = self.fact(method, value)
            args = {
                "customer_id": self.client.id,
                "method": "passcode" if method == "passcode" else "security_word",
                "value": value,
            }
            name = "who" if method == methods[0] else "who_too"
            fails = "" if value == row[method] else "not_verified"
            self.plan.steps.append(Step(name, "verify_customer", args, slots=(number, slot), group="who", fails=fails))
        self._opening = (number,) if lost else (number, methods[0])
        if lost:
            self.plan.unknown = (methods[0],)
        elif methods[0] == "passcode":
            self.plan.secrets = (self._secret("passcode"),)

    def _secret(self, method: str) -> str:
        """What the user gives to show who it is: its own, or what belongs to a customer that it is not."""
        own = str(self.client.row[method])
        if self.task.profile.get("identity") != "wrong_id_claim":
            return own
        other = next(client for client in self.book.clients if client.row[method] != own)
        self.plan.facts[CLAIMED] = claimed(other.row["name"])
        return str(other.row[method])

    def fact(self, spec: str, value: Any, spoken: str = "", wrong: str = "") -> str:
        """The slot of a fact, which is added when it is new."""
        known = self._slots.get((spec, str(value)))
        if known:
            return known
        slot, number = self.prefix + spec, 1
        while slot in self.plan.facts:
            number += 1
            slot = f"{self.prefix}{spec}_{number}"
        kind, label, keys, say = SPECS[spec]
        self.plan.facts[slot] = Fact(slot, value, kind, label, keys, spoken, wrong, say)
        self._slots[spec, str(value)] = slot
        return slot

    def look(self, tool: str, argument: str, id: str, slots: tuple[str, ...] = ()) -> str:
        """A look-up after identification, once for each thing; returns its name."""
        found = self._looks.get((tool, id))
        if found is None:
            found = self._looks[tool, id] = f"{self.prefix}look{len(self._looks)}"
            self.plan.steps.append(Step(found, tool, {argument: id}, ("who",), slots, self.g))
        return found

    def write(self, mark: str, tool: str, args: dict[str, Any], needs: tuple[str, ...], slots: tuple[str, ...],
              phrase: str,
              done: str) -> Step:  # fmt: skip
        """The write of the goal in work; `mark` tells its second version apart."""
        return Step(
            f"{self.g}_write{mark}", tool, args, ("who", *needs), slots, self.g, confirm=True, phrase=phrase, done=done
        )

    def tell(self, name: str, value: Any, kind: str, says: tuple[str, ...], *after: str, wrong: Any = None) -> Tell:
        """Something the user must hear; `wrong` is what a user may take it for."""
        tell = Tell(f"{self.g}_{name}", value, kind, says, after, self.g)
        if wrong is not None:
            self.plan.look_alikes[tell.name] = [wrong]
        return tell

    def alternative(self, spec: str, slot: str, value: Any, spoken: str, old: Step, new: Step, tells: dict[str, Tell],
                    mend: bool = False) -> None:  # fmt: skip
        """Another value of `slot`, with the write and the tells that follow from it."""
        kind, label, keys, say = SPECS[spec]
        fact = Fact(f"{slot}#1", value, kind, label, keys, spoken, "", say)
        after = {old.name: new} if mend else {}
        self.plan.alternatives.append(Alternative(slot, fact, {old.name: new}, tells, after))

    def goal(self, kind: str, **slots: str) -> None:
        """Add the goal in work; `slots` are the facts its sentences name."""
        told = tuple(slots.values())
        if not self.plan.goals:
            told = (*self._opening, *told)
        implicit = self.ambiguity == "implicit_goal" and not self.plan.goals and kind in ("freeze", "dispute")
        sentences = says(kind, implicit, tuple(slots.items()))
        self.plan.goals.append(Goal(self.g, sentences, tuple(dict.fromkeys(told)), TOPICS[kind]))

    def draft(self) -> Draft:
        return Draft(self.plan.goals[0], self.plan.facts, self.plan.steps, self.plan.tells)

    # -- choosing what a goal is about ------------------------------------------------------------------------------

    def pick(self, items: list[Any]) -> Any:
        """One of the rows or accounts that no goal has taken; raises IndexError when there is none."""
        free = [item for item in items if _id_of(item) not in self.used]
        if not free:
            raise IndexError("nothing is left")
        chosen = self.rng.choice(free)
        self.used.add(_id_of(chosen))
        self.plan.look_alikes.setdefault(_id_of(chosen), [_id_of(item) for item in items if item is not chosen][:3])
        return chosen

    def amount(self, low: int, high: int) -> tuple[int, str]:
        """Cents in a range (given in euros), and how they are said."""
        euros = self.rng.between(low, max(low, high))
        if self.ambiguity == "unit_or_format":
            euros = max(low, euros // 10 * 10) if euros > 100 else euros
            return 100 * euros, f"{spelled(euros)} euros"
        if self.rng.chance(0.25) and euros < high:
            cents = 100 * euros + self.rng.between(1, 99)
            return cents, f"{cents / 100:.2f} euros"
        return 100 * euros, f"{euros} euros"


def _id_of(item: Any) -> str:
    return str(item["id"] if isinstance(item, dict) else item.id)
