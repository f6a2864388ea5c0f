"""Requests that cannot be done: no tool for them, the tool is missing, or what they are about is not there."""

from __future__ import annotations

from trajgym.gym_envs.phone_settings import data
from trajgym.gym_envs.phone_settings.limits import SORRY
from trajgym.gym_envs.phone_settings.phone import Phone
from trajgym.gym_envs.phone_settings.reminders import WHEN_SAY
from trajgym.gym_envs.plan import Ending


def _cannot(ph: Phone) -> None:
    ph.ending = Ending(
        "infeasible",
        tuple(
            f"{text}. {sorry}"
            for text in ("So I can't do that for you", "So I am unable to do it", "That is not possible, then")
            for sorry in SORRY
        ),
    )


def beyond(ph: Phone) -> None:
    """Something that no tool does."""
    rng = ph.rng
    thing, pattern = rng.choice(data.BEYOND)
    what = (
        pattern.replace("{where}", rng.choice(data.DISTRICTS))
        .replace("{thing}", rng.choice(data.THINGS))
        .replace("{n}", str(rng.between(13, 90)))
    )
    ph.tell(
        "thing",
        thing,
        "text",
        (
            "There is no tool of mine for this: {value}",
            "What I lack is a tool for this: {value}",
            "None of my tools does this: {value}",
        ),
    )
    _cannot(ph)
    ph.want(
        thing, (what, f"please {what}", f"can you {what}", f"I need you to {what}", f"would you {what}", f"hey, {what}")
    )


def no_contact(ph: Phone) -> None:
    """A text to somebody who is not in the contacts."""
    rng = ph.rng
    name = f"{rng.choice((*data.FEMALE, *data.MALE))} {rng.choice(data.LAST)}-{rng.choice(data.LAST)}"
    who = ph.fact("who", name, "name", "the person to text", "who", "whom", "person")
    news, _ = data.news(rng)
    ph.fact("news", news, "text", "the message", "message", "text", say=('the message is "{value}"', 'write "{value}"'))
    find = ph.step("find", "search_contacts", {"name": name}, slots=(who,), fails="not_found")
    ph.tell(
        "missing",
        name,
        "name",
        ("{value} is not among your contacts", "I find nobody called {value} in your contacts"),
        (find,),
    )
    _cannot(ph)
    ph.want("a text", (
        "text {who} that {news}", 'send {who} a message: "{news}"', "let {who} know by text that {news}", "please text {who}: {news}", "write to {who} that {news}",
        "send a text for me", "I want to text somebody", "please send somebody a message",
    ), "who", "news")  # fmt: skip


def no_reminder(ph: Phone) -> None:
    """A reminder that is not there is to be moved or removed."""
    rng = ph.rng
    there = {row["text"].partition(" the ")[2] for row in ph.book.reminders}
    thing = rng.choice([t for t in data.THINGS if t not in there])
    what = ph.fact(
        "what",
        f"{rng.choice(data.DEEDS)} the {thing}",
        "text",
        "the subject of the reminder",
        "subject",
        "which reminder",
        "about what",
        say=('it says "{value}"', "it's to {value}"),
    )
    look = ph.step("look", "search_reminders", {"query": thing}, slots=(what,), fails="not_found", mentions=(thing,))
    ph.tell(
        "missing",
        thing,
        "text",
        ("You have no reminder about the {value}", "No reminder of yours is about the {value}"),
        (look,),
    )
    _cannot(ph)
    verb = rng.choice(("remove", "delete", "cancel"))
    ph.want("a reminder", (
        f"{verb} the reminder to {{what}}", f"please {verb} my reminder to {{what}}", f"I want you to {verb} the reminder to {{what}}", f"can you {verb} the reminder to {{what}}",
        f"{verb} one of my reminders", f"please {verb} a reminder for me", f"a reminder has to go, {verb} it",
    ), "what")  # fmt: skip


def no_message(ph: Phone) -> None:
    """Something out of the messages of somebody who never wrote any."""
    person = ph.rng.choice(ph.book.twins)
    topic = ph.rng.choice(data.TOPICS)[0]
    sender = ph.fact("from", person.name, "name", "the sender", "sender", "from whom", "who")
    ph.fact(
        "topic", topic, "text", "the thing it is about", "thing", "topic", "about what", say=("it's about the {value}",)
    )
    read = ph.step("read", "search_messages", {"person": person.name}, slots=(sender,), fails="not_found")
    ph.tell(
        "missing",
        person.name,
        "name",
        ("There is no message from {value}", "I see nothing that {value} wrote to you"),
        (read,),
    )
    _cannot(ph)
    ph.want("a message", (
        "what was the {topic} that {from} texted me", "{from} sent me the {topic}, what was it", "find the {topic} in the messages of {from}", "I need the {topic}, {from} wrote it to me",
        "look up the {topic} in what {from} texted me", "look something up in my messages for me", "somebody texted me something that I need now",
    ), "from", "topic")  # fmt: skip


def too_late(ph: Phone) -> None:
    """A reminder for a moment that is over, which only the clock shows."""
    rng, today = ph.rng, ph.book.today
    text, _ = data.deed(rng)
    day = today.replace(year=today.year - 1)
    moment = f"{day}T{rng.between(8, 20):02d}:{5 * rng.below(12):02d}"
    what = ph.fact("what", text, "text", "the thing to remember", "thing to remember", "about what", "what should")
    spoken = f"{day.day} {data.MONTHS[day.month - 1]} {day.year} at {moment[11:]}"
    when = ph.fact(
        "when",
        moment,
        "date",
        "the day and time",
        "when",
        "what time",
        "which day",
        "date",
        "time",
        spoken=spoken,
        say=WHEN_SAY,
    )
    now = ph.step("now", "now", {}, slots=(what, when))
    ph.tell(
        "today",
        today.isoformat(),
        "date",
        ("Today is {value}, so that moment is over", "It is {value} already, and a reminder has to lie ahead"),
        (now,),
    )
    _cannot(ph)
    ph.want("a reminder", (
        "remind me to {what}, {when}", "set a reminder, {when}: {what}", "I need a reminder to {what}, {when}", "please remind me, {when}, to {what}",
        "set a reminder for me", "I need a reminder", "please remind me of something",
    ), "what", "when")  # fmt: skip


def impossible(ph: Phone) -> None:
    ph.rng.choice((no_contact, no_reminder, no_message, too_late))(ph)


_LACKING = {
    "send_message": ("text", ("send {who} a text", "I want to send a text to {who}", "get a text to {who} for me", "please send a text to {who} from me")),
    "update_contact": ("new number", ("{who} has a new number, please store it", "put a new number down for {who}", "store a new number for {who}", "{who} got a new number, change it in my contacts")),
    "remove_contact": ("entry", ("delete the entry of {who} from my contacts", "remove the entry of {who}", "please get rid of the entry of {who}", "the entry of {who} has to go from my contacts")),
}  # fmt: skip
REMOVABLE = tuple(_LACKING)


def lacking(ph: Phone, tool: str) -> None:
    """The tool for it is missing; what can be found out is found out."""
    person = ph.rng.choice(ph.book.close)
    who = ph.fact("who", person.name, "name", "the person it is about", "who", "whom", "person", "contact")
    find = ph.step("find", "search_contacts", {"name": person.name}, slots=(who,))
    thing, says = _LACKING[tool]
    more = ph.rng.choice(
        (
            "; and which number do I have stored",
            "; I'd also like to know the stored number",
            "; and tell me the stored number",
        )
    )
    ph.tell(
        "number",
        person.phone,
        "id",
        (f"{person.name} is stored with {{value}}", f"The number I find for {person.name} is {{value}}"),
        (find,),
    )
    ph.tell("thing", thing, "text", ("As for the {value}: there is no tool for it", "I have no tool for the {value}"))
    _cannot(ph)
    ph.want(
        f"a {thing}",
        (
            *(text + more for text in says),
            f"I need help with a {thing}{more}",
            f"it's about a {thing} for one of my contacts{more}",
        ),
        "who",
    )
