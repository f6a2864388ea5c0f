"""Requests that are refused, and those that need no tool."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trajgym.gym_envs.persona import Reply, small_talk
from trajgym.gym_envs.phone_settings import data
from trajgym.gym_envs.phone_settings.book import Person
from trajgym.gym_envs.phone_settings.phone import Phone
from trajgym.gym_envs.phone_settings.tools import LABELS
from trajgym.gym_envs.plan import Ending, Plan

SORRY = ("I'm sorry about that", "Sorry", "I know that is not what you hoped for", "My apologies")


# -- what the policy rules out -------------------------------------------------------------------------------------------


def _refuse(ph: Phone, clause: str, tool: str, after: Sequence[str]) -> None:
    ph.forbidden.append((tool, clause))
    ph.tell(
        "clause",
        clause,
        "clause",
        ("Clause {value} of my rules rules it out", "See clause {value}", "That falls under clause {value}"),
        after,
    )
    ph.ending = Ending("refused", tuple(f"So I can't do that. {sorry}" for sorry in SORRY), clause=clause)


def managed_setting(ph: Phone) -> None:
    """A setting that the managed profile locks."""
    setting = ph.rng.choice(sorted(ph.book.managed))
    label, state = LABELS[setting], "off" if ph.book.on[setting] else "on"
    slot = ph.fact(
        "setting", label, "choice", "the setting", "which setting", "setting", say=("I mean {value}", "it's {value}")
    )
    status = ph.step("status", "get_settings", {})
    ph.steps[-1].slots = (slot,)
    ph.tell(
        "setting",
        label,
        "name",
        ("The managed profile locks {value}", "{value} is managed", "Your profile does not let me touch {value}"),
        (status,),
    )
    _refuse(ph, "P3", "set_setting", (status,))
    ph.want("a setting", (
        f"turn {{setting}} {state}", f"please switch {{setting}} {state}", f"I want {{setting}} {state}", f"can you turn {{setting}} {state}", f"make sure that {{setting}} is {state}",
        f"turn a setting {state} for me", f"a setting of my phone has to be {state}", f"something on my phone has to be switched {state}",
    ), "setting")  # fmt: skip


def locked_location(ph: Phone) -> None:
    """A place nearby, on a phone whose location is locked."""
    category = ph.rng.choice(data.CATEGORIES)
    kind = ph.fact(
        "kind",
        category,
        "text",
        "the kind of place",
        "kind of place",
        "what kind",
        say=("a {value}", "I'm looking for a {value}"),
    )
    status = ph.step("status", "get_settings", {}, slots=(kind,))
    ph.tell(
        "setting",
        "location",
        "name",
        ("The managed profile locks {value}, and I'd need it on", "{value} is off and managed"),
        (status,),
    )
    _refuse(ph, "P3", "set_setting", (status,))
    ph.want("a place nearby", (
        "where is the nearest {kind}", "find the {kind} closest to me", "which {kind} is nearest to me", "I need a {kind} near here", "is there a {kind} around here",
        "find a place near me", "I'm looking for a place around here", "tell me what is near me",
    ), "kind")  # fmt: skip


def _contact(ph: Phone, person: Person, label: str) -> str:
    """The look-up of somebody called by name (fact ``who``)."""
    slot = ph.fact("who", person.name, "name", label, "who", "whom", "person", "contact")
    return ph.step("find", "search_contacts", {"name": person.name}, slots=(slot,))


def emergency_removal(ph: Phone) -> None:
    person = ph.rng.choice(ph.book.emergency)
    find = _contact(ph, person, "the contact to remove")
    ph.tell(
        "relationship",
        person.relationship,
        "name",
        (
            f"{person.name} is stored as your {{value}} and is an emergency contact",
            "That is your {value}, an emergency contact",
        ),
        (find,),
    )
    _refuse(ph, "P4", "remove_contact", (find,))
    ph.want("a contact", (
        "remove {who} from my contacts", "delete the contact of {who}", "I don't need {who} in my contacts any more, delete the entry", "please take {who} out of my contacts",
        "erase the entry of {who}", "delete a contact for me", "remove somebody from my contacts", "a contact has to go",
    ), "who")  # fmt: skip


def emergency_number(ph: Phone) -> None:
    person = ph.rng.choice(ph.book.emergency)
    find = _contact(ph, person, "the contact with a new number")
    phone, _ = ph.number()
    ph.fact("phone", phone, "id", "the new number", "number", "phone number")
    ph.tell(
        "stored",
        person.phone,
        "id",
        (
            f"{person.name} is an emergency contact and stays stored with {{value}}",
            "The number stays {value}, as it is an emergency contact",
        ),
        (find,),
    )
    _refuse(ph, "P4", "update_contact", (find,))
    ph.want("a contact", (
        "change the number of {who} to {phone}", "{who} has a new number: {phone}, please update it", "update the phone number of {who}, it's {phone} now",
        "put {phone} down as the number of {who}", "store {phone} for {who} in place of the old number", "change a number in my contacts", "update a contact for me",
        "somebody has a new number, please update it",
    ), "who", "phone")  # fmt: skip


def premium(ph: Phone) -> None:
    person = ph.rng.choice(ph.book.services)
    find = _contact(ph, person, "the service to text")
    word = ph.rng.choice(data.EMBLEMS).upper()
    ph.fact(
        "news",
        word,
        "text",
        "the message",
        "message",
        "text",
        "word",
        "say",
        say=('the message is "{value}"', 'write "{value}"'),
    )
    ph.tell(
        "number",
        person.phone,
        "id",
        (f"{person.name} has the premium number {{value}}", "{value} is a premium number"),
        (find,),
    )
    _refuse(ph, "P6", "send_message", (find,))
    ph.want("a text", (
        'text "{news}" to {who}', 'send {who} the word "{news}"', 'please text {who}: "{news}"', 'write "{news}" to {who}', 'I want to take part at {who}, text them "{news}"',
        "send a text for me", "I want to text somebody", "please send a message",
    ), "who", "news")  # fmt: skip


def refuse(ph: Phone) -> None:
    makers: list[Callable[[Phone], None]] = [managed_setting, emergency_removal, emergency_number, premium]
    if "location" in ph.book.managed:
        makers.append(locked_location)
    ph.rng.choice(makers)(ph)


# -- what needs no tool --------------------------------------------------------------------------------------------------


def _question(ph: Phone) -> Reply:
    """A question on the phone's rules or a sum, and its answer."""
    rng = ph.rng
    kind = rng.below(4)
    if kind == 0:
        a, b = rng.between(13, 99), rng.between(13, 99)
        return f"what is {a} plus {b}", a + b, ("That makes {value}", "{value}", "The sum is {value}")
    if kind == 1:
        setting = rng.choice(("wifi", "location"))
        what = rng.choice(
            (
                "which mode of the phone keeps {s} from being turned on",
                "in which mode can {s} not be turned on",
                "what has to be off before {s} can be turned on",
            )
        )
        return (
            what.replace("{s}", setting),
            "low battery mode",
            ("That is {value}", "{value} does", "As long as {value} is on"),
        )
    if kind == 2:
        clause, what = rng.choice(
            (
                ("P3", "settings of a managed profile"),
                ("P4", "emergency contacts"),
                ("P6", "premium numbers"),
                ("P5", "asking me before you remove something"),
            )
        )
        form = rng.choice(("which of your rules is about {w}", "what is the number of your rule on {w}"))
        return form.replace("{w}", what), clause, ("That is clause {value}", "Clause {value}", "It is {value}")
    word = f"{rng.choice(data.STYLES)}{rng.choice(data.EMBLEMS)}".lower()
    return (
        f'how do you spell "{word}" backwards',
        word[::-1],
        ("Backwards that is {value}", "It reads {value}", "{value}"),
    )


def answer(ph: Phone) -> Plan:
    """A question or a game with words, answered in words alone."""
    return small_talk([_question(ph)], tuple(word.lower() for word in data.EMBLEMS), ph.rng)
