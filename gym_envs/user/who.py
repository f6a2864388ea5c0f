"""Who the user is, apart from how it behaves: a name, an age, a place, an occupation, and pet phrases.

A persona follows from the task, so it is the same in every episode of it. It shows in signatures and salutations of e-mails, in
what a user lets drop about itself, and in its pet phrases; never with a number, and never against what the plan or the world says of the user.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trajgym.gym_envs.plan import Plan
from trajgym.gym_envs.user.people import NAMES, OCCUPATIONS, PLACES, VOICES
from trajgym.gym_envs.user.sentences import placeholders
from trajgym.seeding import Rng
from trajgym.task import Task

PARTS = ("name", "age", "place", "occupation")
"""What a user may let drop about itself."""

YOUNGEST, OLDEST, _RETIRED = 18, 90, 67
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VOICES = tuple(VOICES)

_TAKEN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "name": (("name", "email"), ("name", "customer", "account", "your", "person", "who")),
    "age": ((), ("age", "birth", "old")),
    "place": (("place",), ("city", "town", "address", "country", "where", "postcode")),
    "occupation": ((), ("job", "occupation", "profession")),
}
"""Part -> kinds of facts, and words in their labels, that leave it to the plan."""
_AT_ODDS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "identity": (("", ("name",)),),
    "pressure": (("", ("occupation",)),),
    "accessibility": (("", ("occupation",)),),
    "expertise": (("expert_jargon", ("occupation",)),),
    "verbosity": (("rambling", ("age",)),),
    "multi_party": (("two_speakers", PARTS), ("", ("age", "name"))),
}
"""Dimension -> what a level of it (any, when empty) leaves unsaid: who claims to be a lawyer does not drive a tram."""


@dataclass(frozen=True, slots=True)
class Persona:
    """`voice` is one of `VOICES`, whose phrases it uses."""

    name: str
    age: int
    place: str
    occupation: str
    voice: str

    @property
    def work(self) -> str:
        """What follows "I": what it does, or used to do."""
        return f"used to {self.occupation}" if self.age >= _RETIRED else self.occupation

    def __str__(self) -> str:
        return f"{self.name}, {self.age}, {self.place}: I {self.work} ({self.voice})"


def persona_of(task: Task, people: Sequence[Persona] = ()) -> Persona:
    """Who the user of `task` is: the same in every episode of it, on every machine. `people`: those it is one of."""
    return Rng(task.id, "persona").choice(people) if people else _persona(task.id)


def _persona(key: str) -> Persona:
    rng = Rng(key, "persona")
    return Persona(
        rng.choice(NAMES), rng.between(YOUNGEST, OLDEST), rng.choice(PLACES), rng.choice(OCCUPATIONS), rng.choice(_VOICES)
    )  # fmt: skip


def in_words(age: int) -> str:
    """A number below a hundred as it is spoken."""
    if age < len(_ONES):
        return _ONES[age]
    tens, ones = _TENS[age // 10 - 2], age % 10
    return f"{tens}-{_ONES[ones]}" if ones else tens


class Who:
    """What one user lets out about itself. `silent`: parts of it that its world decides; `persona`: who it is when that does not
    follow from the task alone.

    Nothing is worked out until the user first says something about itself; most never do.
    """

    __slots__ = ("_id", "_introduced", "_known", "_persona", "_plan", "_profile", "_rng", "_sayable", "_silent")

    def __init__(self, task: Task, plan: Plan, silent: Sequence[str] = (), persona: Persona | None = None) -> None:
        self._id = task.id
        self._plan = plan
        self._profile = task.profile
        self._silent = silent
        self._known = persona
        self._persona: Persona | None = None
        self._sayable: dict[str, str] = {}
        self._introduced = False

    def _know(self) -> Persona:
        """The persona; what may be said of it is in `_sayable`."""
        if self._persona is None:
            self._persona = persona = self._known or _persona(self._id)
            self._rng = Rng(self._id, "persona", "words")
            taken = {*self._silent, *_taken(self._plan, persona), *_at_odds(self._profile)}
            words = {
                "name": persona.name, "age": in_words(persona.age), "place": persona.place, "occupation": persona.work
            }  # fmt: skip
            self._sayable = {part: text for part, text in words.items() if part not in taken}
        return self._persona

    def words(self) -> frozenset[str]:
        """The lower-case words of its name and place, which no slip of the fingers changes."""
        persona = self._know()
        return frozenset(f"{persona.name} {persona.place}".lower().split())

    def filled(self, forms: Sequence[str]) -> list[str]:
        """Those of `forms` that ask for nothing unsayable, with what they ask for; a form may ask for nothing."""
        self._know()
        found = []
        for form in forms:
            parts = placeholders(form)
            if all(part in self._sayable for part in parts):
                for part in parts:
                    form = form.replace("{" + part + "}", self._sayable[part])
                found.append(form)
        return found

    def introduction(self, forms: Sequence[str]) -> str:
        """One of `forms`, once in an episode; nothing when none may be said."""
        if self._introduced:
            return ""
        self._introduced = True
        says = self.filled(forms)
        return self._rng.choice(says) if says else ""

    def phrase(self) -> str:
        """A pet phrase; nothing from those that have none."""
        phrases = VOICES[self._know().voice]
        return self._rng.choice(phrases) if phrases else ""


def _taken(plan: Plan, persona: Persona) -> set[str]:
    """Parts that the plan speaks about."""
    taken = set[str]()
    for fact in plan.facts.values():
        label = fact.label.lower().split()
        for part, (kinds, words) in _TAKEN.items():
            if fact.kind in kinds or any(word in label for word in words):
                taken.add(part)
    values = [str(tell.value) for tell in plan.tells] + [*plan.secrets, *plan.wrong_claims]
    values += [fact.spoken for fact in plan.facts.values()]
    for part, word in (("name", persona.name), ("place", persona.place)):
        if any(word in value for value in values):
            taken.add(part)
    return taken


def _at_odds(profile: dict[str, str]) -> set[str]:
    """Parts that would sound odd with how the user behaves."""
    taken = set[str]()
    for dimension, level in profile.items():
        for other, parts in _AT_ODDS.get(dimension, ()):
            if other in ("", level):
                taken.update(parts)
    return taken
