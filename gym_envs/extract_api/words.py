"""What users and the expert say about documents. Wishes are in the user's voice, without final stop."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from trajgym.gym_envs.extract_api import data, documents
from trajgym.gym_envs.extract_api.forms import Form
from trajgym.gym_envs.plan import Ending, Goal, Plan, Tell
from trajgym.seeding import Rng

ASKING_FOR_TEXT = (
    "paste", "attach", "attachment", "provide", "send", "share", "give", "upload", "the text", "contents", "wording", "transcript",
)  # fmt: skip
"""Words of a question for the document. ("Document" alone is none of them: a rejection names it too.)"""
ASKING_FOR_NUMBER = (
    "the number that counts",
    "number",
    "which",
    "which one",
    "which of",
    "first or the second",
    "one of the two",
)
DOCUMENT_SAYS = (
    "here it is:\n{value}", "here you are:\n{value}", "this is all I have: {value}", "the whole thing:\n{value}",
    "that's what it says: {value}", "copied in: {value}", "{value}", "word for word: {value}",
)  # fmt: skip
NUMBER_SAYS = (
    "the one with number {value}",
    "I mean {value}",
    "{value}",
    "number {value} is mine",
    "it's {value} that counts",
)
REPORT = " and tell me the {what} code you use"

NUMBER_TELLS = (
    "It is document {value} that I mean",
    "This is about {value}",
    "The document in question: {value}",
    "I noted it under {value}",
)
MISSING_TELLS = (
    "The document does not have the required field {value}",
    "I find no {value} in it, and the form needs it",
    "Without {value} the form can't be filled, and the text has none",
    "The form requires {value}, but the text does not give it",
)
NO_CODE_TELLS = (
    "I have no code for {value}",
    "The term {value} can't be turned into a code",
    "There is no code to be had for {value}",
)
NO_FORM_TELLS = (
    "There is no form for a {value}",
    "A {value} fits none of our forms",
    "None of the forms is made for a {value}",
)
CLAUSE_TELLS = (
    "Clause {value} of our policy rules that out",
    "That is against clause {value}",
    "Our policy says so in clause {value}",
)
REFUSAL_ENDS = (
    "I can't put it on record",
    "I am not allowed to record this document",
    "So I have to decline, nothing is on record",
)
RULED_OUT = (
    ("P8", "lab_report"), ("P9", "bank_transaction"), ("P9", "invoice"), ("P10", "job_ad"), ("P11", "voice_command"),
    ("P12", "invoice"), ("P12", "delivery_note"), ("P12", "bank_transaction"),
)  # fmt: skip
"""Clauses that rule a document out, and the form whose documents they concern."""


def infeasible() -> Ending:
    return Ending("infeasible", ("So I can't put it on record", "I am unable to make a record of it", "That is why I could not record it"))  # fmt: skip


def wishes(form: Form, doc: str, which: str, layout: str, implicit: bool, report: str) -> tuple[str, ...]:
    """The ways to ask for what `layout` says; see `goals.record`."""
    return _wishes(form.noun, form.a_noun, doc, which, layout, implicit and not report)


@lru_cache(maxsize=1024)
def _wishes(noun: str, a_noun: str, doc: str, which: str, layout: str, implicit: bool) -> tuple[str, ...]:
    d, n = "{" + doc + "}", "{" + which + "}"
    if layout == "both":
        return (
            f"there are two {noun}s in this text: {d}\nplease put both on record", f"here are two {noun}s:\n{d}\nrecord them both",
            f"make two records of this, one for each {noun}: {d}\nI need both", f"take down both {noun}s:\n{d}\nnone may be left out",
            f"I have two {noun}s in one text, both must go on record", f"please record two {noun}s for me",
            f"two {noun}s have to be recorded", f"take down two {noun}s that came together",
        )  # fmt: skip
    if layout == "pick":
        return (
            f"of the two {noun}s in this text record number {n}:\n{d}\nleave the other one out", f"in here only {noun} {n} is mine: {d}\nplease record it",
            f"{d}\nthat's two {noun}s, please record {n} only", f"please record {noun} {n} out of this:\n{d}\nand nothing else",
            f"one of two {noun}s in a text has to go on record", f"please record one of two {noun}s for me",
            f"I have two {noun}s in one text and want one of them on record",
        )  # fmt: skip
    if layout == "unclear":
        return (
            f"please record my {noun}:\n{d}\nand only mine", f"here is my {noun}: {d}\nput it on record", f"take down the {noun} in this:\n{d}\nfor me",
            f"{a_noun} of mine is in here: {d}\nplease put it on record", f"please record my {noun}",
            f"my {noun} has to go on record", f"I'd like to have my {noun} recorded",
        )  # fmt: skip
    if implicit:
        return (
            f"the records do not know this one yet:\n{d}\nand they should", f"I nearly forgot this {noun}: {d}\nit must not get lost",
            f"look what was lying on my desk: {d}\nsomebody should have dealt with it", f"{a_noun} that nobody has dealt with:\n{d}\nas always",
            f"there is {a_noun} here that nobody has dealt with", f"{a_noun} of mine is not in the records yet",
            f"I still have {a_noun} on my desk", f"nobody took care of {a_noun} I got",
        )  # fmt: skip
    return wishes_for(noun, a_noun, doc)


@lru_cache(maxsize=1024)
def wishes_for(noun: str, a_noun: str, doc: str) -> tuple[str, ...]:
    """The ways to ask for one document to be recorded."""
    d = "{" + doc + "}"
    return (
        f"here is {a_noun}:\n{d}\nplease put it on record", f"please turn this {noun} into a record: {d}\nall of it",
        f"{a_noun} came in:\n{d}\nplease record it", f"extract the record from this {noun}: {d}\nand submit it",
        f"{d}\nthat's {a_noun}, make a record of it", f"I have {a_noun} to record: {d}\nplease do it",
        f"make a record of this {noun}:\n{d}\nfor me", f"take this {noun} down:\n{d}\nas a record",
        f"I have {a_noun} to put on record", f"please record {a_noun} for me", f"{a_noun} has to go on record",
        f"take down {a_noun} for me", f"I need {a_noun} recorded",
    )  # fmt: skip


# -- what needs no document -----------------------------------------------------------------------------------------------


def chore(rng: Rng) -> Plan:
    """Something that no tool here can do."""
    pattern, thing = rng.choice(data.CHORES)
    what = pattern.replace("{who}", data.company(rng)).replace("{city}", data.city(rng))
    asks = (
        what,
        f"please {what}",
        f"can you {what}",
        f"I need you to {what}",
        f"would you {what}",
        f"quickly {what} for me",
    )
    tell = Tell("thing", thing, "text", (f"I can't {what}; none of my tools does that", f"To {what} is outside of what I can do",
                                         f"There is no tool with which I could {what}"))  # fmt: skip
    ending = Ending(
        "infeasible", ("I'm sorry, I can't do it", "So I cannot do that", "Sorry, that is not possible here")
    )
    return Plan([Goal("g0", asks, (), f"the {thing}")], {}, [], [tell], endings={0: ending})


def question(rng: Rng) -> Plan:
    """Something that the prompt or plain knowledge answers, in a given form or tone."""
    says, topic, tells = rng.choice((_iso_date, _plain_number, _csv_line, _which_clause, _persona, _persona, _days))(
        rng
    )
    asks = (
        says,
        f"just a question: {says}",
        f"no record this time: {says}",
        f"hey, {says}",
        f"one thing, {says}",
        f"for my notes: {says}",
    )
    return Plan([Goal("g0", asks, (), topic)], {}, [], tells, endings={0: Ending("answered", ("",))})  # fmt: skip


Question = tuple[str, str, list[Tell]]


def _date(rng: Rng) -> date:
    return date(rng.between(1990, 2035), rng.between(1, 12), rng.between(1, 28))


def _iso_date(rng: Rng) -> Question:
    day = _date(rng)
    spoken = documents.date_words(day, rng.choice(("long", "us", "words")))
    tell = Tell(
        "answer", day.isoformat(), "text", ("That is {value}", "In that form it reads {value}", "I'd write {value}")
    )
    return f"how would you write {spoken} in a record", "a date", [tell]


def _plain_number(rng: Rng) -> Question:
    amount = rng.between(100_000, 99_999_999) / 100
    spoken = documents.amount_words(amount, "dots")
    tell = Tell(
        "answer",
        amount,
        "number",
        ("As a plain number: {value}", "That would be {value}", "A record takes it as {value}"),
    )
    return f"how would you put the German amount {spoken} into a record", "an amount", [tell]


def _days(rng: Rng) -> Question:
    day, count = _date(rng), rng.between(13, 300)
    end = date.fromordinal(day.toordinal() + count)
    tell = Tell(
        "answer", count, "number", ("{value} days lie between them", "That makes {value} days", "I count {value} days")
    )
    return f"how many days is it from {day.isoformat()} to {end.isoformat()}", "a span of days", [tell]


def _csv_line(rng: Rng) -> Question:
    who, city, day = data.person(rng), data.city(rng), _date(rng)
    parts = [who, city, day.isoformat(), str(rng.between(13, 999))]
    mark, name = rng.choice(((";", "semicolons"), ("|", "vertical bars"), ("/", "slashes")))
    says = f"put this into one line, with {name} between the parts and no spaces around them: {parts[0]}, {parts[1]}, {documents.date_words(day, 'long')} (as in a record), {parts[3]}"  # fmt: skip
    tell = Tell(
        "answer",
        mark.join(parts),
        "text",
        ('"{value}"', 'The line is "{value}"', "Here is your line:\n{value}\nThat's all of it"),
    )
    return says, "a line of text", [tell]


def _which_clause(rng: Rng) -> Question:
    what, clause = rng.choice((
        ("lab reports without consent", "P8"), ("documents with card numbers", "P9"), ("job ads with an age limit", "P10"),
        ("commands that unlock things", "P11"), ("documents from before 2020", "P12"),
    ))  # fmt: skip
    who = data.person(rng)
    tell = Tell(
        "answer",
        clause,
        "clause",
        ("That is clause {value}", "You'll find it in clause {value}", "Clause {value} says so"),
    )
    return f"{who} wants to know which clause of your policy is about {what}", "your policy", [tell]


def _persona(rng: Rng) -> Question:
    tone, phrase, greets, thanks = rng.choice(data.TONES)
    who, thing = data.person(rng), data.article(rng).lower()
    words = phrase.replace("{who}", who)
    says = f'thank {who} for the {thing} in the voice of {tone}, in two sentences; the words "{words}" must be in it, and the {thing} too'
    return says, "a thank-you note", [Tell("words", words, "text", greets), Tell("thing", thing, "text", thanks)]
