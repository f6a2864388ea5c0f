"""What documents say: the kinds of things they are about, what is known of each, and how it is asked and told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trajgym.seeding import Rng

_SYLLABLES = (
    "Al Ar Bal Bel Bor Bran Cal Cor Dal Den Dor El Er Fal Fen Gal Gor Hal Hel Ir Jor Kal Kes Lan Lor Mal Mer Mor Nal "
    "Ner Ol Or "
    "Pal Per Quin Ral Ros Sal Sel Sor Tal Tor Ul Ver Vel Vor Wen Yar Zel Zor"
).split()
_BRAND_ENDS = (
    "axa dora dine enta eris iga ilo imo ina ista ivo ola omi onda ora otto uma una vanta vero via xon zano zio"
).split()
_FIRM_ENDS = (
    "bach berg crest dal dell fast gard hart heim kamp land lund marc mont ner quist rand stedt tner wick".split()
)
_TOWN_ENDS = (
    "beck borough bridge bury by cester combe dale field fold ford gate ham haven hurst ley mouth stow ton vik".split()
)
_SURNAME_ENDS = (
    "aksen anen arro berger ecki edo elli ersen escu etti ides iksson inger ini ino ishvili kova mann nandez oglu "
    "otti ovic ski"
).split()
_FIRST_NAMES = (
    "Ada Agnes Amir Anders Anouk Arlo Aylin Bea Bruno Carla Cem Clara Dario Deniz Dora Edgar Eira Elif Emil Enzo Esra "
    "Farah "
    "Felix Finn Freya Greta Hana Hugo Ida Igor Ilse Ines Ivan Jana Jonas Juno Kaan Kira Lars Leila Lena Leo Lina Luca "
    "Maja "
    "Malik Mara Marco Mila Nadia Nils Nora Olga Omar Oskar Otto Pablo Paula Petra Rafael Rania Remy Rosa Ruben Sami "
    "Sara Selma "
    "Silas Sven Tamar Theo Tilda Tomas Uma Vera Viktor Wanda Yara Yusuf Zoe"
).split()
_INDUSTRIES = (
    "Optics|Textiles|Foods|Logistics|Ceramics|Instruments|Paper|Motors|Software|Furniture|Acoustics|Chemicals|Lighting|"
    "Toys|Printing|Packaging|Robotics|Glass|Tools|Plastics"
).split("|")
_PROJECTS = (
    "Albatross Avocet Basalt Bramble Buzzard Cedar Citrine Cobalt Condor Coral Cormorant Curlew Dunlin Eider Falcon "
    "Feldspar "
    "Fulmar Gannet Garnet Goshawk Granite Harrier Heron Hornbeam Ibis Jackdaw Jasper Juniper Kestrel Kingfisher "
    "Lapwing Larch "
    "Linnet Magpie Malachite Merlin Nightjar Obsidian Onyx Osprey Peregrine Petrel Pintail Plover Puffin Quartz "
    "Redstart Rowan "
    "Sandpiper Shrike Siskin Spruce Starling Sycamore Tamarisk Teal Topaz Turnstone Whimbrel Wigeon"
).split()
_RULES = (
    "parking permits|travel expenses|spare keys|guest passes|bicycle loans|home office|meeting rooms|lost "
    "property|training "
    "courses|pool cars|overtime|locker use|visitor tours|work clothing|mobile phones|parental leave|noise levels|desk "
    "plants|"
    "canteen vouchers|library loans|workshop tools|archive visits|tool repairs|fire drills|key cards|gift "
    "acceptance|camera use|"
    "software licences|night shifts|language lessons"
).split("|")
ROOMS = tuple(f"{block} {number}" for block in "BCDEFGH" for number in range(113, 340, 7))


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something known of a thing. `kind` as in `Tell`; `asks` are questions with ``{x}`` for the thing, `hints` say
    what one wants without asking for it; `sentence` stands in a document, with ``{v}``; `told` are answers, with
    ``{x}`` and ``{value}``."""

    key: str
    kind: str
    asks: tuple[str, ...]
    hints: tuple[str, ...]
    sentence: str
    told: tuple[str, ...]
    make: Callable[[Rng], Any]


@dataclass(frozen=True, slots=True)
class Link:
    """A thing that another one names: `phrase` speaks of it by way of ``{x}``."""

    key: str
    target: str
    phrase: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: `generic` stands for its name where that is not said, `label` asks for it."""

    label: str
    generic: str
    sheet: str
    second: str
    lead: str
    attributes: tuple[Attribute, ...]
    links: tuple[Link, ...] = ()


def _number(low: int, high: int, step: int = 1) -> Callable[[Rng], int]:
    return lambda rng: rng.between(low, high) * step


def _date(rng: Rng) -> str:
    return f"{rng.between(1994, 2022)}-{rng.between(1, 12):02d}-{rng.between(1, 28):02d}"


def _person(rng: Rng) -> str:
    return f"{rng.choice(_FIRST_NAMES)} {rng.choice(_SYLLABLES)}{rng.choice(_SURNAME_ENDS)}"


def _ask(key: str, kind: str, make: Callable[[Rng], Any], sentence: str, asks: str, hints: str, told: str) -> Attribute:
    """The several wordings are parted by bars."""
    return Attribute(key, kind, tuple(asks.split("|")), tuple(hints.split("|")), sentence, tuple(told.split("|")), make)


KINDS: dict[str, Kind] = {
    "product": Kind(
        "the name of the product", "a certain product", "product sheet", "fact file", "This page describes {x}.",
        (
            _ask("warranty", "number", _number(13, 96), "The warranty lasts {v} months.",
                 "how many months of warranty does {x} come with|how long in months is the warranty of {x}",
                 "I may still get {x} repaired for free, and need to know for how many months one can|somebody wants "
                 "to send "
                 "{x} in for a free repair, and I have to say up to how many months after buying that works",
                 "{x} comes with {value} months of warranty|The warranty of {x} is {value} months"),
            _ask("weight", "number", _number(23, 990, 10), "It has a weight of {v} grams.",
                 "how heavy is {x} in grams|what is the weight of {x} in grams",
                 "I want to post {x} and have to put the grams on the form|my shelf may not hold {x}, I'd need the "
                 "grams",
                 "{x} has a weight of {value} grams|The weight of {x} is {value} grams"),
            _ask("battery", "number", _number(13, 140), "One charge of the battery lasts {v} hours.",
                 "how many hours does the battery of {x} last|for how many hours does {x} run on one charge",
                 "I take {x} on a hike without any socket and wonder how many hours I have|I can't charge {x} on the "
                 "way, so how "
                 "many hours are there",
                 "One charge of {x} lasts {value} hours|{x} runs {value} hours on one charge"),
            _ask("launch", "date", _date, "It has been on sale since {v}.",
                 "since which date has {x} been on sale|on what date was {x} first sold",
                 "I want to raise a glass to the birthday of {x} and need its first day of sale|the timeline lacks "
                 "the day on "
                 "which {x} came out",
                 "{x} has been on sale since {value}|The first day of sale of {x} was {value}"),
        ),
        (
            Link("maker", "company", "the company that makes {x}", "The maker is {v}."),
            Link("designer", "person", "the person who designed {x}", "The design is by {v}."),
        ),
    ),
    "company": Kind(
        "the name of the company", "a company I have in mind", "company profile", "annual note",
        "This page is about {x}.",
        (
            _ask("staff", "number", _number(19, 8400), "The number of staff is {v}.",
                 "how many people work for {x}|what is the head count of {x}",
                 "I need a gift for everybody at {x}, so how many would that be|the size of {x} has to go on my "
                 "slide, in people",
                 "{value} people work for {x}|The number of staff of {x} is {value}"),
            _ask("founded", "number", _number(1831, 2015), "It was founded in {v}.",
                 "in which year was {x} founded|what is the founding year of {x}",
                 "I want to know when {x} can celebrate its next round birthday, the year it began will do|the "
                 "history page lacks "
                 "the year in which {x} began",
                 "{x} was founded in {value}|The founding year of {x} is {value}"),
            _ask("register", "id", lambda rng: f"HR-{rng.between(10000, 99999)}", "It is registered under {v}.",
                 "what is the register number of {x}|under which number is {x} registered",
                 "a contract with {x} lacks the number of the trade register|the court wants to know under what {x} "
                 "is entered",
                 "{x} is registered under {value}|The register number of {x} is {value}"),
        ),
        (
            Link("head", "person", "the head of {x}", "The head of the company is {v}."),
            Link("seat", "place", "the town where {x} has its seat", "The seat of the company is {v}."),
            Link("project", "project", "the project that {x} leads", "It leads {v}."),
        ),
    ),
    "person": Kind(
        "the name of the person", "a person I met", "personal page", "staff card", "This page is about {x}.",
        (
            _ask("joined", "number", _number(1975, 2023), "The present post began in {v}.",
                 "in which year did {x} take up the present post|since which year has {x} been in the present post",
                 "I'm writing a card for {x} about the years in the present post, and need the first one|for how long "
                 "{x} has had "
                 "the post I can work out if I get the year",
                 "{x} has had the present post since {value}|The present post of {x} began in {value}"),
            _ask("room", "name", lambda rng: rng.choice(ROOMS), "The office is room {v}.",
                 "in which room is the office of {x}|what is the room of {x}",
                 "I have a parcel for {x} and stand in the hall, which door is it|I'm to meet {x} at the office and "
                 "don't know "
                 "which room",
                 "The office of {x} is room {value}|{x} sits in room {value}"),
        ),
        (Link("birthplace", "place", "the town where {x} was born", "The place of birth is {v}."),),
    ),
    "place": Kind(
        "the name of the town", "a town I read about", "town page", "gazetteer entry", "This page describes {x}.",
        (
            _ask("people", "number", _number(1300, 98000), "The population is {v}.",
                 "how many people live in {x}|what is the population of {x}",
                 "I bet that {x} is a mere village, and need its population|one leaflet for everybody in {x}, so how "
                 "many have to "
                 "be printed",
                 "{value} people live in {x}|The population of {x} is {value}"),
            _ask("mayor", "name", _person, "The mayor is called {v}.",
                 "who is the mayor of {x}|what is the mayor of {x} called",
                 "a letter has to go to the town hall of {x}, by name|I want to invite whoever runs the town hall of "
                 "{x}, by name",
                 "The mayor of {x} is {value}|{x} has {value} as its mayor"),
            _ask("height", "number", _number(13, 1900), "It lies {v} metres above the sea.",
                 "how many metres above the sea does {x} lie|what is the height of {x} in metres above the sea",
                 "my altimeter shows nothing in {x}, and I'd like the metres|I get short of breath in {x}, how many "
                 "metres up is "
                 "that",
                 "{x} lies {value} metres above the sea|The height of {x} is {value} metres"),
        ),
        (Link("county", "place", "the county town of {x}", "Its county town is {v}."),),
    ),
    "project": Kind(
        "the name of the project", "one of the projects", "project page", "status report", "This page describes {x}.",
        (
            _ask("budget", "number", _number(131, 940, 1000), "The budget is {v} euros.",
                 "what is the budget of {x} in euros|how many euros does {x} have as its budget",
                 "I wonder whether {x} can afford a new press, in euros|the spreadsheet lacks the euros that {x} may "
                 "spend",
                 "The budget of {x} is {value} euros|{x} has a budget of {value} euros"),
            _ask("review", "date", _date, "The first review was on {v}.",
                 "on what date was the first review of {x}|when did the first review of {x} take place",
                 "the minutes lack the day on which {x} was looked at for the first time|I want the folder of {x} "
                 "dated by its "
                 "first review",
                 "The first review of {x} was on {value}|{x} was first reviewed on {value}"),
        ),
    ),
    "rule": Kind(
        "the subject of the rule", "one of the house rules", "house rule", "notice", "This page sets {x}.",
        (
            _ask("days", "number", _number(13, 170), "A request is valid for {v} days.",
                 "for how many days is a request valid under {x}|how many days is a request good for under {x}",
                 "I put in a request under {x} a while ago, and want to know how many days it stays good|I may come "
                 "too late under "
                 "{x}, what is the limit in days",
                 "Under {x} a request is valid for {value} days|A request under {x} is good for {value} days"),
            _ask("fee", "number", _number(13, 240), "The deposit is {v} euros.",
                 "how many euros is the deposit under {x}|what deposit in euros does one pay under {x}",
                 "I only carry small notes and have to leave a deposit under {x}|I have to leave some euros behind "
                 "under {x}, how "
                 "many",
                 "Under {x} the deposit is {value} euros|The deposit under {x} is {value} euros"),
            _ask("contact", "name", _person, "Questions go to {v}.",
                 "who answers questions about {x}|to whom do questions about {x} go",
                 "I'm stuck with {x} and need somebody to talk to, by name|somebody has to explain {x} to me, by name",
                 "Questions about {x} go to {value}|{value} answers questions about {x}"),
        ),
    ),
}  # fmt: skip
"""By name of the kind."""

FILLER = (
    "Pictures can be had from the archive.", "The page is kept up by the reference desk.",
    "Older versions are not kept.",
    "Please report mistakes to the desk.", "A longer text is in preparation.", "Sources are listed in the paper files.",
    "It is mentioned in the house magazine now and then.", "The wording was agreed with those concerned.",
    "Parts of the page were translated.", "A map lies in the reading room.",
)  # fmt: skip
MEMOS = (
    "{x} was mentioned in the talk after lunch.", "A display about {x} is planned for the hall.",
    "Somebody praised {x}.",
    "The quiz had a question about {x}.", "A visitor asked for brochures about {x}.",
    "The film about {x} was shown again.",
)  # fmt: skip
MEMO_TITLES = (
    "Minutes of the {a} meeting", "Notes on the {a} outing", "Letter about the {a} fair", "Report of the {a} committee",
    "Diary of the {a} week", "Review of the {a} exhibition",
)  # fmt: skip
MEMO_WORDS = "spring summer autumn winter reading garden science staff jubilee harbour music craft".split()


def _made(rng: Rng, ends: list[str]) -> str:
    return f"{rng.choice(_SYLLABLES)}{rng.choice(ends)}".capitalize()


def name_of(kind: str, rng: Rng) -> tuple[str, str]:
    """A name for a thing of `kind`, and the word of it that no other thing has (a product's may be shared by two)."""
    if kind == "product":
        token = _made(rng, _BRAND_ENDS)
        return f"{token} {rng.between(11, 99) * 10}", token
    if kind == "company":
        token = _made(rng, _FIRM_ENDS)
        return f"{token} {rng.choice(_INDUSTRIES)}", token
    if kind == "person":
        first, token = _person(rng).split()
        return f"{first} {token}", token
    if kind == "place":
        token = _made(rng, _TOWN_ENDS)
        return token, token
    if kind == "project":
        token = rng.choice(_PROJECTS)
        return f"Project {token}", token
    subject = rng.choice(_RULES)
    return f"the rule on {subject}", subject.split()[0]
