"""Questions that need no tool, and wishes that have nothing to do with a bank."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from trajgym.gym_envs.bank_ops.data import COOLING_DAYS, DAILY, DISPUTE_DAYS, STEP_UP, WORDS, today
from trajgym.gym_envs.bank_ops.policy import Terms, terms
from trajgym.gym_envs.plan import Ending, Goal, Plan, Tell
from trajgym.seeding import Rng
from trajgym.task import Task

_EUROS = ("It is {value} euros", "That makes {value} euros", "{value} euros")
_DAYS = ("It is {value} days", "{value} days", "You have {value} days")
Answer = tuple[str, Any, str, tuple[str, ...], str]
"""Question, value, its kind, ways to say it, topic."""


def _limit(t: Terms, level: int, rng: Rng) -> Answer:
    if rng.chance(0.5):
        return "what can leave my account for payees on one day", DAILY[level], "number", _EUROS, "the daily limit"
    return "from what amount on do I need a step-up code", STEP_UP[level], "number", _EUROS, "the step-up code"


def _period(t: Terms, level: int, rng: Rng) -> Answer:
    if rng.chance(0.5):
        return "how many days do I have to dispute a card payment", DISPUTE_DAYS, "number", _DAYS, "disputes"
    return "how many days is a new payee in cooling-off", COOLING_DAYS, "number", _DAYS, "new payees"


def _last_day(t: Terms, level: int, rng: Rng) -> Answer:
    paid = today(level) - timedelta(days=rng.between(5, 55))
    value = (paid + timedelta(days=DISPUTE_DAYS)).isoformat()
    question = f"I paid by card on {paid.isoformat()}, what is the last day for a dispute"
    return question, value, "date", ("The last day is {value}", "You can until {value}", "It is {value}"), "disputes"


def _first_day(t: Terms, level: int, rng: Rng) -> Answer:
    added = today(level) + timedelta(days=rng.between(1, 25))
    value = (added + timedelta(days=COOLING_DAYS)).isoformat()
    question = f"if I add a payee on {added.isoformat()}, when can I pay it for the first time"
    return question, value, "date", ("The first day is {value}", "From {value} on", "On {value}"), "new payees"


def _fees(t: Terms, level: int, rng: Rng) -> Answer:
    months = rng.between(2, 11)
    return f"what do I pay for my account in {months} months", months * t.fee, "number", _EUROS, "account fees"


def _interest(t: Terms, level: int, rng: Rng) -> Answer:
    euros = 100 * rng.between(2, 80)
    value = euros * t.rate // 100
    return f"what would an overdraft of {euros} euros cost me in a whole year", value, "number", _EUROS, "the overdraft"


def _saving(t: Terms, level: int, rng: Rng) -> Answer:
    euros, months = 5 * rng.between(3, 90), rng.between(3, 30)
    question = f"if I put aside {euros} euros every month, what have I got after {months} months"
    return question, euros * months, "number", _EUROS, "saving"


def _split(t: Terms, level: int, rng: Rng) -> Answer:
    people, each = rng.between(2, 9), rng.between(11, 240)
    return (
        f"{people} of us share a bill of {people * each} euros, what does each one pay",
        each,
        "number",
        _EUROS,
        "a bill",
    )


def _fact(t: Terms, level: int, rng: Rng) -> Answer:
    return rng.choice((
        ("what is your phone number", t.phone, "id", ("The number is {value}", "You can call {value}"),
         "your phone line"),
        ("until what time is your phone line open", f"{t.closes}:00", "text", ("It is open until {value}",
                                                                               "Until {value}"), "your phone line"),
        ("in which year was your bank founded", t.founded, "number", ("It was founded in {value}", "In {value}"),
         "your bank"),
        ("how much cash can I get from a machine on one day", t.atm, "number", _EUROS, "cash"),
    ))  # fmt: skip


_QUESTIONS: tuple[Callable[[Terms, int, Rng], Answer], ...] = (
    _limit, _period, _last_day, _last_day, _first_day, _first_day, _fees, _interest, _saving, _saving, _split, _fact,
)  # fmt: skip
_FORMS = (
    "{q}", "a question about your terms: {q}", "can you tell me {q}", "I'd like to know: {q}", "just a quick one, {q}",
    "one thing I wonder about: {q}", "hey, {q}",
)  # fmt: skip


def answer_plan(task: Task, rng: Rng) -> Plan:
    """A question that the terms or a little arithmetic answer."""
    shown = terms(task.level, task.tool_view.get("view", 0))
    question, value, kind, how, topic = rng.choice(_QUESTIONS)(shown, task.level, rng)
    goal = Goal("g0", tuple(form.replace("{q}", question) for form in _FORMS), (), topic)
    tell = Tell("answer", value, kind, how)
    return Plan([goal], {}, [], [tell], endings={0: Ending("answered", ("",))})


_OUTSIDE = (
    ("flight", "book me a flight to {c}"),
    ("taxi", "call me a taxi to the station of {c}"),
    ("poem", "write me a poem about {c}"),
    ("restaurant", "reserve a table in a restaurant in {c}"),
    ("homework", "do my son's homework about the {w}"),
    ("hotel", "find me a hotel in {c}"),
    ("haircut", "get me an appointment for a haircut in {c}"),
    ("pizza", "order a pizza with {w}"),
    ("concert", "get me tickets for a concert in {c}"),
    ("recipe", "give me a recipe with {w}"),
    ("doctor", "find me a doctor in {c}"),
    ("car", "sell my old car in {c}"),
    ("garden", "come and water my garden and the {w} in it"),
    ("song", "sing me a song about a {w}"),
)
_CITIES = (
    "Antwerp Bergen Bilbao Bologna Bristol Cork Dresden Geneva Ghent Graz Krakow Leeds Lille Linz Lyon Malmo Nantes "
    "Oslo "
    "Porto Riga Turin Utrecht Vilnius"
).split()
_ASKS = (
    "{x}",
    "could you {x}",
    "I'd like you to {x}",
    "please {x}",
    "can you do me a favour and {x}",
    "one request: {x}",
)


def outside_plan(rng: Rng) -> Plan:
    """A wish that has nothing to do with the bank: say that it cannot be done, and what it is that cannot."""
    thing, wish = rng.choice(_OUTSIDE)
    wish = wish.replace("{c}", rng.choice(_CITIES)).replace("{w}", rng.choice(WORDS))
    tell = Tell(
        "thing",
        thing,
        "text",
        ("You asked for this: {value}", "This is about a {value}", "A {value} is nothing a bank does"),
    )
    goal = Goal(
        "g0", tuple(ask.replace("{x}", wish) for ask in _ASKS), (), f"a {thing}" if thing != "homework" else thing
    )
    says = ("I'm sorry, I cannot do that", "That is outside of what I can do", "So I am unable to help with it")
    return Plan([goal], {}, [], [tell], endings={0: Ending("infeasible", says)})
