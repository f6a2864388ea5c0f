"""The shop's terms, and questions that they answer: no tool is needed for these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from trajgym.gym_envs.plan import Ending, Fact, Goal, Plan, Tell
from trajgym.gym_envs.retail_desk import vocabulary as words
from trajgym.gym_envs.retail_desk.builder import spoken_date
from trajgym.gym_envs.retail_desk.data import RETURN_DAYS, cents, today
from trajgym.seeding import Rng
from trajgym.task import Task

ANSWERED = Ending(
    "answered",
    ("I hope that helps.", "Let me know if there is more you'd like to know.", "Happy to help.", "That is all there is to it.",
     "Hope that answers it.", ""),
)  # fmt: skip
DECLINED = Ending(
    "infeasible",
    ("I'm sorry, that is outside of what I can do here.", "I'm afraid I can't help with that.",
     "That is not something I can do for you, sorry.", "I'm unable to do that, I only look after this shop's customers."),
)  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """What one shop promises; it stands in the system prompt."""

    shop: str
    assistant: str
    today: date
    free_from: int
    fee: float
    days: int
    warranty: int
    gift_months: int
    phone: str
    closes: str
    founded: int

    @property
    def text(self) -> str:
        return (
            f"Delivery takes {self.days} working days and costs {self.fee:.2f} euros; it is free for orders of "
            f"{self.free_from} euros or more. The warranty is {self.warranty} months, gift cards are valid for "
            f"{self.gift_months} months. The phone line {self.phone} is open on working days until {self.closes}. The shop "
            f"was founded in {self.founded}."
        )


@lru_cache(maxsize=256)
def terms(level: int, view: int) -> Terms:
    """The terms of the shop that a view shows."""
    rng = Rng("retail terms", level, view)
    return Terms(
        shop=words.SHOPS[(view + 5 * level) % len(words.SHOPS)],
        assistant=rng.choice(words.ASSISTANTS),
        today=today(level),
        free_from=rng.between(4, 16) * 10 + 5,
        fee=cents(rng.between(3, 7) + rng.choice((0.5, 0.75, 0.9, 0.95))),
        days=rng.between(2, 9),
        warranty=rng.choice((18, 24, 36, 48)),
        gift_months=rng.choice((15, 20, 27, 40, 60)),
        phone=f"0800-{rng.between(100, 999)}-{rng.between(1000, 9999)}",
        closes=f"{rng.between(16, 21)}:{rng.choice(('00', '15', '30', '45'))}",
        founded=rng.between(1921, 2014),
    )


Answer = tuple[tuple[str, ...], dict[str, Fact], Any, str, tuple[str, ...], str]
"""The question in several wordings, its facts, the answer, its kind, ways to give it, and the topic."""


def _number(slot: str, value: Any, label: str, spoken: str = "") -> dict[str, Fact]:
    says = ("it's {value}", "I mean {value}", "{value}, to be exact")
    return {slot: Fact(slot, value, "number", label, (label, label.removeprefix("the ")), spoken, "", says)}


def _simple(says: tuple[str, ...], value: Any, kind: str, answers: tuple[str, ...], topic: str) -> Answer:
    return says, {}, value, kind, answers, topic


def _missing(t: Terms, rng: Rng) -> Answer:
    """How much is still lacking for free delivery."""
    spent = cents(rng.between(9, t.free_from - 6) + rng.choice((0.0, 0.4, 0.5, 0.9)))
    says = (
        "my basket comes to {amount} euros, how much more do I need for free delivery",
        "I'd spend {amount} euros, what is missing for free delivery",
        "how far am I from free delivery with {amount} euros in the basket",
        "I have things for {amount} euros, how much is lacking until delivery is free",
        "what is missing to get free delivery if I buy for {amount} euros",
        "I wonder how much more I have to buy for free delivery",
        "how much is missing in my basket until delivery is free",
        "could you tell me what I still need for free delivery",
    )
    facts = _number("amount", spent, "the amount in the basket", f"{spent:.2f}")
    answers = ("You need {value} euros more", "{value} euros are missing", "It takes another {value} euros")
    return says, facts, cents(t.free_from - spent), "number", answers, "delivery costs"


def _last_day(t: Terms, rng: Rng) -> Answer:
    """Until when something that came on a day can go back."""
    came = t.today - timedelta(days=rng.between(1, 26))
    says = (
        "my parcel came on {day}, until when can I return things",
        "something was delivered on {day}, what is the last day to send it back",
        "it arrived on {day}: by what date do I have to return it",
        "what's the deadline for a return if the delivery was on {day}",
        "I got my things on {day}, when does the time for returns end",
        "until which date can I return something I was sent",
        "what would be the last day on which I can return something",
        "I'd like to know my deadline for a return",
    )
    slot, spoken = "day", spoken_date(came.isoformat())
    fact = Fact(slot, came.isoformat(), "date", "the day of delivery",
                ("the day of delivery", "when was", "delivered", "day of delivery", "when did"), spoken, "",
                ("it came on {value}", "that was {value}", "delivered on {value}"))  # fmt: skip
    answers = ("The last day is {value}", "You can return it until {value}", "Until {value}")
    return says, {slot: fact}, (came + timedelta(days=RETURN_DAYS)).isoformat(), "date", answers, "a deadline"


def _discount(t: Terms, rng: Rng) -> Answer:
    """What an amount comes to with a voucher."""
    price, percent = cents(rng.between(20, 300) + rng.choice((0.0, 0.5, 0.9))), rng.choice((5, 10, 15, 20))
    says = (
        "what would {amount} euros come to with a {percent} percent voucher",
        "if something costs {amount} euros and I have {percent} percent off, what do I pay",
        "I have a voucher for {percent} percent, what is left of {amount} euros",
        "how much is {amount} euros less {percent} percent",
        "with {percent} percent off, what would I pay for {amount} euros",
        "can you work out a price with a voucher for me",
        "what would I pay with my voucher, just roughly thinking ahead",
        "I'd like to know what a price comes to with a discount",
    )
    facts = _number("amount", price, "the price", f"{price:.2f}") | _number("percent", percent, "the percentage")
    answers = ("You would pay {value} euros", "That comes to {value} euros", "{value} euros would be left to pay")
    return says, facts, cents(price * (100 - percent) / 100), "number", answers, "a discount"


def _return_days(t: Terms, rng: Rng) -> Answer:
    says = (
        "how many days do I have to return something", "how long after delivery can I send things back",
        "what's your time limit for returns", "within how many days do returns have to be made",
        "for how many days can I exchange something", "how much time is there for a return",
        "I'm not sure how many days I have for a return",
    )  # fmt: skip
    answers = ("You have {value} days from delivery", "It is {value} days after the delivery", "Within {value} days")
    return _simple(says, RETURN_DAYS, "number", answers, "returns")


def _free_from(t: Terms, rng: Rng) -> Answer:
    says = (
        "from what amount on is delivery free", "how much do I have to order to get free delivery",
        "what is the minimum for free delivery", "when do I not have to pay for delivery",
        "is there free delivery, and from which amount", "what do I need to spend so that delivery costs nothing",
        "at what total does the delivery fee go away",
    )  # fmt: skip
    answers = ("Delivery is free from {value} euros on", "From {value} euros on", "The minimum is {value} euros")
    return _simple(says, t.free_from, "number", answers, "delivery costs")


def _fee(t: Terms, rng: Rng) -> Answer:
    says = (
        "what does delivery cost", "how much is the delivery fee", "what do you charge for a small delivery",
        "how much would I pay for shipping on a small order", "is delivery expensive? what does it cost",
        "I'd like to know your delivery fee", "tell me the price of a normal delivery",
    )  # fmt: skip
    answers = ("Delivery costs {value} euros", "The fee is {value} euros", "It is {value} euros")
    return _simple(says, t.fee, "number", answers, "delivery costs")


def _warranty(t: Terms, rng: Rng) -> Answer:
    says = (
        "how long is your warranty", "how many months of warranty do I get", "what warranty comes with your products",
        "for how many months is there a warranty", "how long are your things under warranty",
        "I'd like to know how long the warranty lasts", "what's the warranty period in months",
    )  # fmt: skip
    return _simple(
        says, t.warranty, "number", ("It is {value} months", "You get {value} months", "{value} months"), "warranty"
    )


def _gift_months(t: Terms, rng: Rng) -> Answer:
    says = (
        "how long are gift cards valid", "for how many months can I use a gift card", "when does a gift card run out",
        "how many months do I have to spend a gift card", "do your gift cards expire, and after how long",
        "I'd like to know how long a gift card is good for", "what's the lifetime of a gift card in months",
    )  # fmt: skip
    answers = ("They are valid for {value} months", "{value} months from purchase", "You have {value} months")
    return _simple(says, t.gift_months, "number", answers, "gift cards")


def _phone(t: Terms, rng: Rng) -> Answer:
    says = (
        "what is your phone number", "can I ring you, and under what number", "which number do I call for questions",
        "I'd rather talk on the phone another time, what number is it", "do you have a telephone line? what number",
        "please give me the number of your phone line", "under which number can I reach you by phone",
    )  # fmt: skip
    answers = ("The number is {value}", "You can call {value}", "Our phone line is {value}")
    return _simple(says, t.phone, "id", answers, "your phone line")


def _closes(t: Terms, rng: Rng) -> Answer:
    says = (
        "until what time can I call you", "when does your phone line close", "how late is your phone line open",
        "till when is somebody on the phone", "what time do you stop answering the phone",
        "I'd like to know until when I can ring", "at what time does the phone line close",
    )  # fmt: skip
    answers = ("It is open until {value}", "Until {value} on working days", "The line closes at {value}")
    return _simple(says, t.closes, "text", answers, "your phone line")


def _founded(t: Terms, rng: Rng) -> Answer:
    says = (
        "since when has your shop been around", "in which year was the shop founded", "how old is your shop, what year was it",
        "what year did you start the business", "when was your shop opened for the first time",
        "I'm curious: in what year was your shop founded", "which year does your shop go back to",
    )  # fmt: skip
    answers = ("It was founded in {value}", "The shop goes back to {value}", "Since {value}")
    return _simple(says, t.founded, "number", answers, "your shop")


_QUESTIONS: tuple[Callable[[Terms, Rng], Answer], ...] = (
    _missing, _last_day, _discount, _missing, _last_day, _discount, _return_days, _free_from, _fee, _warranty, _gift_months,
    _phone, _closes, _founded,
)  # fmt: skip


def answer_plan(task: Task, rng: Rng) -> Plan:
    """A question that the terms, the policy or a little arithmetic answer."""
    shown = terms(task.level, task.tool_view.get("view", 0))
    says, facts, value, kind, answers, topic = rng.choice(_QUESTIONS)(shown, rng)
    goal = Goal("g0", says, tuple(facts), topic)
    return Plan([goal], facts, [], [Tell("answer", value, kind, answers)], endings={0: ANSWERED})


_OUTSIDE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "flight",
        "a flight",
        ("book me a flight for the weekend", "I need a flight to visit my parents, please book one"),
    ),
    ("taxi", "a taxi", ("call me a taxi to the station", "I need a taxi in an hour, can you order one")),
    (
        "restaurant",
        "a restaurant",
        ("reserve a table in a good restaurant", "I need a restaurant for tonight, book one"),
    ),
    ("poem", "a poem", ("write me a poem for my mother", "I need a poem for a birthday card, please write it")),
    ("homework", "homework", ("do my daughter's homework", "I'm stuck with my homework, please do it for me")),
    (
        "parking ticket",
        "a parking ticket",
        ("pay my parking ticket", "I got a parking ticket, please settle it for me"),
    ),
    (
        "doctor",
        "a doctor",
        ("make me an appointment with a doctor", "I have a rash, find me a doctor and book a visit"),
    ),
    ("hotel", "a hotel", ("book me a hotel by the sea", "I need a hotel for two nights, please reserve one")),
    (
        "electricity",
        "electricity",
        ("change my electricity contract", "my electricity bill is too high, please sort that out"),
    ),
    ("tax return", "a tax return", ("fill in my tax return", "I haven't done my tax return yet, do that for me")),
    ("pizza", "a pizza", ("order me a pizza", "I'm hungry, get me a pizza delivered")),
    ("haircut", "a haircut", ("book me a haircut", "I need a haircut this week, make an appointment")),
    ("insurance", "insurance", ("report my broken window to my insurance", "cancel my car insurance, please")),
    ("library", "the library", ("extend my books at the library", "tell the library I bring the books back later")),
    ("cinema", "the cinema", ("get me two seats at the cinema", "buy cinema tickets for tonight's film")),
    ("bank", "the bank", ("transfer money from my bank account", "block my card at the bank, please")),
)
_ASKS = (
    "could you {x}",
    "{x}",
    "I'd like you to do something: {x}",
    "can you do me a favour: {x}",
    "one request: {x}",
    "hey: {x}",
)


@lru_cache(maxsize=64)
def _outside_says(number: int) -> tuple[str, ...]:
    _, _, wishes = _OUTSIDE[number]
    first = [ask.replace("{x}", wishes[0]) for ask in _ASKS]
    return (*first, wishes[1])


def outside_plan(rng: Rng) -> Plan:
    """A request that has nothing to do with the shop: say that it cannot be done, and what it is that cannot."""
    number = rng.below(len(_OUTSIDE))
    thing, topic, _ = _OUTSIDE[number]
    answers = ("You are asking about this: {value}", "This is about {value}", "I understand what you need: {value}")
    tell = Tell("thing", thing, "text", answers)
    return Plan([Goal("g0", _outside_says(number), (), topic)], {}, [], [tell], endings={0: DECLINED})
