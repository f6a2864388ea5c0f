"""A question to the archive with its right answer: what to search, open, tell, cite and perhaps submit."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.knowledge_desk.data import KINDS, Attribute
from trajgym.gym_envs.knowledge_desk.library import Library, Thing, library
from trajgym.gym_envs.knowledge_desk.paths import Path, paths
from trajgym.gym_envs.plan import Alternative, Draft, Fact, Goal, Step, Tell
from trajgym.seeding import Rng

_WRAPS = (
    "{q}", "{q}", "please look this up: {q}", "find out for me: {q}", "I need to know this: {q}",
    "check the archive: {q}",
    "can you tell me this: {q}",
)  # fmt: skip
_HINT_WRAPS = (
    "{q}",
    "it's like this: {q}",
    "my situation: {q}",
    "so here's my problem: {q}",
    "{q}, that's why I'm here",
)
_FILE = (
    "; submit the answer to ticket {ticket} for {audience}",
    ", and then it has to go to ticket {ticket}, for {audience}",
    "; it belongs to ticket {ticket}, to be read by {audience}",
)  # fmt: skip
_FILE_PLAIN = (
    "; the answer has to be submitted to a ticket", ", and submit the answer to a ticket of mine",
    "; it belongs to a ticket",
)  # fmt: skip
_SOURCES = (
    "Source: {value}", "This rests on document {value}", "See document {value}", "That stands in {value}",
    "I take this from {value}",
)  # fmt: skip
_TO_READ = {"colleagues": "customers", "customers": "colleagues"}


@dataclass(slots=True)
class Desk:
    """What the makers look at. `used` are tokens of things and numbers of tickets that are taken by now."""

    state: Backend
    rng: Rng
    level: int
    ambiguity: str = "none"
    used: set[str] = field(default_factory=set)

    @property
    def lib(self) -> Library:
        return library(self.state)

    def path(self, hops: int, end: str, start: str = "") -> Path | None:
        """A chain that touches nothing used so far, or None; from a `start` of that kind, if given."""
        found = paths(self.state, hops, end)
        if start:
            found = [path for path in found if path.things[0].kind == start]
        for _ in range(30 if found else 0):
            path = self.rng.choice(found)
            if not any(thing.token in self.used for thing in path.things):
                self.used.update(thing.token for thing in path.things)
                return path
        return None

    def ticket(self) -> str:
        while (ticket := self.rng.choice(self.lib.tickets)) in self.used:
            pass
        self.used.add(ticket)
        return ticket


@dataclass(slots=True)
class Question:
    """`path` is what it leads over; `opens` its readings by document; `alike` wrong siblings of its values."""

    draft: Draft
    path: Path
    attribute: Attribute
    slots: tuple[str, ...]
    opens: dict[str, str]
    alike: dict[str, list[Any]] = field(default_factory=dict)
    alternatives: list[Alternative] = field(default_factory=list)

    @property
    def last(self) -> Thing:
        return self.path.things[-1]

    @property
    def last_opens(self) -> tuple[str, ...]:
        return tuple(self.opens[doc] for doc in self.last.docs)


def ask(
    desk: Desk, path: Path, p: str = "", *, attribute: Attribute | None = None, audience: str = "", ticket: str = ""
) -> Question:
    """A question over `path`, all but its answer: goal, facts and readings, as far as there are documents. Names begin
    with `p`. With a `ticket` (and an `audience`) the user wants the answer submitted as well."""
    rng, first = desk.rng, path.things[0]
    attribute = attribute or rng.choice(KINDS[path.things[-1].kind].attributes)
    subject = f"{p}subject"
    twins = desk.ambiguity == "two_entities" and not p
    facts = {subject: _subject(desk, first, subject, twins)}
    slots = (subject,)
    if twins:
        facts[f"{p}model"] = _model(desk, first, f"{p}model")
    told: tuple[str, ...] = slots
    if ticket:
        facts[f"{p}ticket"], facts[f"{p}audience"] = _ticket(desk, ticket, p), _audience(audience, p)
        told = (subject, f"{p}ticket", f"{p}audience")
    hint = desk.ambiguity == "implicit_goal" and not p
    core = rng.choice(attribute.hints if hint else attribute.asks)
    for link in reversed(path.links):
        core = core.replace("{x}", link.phrase)
    says = _says(core, KINDS[first.kind].generic, p, bool(ticket), hint)
    goal = Goal(f"{p}g0", says, told, f"something about {KINDS[first.kind].generic}")
    question = Question(Draft(goal, facts, []), path, attribute, slots, {})
    _read(desk, question, p, twins)
    return question


@lru_cache(maxsize=8192)
def _says(core: str, generic: str, p: str, filed: bool, hint: bool) -> tuple[str, ...]:
    """Every way to put the question, with and without its values."""
    wraps = _HINT_WRAPS if hint else _WRAPS
    named, plain = core.replace("{x}", "{" + p + "subject}"), core.replace("{x}", generic)
    if not filed:
        return tuple(wrap.replace("{q}", q) for q in (named, plain) for wrap in wraps)
    tails = tuple(
        t.replace("{ticket}", "{" + p + "ticket}").replace("{audience}", "{" + p + "audience}") for t in _FILE
    )
    forms = [(named, tails), (named, _FILE_PLAIN), (plain, tails), (plain, _FILE_PLAIN)]
    return tuple(
        wraps[(i + j) % len(wraps)].replace("{q}", q) + tail
        for j, (q, ends) in enumerate(forms)
        for i, tail in enumerate(ends)
    )


def _subject(desk: Desk, thing: Thing, slot: str, twins: bool) -> Fact:
    label = KINDS[thing.kind].label
    noun = label.split()[-1]
    others = [other.name for other in desk.lib.written[thing.kind] if other is not thing]
    return Fact(
        slot, thing.token if twins else thing.name, "name", label,
        (label.removeprefix("the "), noun, f"which {noun}", f"what {noun}", "subject"),
        wrong="" if twins else desk.rng.choice(others),
        say=("I mean {value}", "it's about {value}", f"the {noun} is {{value}}", f"{label} is {{value}}"),
    )  # fmt: skip


def _model(desk: Desk, thing: Thing, slot: str) -> Fact:
    keys = ("full name", "which one", "which of", "exact name", "model", "number of the product")
    return Fact(slot, thing.name, "name", "the full name of the product", keys, wrong=sister(desk, thing).name,
                say=("I mean {value}", "it's the {value}", "the {value}"))  # fmt: skip


def sister(desk: Desk, thing: Thing) -> Thing:
    """The other product of a family."""
    return next(t for t in desk.lib.written[thing.kind] if t.token == thing.token and t is not thing)


def _ticket(desk: Desk, ticket: str, p: str) -> Fact:
    spoken = ticket.removeprefix("T-") if desk.ambiguity == "unit_or_format" else ""
    return Fact(f"{p}ticket", ticket, "id", "the number of the ticket", ("ticket",), spoken,
                say=("the ticket is {value}", "it's ticket {value}", "put it on ticket {value}"))  # fmt: skip


def _audience(audience: str, p: str) -> Fact:
    keys = ("audience", "who will read", "for whom", "who is it for", "colleagues or customers")
    return Fact(f"{p}audience", audience, "choice", "the audience", keys,
                say=("it's for {value}", "it is meant for {value}", "the audience: {value}"))  # fmt: skip


def _read(desk: Desk, question: Question, p: str, twins: bool) -> None:
    """Look for each thing of the path and open what is about it, one after the other."""
    steps = question.draft.steps
    needs: tuple[str, ...] = ()
    for number, thing in enumerate(question.path.things):
        name = thing.token if twins and not number else thing.name
        find = _find(desk, steps, f"{p}{number}", name, thing.token, needs, question.slots)
        if not thing.docs:
            return
        slots = (*question.slots, f"{p}model") if twins else question.slots
        near = [doc for doc in desk.lib.mentions.get(thing.name, ()) if doc not in thing.docs][:2]
        for doc in thing.docs:
            question.opens[doc] = f"{p}open{number}{doc}"
            steps.append(Step(question.opens[doc], "open_document", {"document_id": doc}, (find,), slots,
                              question.draft.goal.name, phrase=f"open document {doc}"))  # fmt: skip
            question.alike[doc] = near
        if twins and not number:
            for doc in thing.docs:
                question.alike[doc] = sister(desk, thing).docs
        needs = tuple(question.opens[doc] for doc in thing.docs)


def _find(
    desk: Desk, steps: list[Step], tag: str, name: str, token: str, needs: tuple[str, ...], slots: tuple[str, ...]
) -> str:
    """Two ways to look for a thing, of which one will do when it has documents; returns the name of one."""
    goal = f"{tag[:-1]}g0"
    search = Step(f"find{tag}", "search_documents", {"query": name}, needs, slots, goal, group=f"find{tag}",
                  mentions=(token,), phrase=f"search for {name}")  # fmt: skip
    phrase = Step(f"phrase{tag}", "find_phrase", {"phrase": name}, needs, slots, goal, group=f"find{tag}",
                  mentions=(token,), phrase=f"look for the phrase {name}")  # fmt: skip
    steps += [search, phrase] if desk.rng.chance(0.75) else [phrase, search]
    return search.name


def answer(question: Question, p: str = "") -> str:
    """Add the answer and its sources to what must be told; returns the answer as a sentence."""
    stated = question.last.stated[question.attribute.key]
    told = tuple(text.replace("{x}", question.last.name) for text in question.attribute.told)
    goal = question.draft.goal.name
    question.draft.tells.append(
        Tell(f"{p}value", stated.value, question.attribute.kind, told, question.last_opens, goal)
    )
    for number, doc in enumerate(sources(question)):
        question.draft.tells.append(Tell(f"{p}source{number}", doc, "id", _SOURCES, (question.opens[doc],), goal))
    return told[0].replace("{value}", str(stated.value))


def sources(question: Question) -> list[str]:
    """The documents that the answer rests on: for each thing of the path the one that holds."""
    keys = [*(link.key for link in question.path.links), question.attribute.key]
    return [thing.stated[key].doc for thing, key in zip(question.path.things, keys, strict=True)]


def wrong_value(question: Question, rng: Rng) -> Any:
    """What an outdated document says, or another value of the kind."""
    stated = question.last.stated[question.attribute.key]
    wrong = stated.old
    while wrong is None or wrong == stated.value:
        wrong = question.attribute.make(rng)
    return wrong


def submit(desk: Desk, question: Question, text: str, p: str = "") -> None:
    """Add the submission of the answer `text`, and how the user may change it."""
    facts, draft = question.draft.facts, question.draft
    ticket, audience = facts[f"{p}ticket"].value, facts[f"{p}audience"].value
    cited, value = sources(question), question.last.stated[question.attribute.key].value
    needs = tuple(question.opens.values())
    slots = (*question.slots, f"{p}ticket", f"{p}audience")

    def step(name: str, ticket: str, audience: str) -> Step:
        args = {"ticket": ticket, "audience": audience, "answer": f"{text}.", "citations": cited}
        return Step(
            name, "submit_answer", args, needs, slots, draft.goal.name, confirm=audience == "customers",
            mentions=(value,),
            phrase=f"submit this to ticket {ticket} for {audience}: {text}",
            done=f"the answer is submitted to ticket {ticket} for {audience}",
        )  # fmt: skip

    first = step(f"{p}submit", ticket, audience)
    draft.steps.append(first)
    other = desk.ticket()
    question.alternatives += [
        Alternative(f"{p}ticket", _ticket(desk, other, p), steps={first.name: step(f"{p}submit#1", other, audience)}),
        Alternative(
            f"{p}audience", _audience(_TO_READ[audience], p),
            after_write={first.name: step(f"{p}submit#1", ticket, _TO_READ[audience])},
        ),
    ]  # fmt: skip
