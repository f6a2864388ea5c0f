"""Requests that need cellular or wifi, and so whatever stands in their way cleared first."""

from __future__ import annotations

from collections.abc import Sequence

from trajgym.gym_envs.database import Row
from trajgym.gym_envs.phone_settings import data
from trajgym.gym_envs.phone_settings.book import Person
from trajgym.gym_envs.phone_settings.phone import Phone
from trajgym.gym_envs.phone_settings.wishes import a_note, conversion

_NEWS_KEYS = ("message", "text", "what should", "what do you want to say", "words", "say")


def _send(
    ph: Phone, person: Person, body: str, mentions: Sequence[str], needs: Sequence[str], slots: Sequence[str]
) -> None:
    """Send `body`, with cellular brought on before, if it is off."""
    wait = ph.bring("cellular", True, needs, slots)
    ph.step("send", "send_message", {"phone": person.phone, "body": body}, (ph.status(), *needs, *wait), slots, mentions=tuple(mentions),
            phrase=f"send a message to {person.name}", done=f"the message to {person.name} is sent")  # fmt: skip


def _said(news: str) -> str:
    return f"{news[0].upper()}{news[1:]}."


def _news(ph: Phone) -> tuple[str, str, str]:
    """What is to be texted (fact ``news``): its words, what must stand in the message, and the slot."""
    news, core = data.news(ph.rng)
    slot = ph.fact(
        "news",
        news,
        "text",
        "the message",
        *_NEWS_KEYS,
        say=('the message is "{value}"', 'it should say "{value}"', 'write "{value}"'),
    )
    return news, core, slot


def message(ph: Phone) -> None:
    person, find, slots = ph.somebody("the person to text")
    news, core, slot = _news(ph)
    _send(ph, person, _said(news), (core,), (find,), (*slots, slot))
    them = person.pronoun if "which" not in "".join(slots) else "them"
    if ph.ambiguity == "implicit_goal":
        says: tuple[str, ...] = (
            "{who} doesn't know yet that {news}", "somebody has to tell {who} that {news}", "{who} is still waiting to hear that {news}",
            "somebody is still waiting for word from me", "there is news that somebody hasn't heard yet", "somebody ought to hear something from me",
        )  # fmt: skip
    elif ph.ambiguity == "pronoun_ref":
        says = (
            f"look up {{who}} in my contacts and text {them} that {{news}}", f"{{who}} is waiting for me; let {them} know that {{news}}",
            f"find the number of {{who}} and send {them} this: {{news}}", "look somebody up in my contacts and text them for me",
            "somebody is waiting for me; send them a text", "find a number for me and text it",
        )  # fmt: skip
    else:
        says = (
            "text {who} that {news}", 'send {who} a message: "{news}"', "let {who} know by text that {news}", "please text {who}: {news}",
            "write to {who} that {news}", "send a text for me", "I want to text somebody", "please send somebody a message",
        )  # fmt: skip
    ph.want("a text", says, "who", "news")


def reply(ph: Phone) -> None:
    """What somebody wrote is told, and the same person gets an answer."""
    note = a_note(ph)
    news, core, slot = _news(ph)
    person = note.person
    sender, topic = f"{ph.p}from", f"{ph.p}topic"
    ph.tell("note", note.number, "number", (f"{person.name} wrote that the {note.topic} is {{value}}", f"The {note.topic} is {{value}}", f"In the message stands {{value}} as the {note.topic}"),
            (f"{ph.p}read",), (note.number + 100,))  # fmt: skip
    _send(ph, person, _said(news), (core,), (f"{ph.p}read",), (sender, topic, slot))
    ph.alike[person.phone] = [p.phone for p in ph.others(person)]
    them = person.pronoun
    ph.want("a message", (
        f"what was the {{topic}} that {{from}} texted me, and text {them} back that {{news}}", f"{{from}} wrote me the {{topic}}: tell me what it is and answer {them} that {{news}}",
        f"look up the {{topic}} in what {{from}} texted me, then let {them} know that {{news}}", f"find the {{topic}} from {{from}} for me and send {them} this back: {{news}}",
        "look something up in my messages and answer who wrote it", "somebody texted me something that I need, and they should get an answer",
        "I need something out of a message, and want to answer it",
    ), "from", "topic", "news")  # fmt: skip


def _place(ph: Phone, slots: Sequence[str] = ()) -> tuple[Row, str]:
    """The nearest place of a kind (fact ``kind``): its row and the step that finds it, with location and wifi brought on."""
    category = ph.rng.choice([c for c in data.CATEGORIES if c not in ph.shared.used])
    ph.shared.used.add(category)
    kind = ph.fact(
        "kind",
        category,
        "text",
        "the kind of place",
        "kind of place",
        "what kind",
        "which place",
        "what are you looking for",
        say=("a {value}", "I'm looking for a {value}"),
    )
    asked = (kind, *(ph.p + slot for slot in slots))
    wait = [*ph.bring("wifi", True, (), asked), *ph.bring("location", True, (), asked)]
    where = ph.where(wait, asked)
    near = ph.step("near", "search_place", {"query": category, "near": ph.book.district}, (where,), asked)
    place = ph.book.places[category][0]
    ph.holes.append(("places", place["id"], "note"))
    ph.alike[category] = ph.rng.sample([c for c in data.CATEGORIES if c != category], 3)
    return place, near


def nearest(ph: Phone) -> None:
    place, near = _place(ph)
    others = [p["name"] for p in ph.book.places[place["category"]][1:]] or [f"Grand {place['name']}"]
    ph.tell(
        "place",
        place["name"],
        "name",
        ("The nearest one is {value}", "{value} is the nearest", "You're closest to {value}"),
        (near,),
        others[:1],
    )
    ph.tell(
        "closes",
        place["closes"],
        "text",
        ("It closes at {value}", "It is open until {value}", "Closing time is {value}"),
        (near,),
    )
    ph.want("a place nearby", (
        "where is the nearest {kind} and until when is it open", "find the {kind} closest to me and its closing time", "which {kind} is nearest to me, and when does it close",
        "I need a {kind} near here, which one, and until when", "is there a {kind} around here, and how long is it open", "find a place near me",
        "I'm looking for a place around here", "what is near me and how long is it open",
    ), "kind")  # fmt: skip


def share_place(ph: Phone) -> None:
    """The nearest place of a kind is texted to somebody."""
    person, find, slots = ph.somebody("the person to text")
    place, near = _place(ph, ["who"])
    body = f"Let's meet at {place['name']}, it closes at {place['closes']}."
    _send(ph, person, body, (place["name"], place["closes"]), (find, near), (*slots, f"{ph.p}kind"))
    ph.tell(
        "place",
        place["name"],
        "name",
        ("The place is {value}", "The nearest one is {value}", "I picked the nearest: {value}"),
        (near,),
        (f"Grand {place['name']}",),
    )
    them = person.pronoun if len(slots) == 1 else "them"
    if ph.ambiguity == "pronoun_ref":
        says: tuple[str, ...] = (
            f"I'm to meet {{who}}: find the {{kind}} nearest to me, text {them} its name and closing time, and tell me the name too",
            f"{{who}} wants to meet; look for the nearest {{kind}} and send {them} its name and closing time, I'd like to know the name as well",
            f"look up {{who}}, find the nearest {{kind}} and text {them} what it is called and when it closes; tell me its name too",
            "I'm to meet somebody: find a place and text them where", "somebody wants to meet me; find a place and text them", "find a place near me and send it to somebody, I'll say to whom",
        )  # fmt: skip
    else:
        says = (
            "text {who} the name and closing time of the {kind} nearest to me, and tell me the name as well",
            "find the nearest {kind}, send its name and closing time to {who} and tell me which it is",
            "let {who} know by text which {kind} is nearest to me and when it closes; I want to know the name too",
            "I want to meet {who} at the nearest {kind}: text the name and the closing time there, and tell me the name",
            "find a place near me and text it to somebody",
            "somebody should get the name of a place near me",
            "send somebody a place near me by text",
        )
    ph.want("a place and a text", says, "kind", "who")


def send_converted(ph: Phone) -> None:
    """An amount goes to somebody who thinks in another unit."""
    person, find, slots = ph.somebody("the person to text")
    result, unit, to = conversion(ph)
    thing = ph.rng.choice(data.THINGS)
    amount = f"{ph.p}amount"
    _send(
        ph,
        person,
        f"About the {thing}: it is {result:.2f} {to}.",
        (f"{result:.2f}",),
        (find, f"{ph.p}convert"),
        (*slots, amount),
    )
    ph.tell(
        "result",
        result,
        "number",
        (f"I wrote {{value}} {to}", f"In {to} that is {{value}}", f"It comes to {{value}} {to}"),
        (f"{ph.p}convert",),
        (round(result + 1.5, 2),),
    )
    about = f"of the {thing}"
    ph.want("a text with a conversion", (
        f"text {{who}} the size {about} in {to}, it's {{amount}} {unit}, and tell me the result", f"the {thing} has {{amount}} {unit}; let {{who}} know by text how many {to} that is, and me too",
        f"convert {{amount}} {unit} into {to} and text it to {{who}}, it's about the {thing}; I want to know it as well", f"{{who}} only thinks in {to}: text that the {thing} has {{amount}} {unit}, converted, and tell me too",
        f"text somebody the size {about} in {to}", f"somebody needs the size {about} in {to} by text", f"send somebody a number of {unit} {about} in {to}",
    ), "who", "amount")  # fmt: skip


def forward(ph: Phone) -> None:
    """What one person wrote goes to another one."""
    note = a_note(ph)
    person, find, slots = ph.somebody("the person to text")
    sender, topic = f"{ph.p}from", f"{ph.p}topic"
    _send(
        ph,
        person,
        f"The {note.topic} is {note.number}.",
        (str(note.number),),
        (f"{ph.p}read", find),
        (sender, topic, *slots),
    )
    ph.want("a message to pass on", (
        "text {who} the {topic} that {from} sent me", "{from} texted me the {topic}, pass it on to {who} by text", "find the {topic} in the messages of {from} and text it to {who}",
        "let {who} know the {topic}, it's in what {from} texted me", "send {who} the {topic} I got from {from}", "pass something from my messages on to somebody",
        "somebody needs something that I was texted", "text somebody something out of my messages",
    ), "who", "topic", "from")  # fmt: skip
