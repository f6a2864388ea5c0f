"""The words of the pharmacy. All products are made up."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

TODAY = date(2026, 3, 9)

_HEADS = ("Velo", "Tami", "Cora", "Dexi", "Fero", "Gali", "Hespa", "Ibro", "Juno", "Kalo", "Lume", "Mira", "Nexa", "Orvi", "Pela", "Quira",
          "Rovi", "Sela", "Tovra", "Ulma", "Vexi", "Xano", "Yura", "Zeni", "Balto", "Cindra", "Drova", "Elpa")  # fmt: skip
_TAILS = (
    "ran",
    "sol",
    "dine",
    "mab",
    "tex",
    "phen",
    "lor",
    "vast",
    "pril",
    "zine",
    "cort",
    "max",
    "gel",
    "fen",
    "mune",
    "derm",
)
BASES = tuple(head + tail for head in _HEADS for tail in _TAILS)
STRENGTHS = (5, 10, 20, 25, 40, 50, 80)
SUBSTANCES = tuple(a + b for a in ("albo", "brevi", "calo", "doro", "esti", "fluvo", "glauco", "hydro", "indo", "kera") for b in (
    "nol", "quine", "statin", "micin", "zolam", "prine", "xidil", "tropin"))  # fmt: skip
SHOPS = ("Harbour", "Station", "Castle", "Market", "Mill Lane", "Riverside", "Old Town", "North Gate", "Park")
FIRST = ("Ada", "Bruno", "Chloe", "Dario", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kira", "Liam", "Mona", "Nils", "Olga", "Petra",
         "Quentin", "Rosa", "Sami", "Tilda")  # fmt: skip
LAST = ("Abel", "Brandt", "Castell", "Dunne", "Eklund", "Fuchs", "Garner", "Hollis", "Ivers", "Jansen", "Keller", "Lindt", "Moreau", "Novak",
        "Ortega", "Pohl", "Quist", "Renner", "Sauer", "Tomlin")  # fmt: skip
EFFECTS = ("rash", "headache", "nausea", "dizziness", "fainting", "blurred vision", "palpitations", "dry mouth", "insomnia", "swollen face",
           "chest pain", "itching", "stomach cramps", "fever", "night sweats", "hair loss", "nosebleeds", "numb fingers", "hives", "tremor",
           "shortness of breath", "yellow skin", "ringing ears", "muscle pain")  # fmt: skip
SEVERITIES = ("mild", "moderate", "serious")
COUPLES = ((2, "a couple"), (2, "a pair"), (4, "two pairs"), (3, "three"))
DOSES = (
    "my weight of {x} kilos",
    "a child of {x} kilos",
    "my {x} year old mother",
    "taking it for {x} days",
    "a pain of {x} out of 100",
)


class Leaflet(NamedTuple):
    """What a section of a page states: the column of its value, how it reads, how one asks for it and is told."""

    section: str
    column: str
    text: str
    ask: str
    tell: tuple[str, ...]
    low: int
    high: int


LEAFLETS = (
    Leaflet("storage", "warmth", "Keep it below {} degrees.", "below how many degrees {x} has to be kept",
            ("it has to be kept below {value} degrees", "keep it below {value} degrees"), 14, 38),
    Leaflet("storage", "days", "Once opened it is good for {} days.", "for how many days {x} is good once opened",
            ("it is good for {value} days once opened", "once opened it keeps for {value} days"), 15, 180),
    Leaflet("dosage", "most", "Grown-ups take at most {} milligrams a day.", "how many milligrams of {x} a day the leaflet allows at most",
            ("the leaflet allows {value} milligrams a day at most", "{value} milligrams a day is the leaflet's limit"), 101, 990),
    Leaflet("contraindications", "age", "Not for children under {} months.", "under how many months a child may not have {x}",
            ("it is not for children under {value} months", "children under {value} months may not have it"), 14, 190),
    Leaflet("summary", "pack", "A pack holds {} pieces.", "how many pieces are in a pack of {x}",
            ("a pack holds {value} pieces", "there are {value} pieces in a pack"), 16, 120),
    Leaflet("price", "cents", "A pack costs {} cents.", "what a pack of {x} costs, in cents",
            ("a pack costs {value} cents", "it is {value} cents a pack"), 310, 4990),
)  # fmt: skip
SECTIONS = ("summary", "dosage", "contraindications", "storage", "price", "effects")
