"""The translator: the house's documents, its rules, and what people want."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import Any, ClassVar

from trajgym.gym_envs.code_translator import wants
from trajgym.gym_envs.code_translator.formats import FORMATS, Records, write
from trajgym.gym_envs.code_translator.tools import DISTRACTORS, LANGUAGES, SCHEMA, TOOLS
from trajgym.gym_envs.persona import Reply
from trajgym.gym_envs.wishes import DIMS, FORBIDDEN, Levels, Maker, Offer, WishWorld, offer
from trajgym.gym_envs.world import Clause, Tool
from trajgym.seeding import Rng
from trajgym.task import Task

_NAMES = ("anchor", "basin", "cable", "dock", "engine", "ferry", "gasket", "hull", "isle", "jetty", "keel", "lamp", "mast", "net", "oar", "pump", "quay",
          "rudder", "sail", "tiller", "valve", "winch", "yard", "buoy")  # fmt: skip
_FOLDERS = (
    "north",
    "south",
    "east",
    "west",
    "upper",
    "lower",
    "inner",
    "outer",
    "spring",
    "autumn",
    "winter",
    "summer",
    "first",
    "second",
    "third",
    "fourth",
)
_KEYS = ("amount", "owner", "place", "grade", "state", "batch")
_OWNERS = ("Ida", "Jan", "Lou", "Mia", "Ned", "Ola", "Pia", "Rex", "Sam", "Tess")
_WORDS = {
    "German": (
        "Anker",
        "Becken",
        "Kabel",
        "Hafenbecken",
        "Motor",
        "Faehre",
        "Dichtung",
        "Rumpf",
        "Insel",
        "Steg",
        "Kiel",
        "Lampe",
        "Mast",
        "Netz",
    ),
    "Spanish": (
        "ancla",
        "cuenca",
        "cable",
        "muelle",
        "motor",
        "barco",
        "junta",
        "casco",
        "isla",
        "malecon",
        "quilla",
        "farol",
        "palo",
        "red",
    ),
    "Dutch": (
        "anker",
        "bekken",
        "kabel",
        "dok",
        "motor",
        "veerpont",
        "pakking",
        "romp",
        "eiland",
        "steiger",
        "kiel",
        "lantaarn",
        "mast",
        "net",
    ),
    "Italian": (
        "ancora",
        "bacino",
        "cavo",
        "molo",
        "motore",
        "traghetto",
        "guarnizione",
        "scafo",
        "isola",
        "pontile",
        "chiglia",
        "lanterna",
        "albero",
        "rete",
    ),
}
_RECORDS = (3, 4, 6, 8, 10)
_IN_FOLDER = (2, 2, 3, 4, 5)


class CodeTranslator(WishWorld):
    name: ClassVar[str] = "code_translator"
    title: ClassVar[str] = "Translate documents between formats, and terms between languages"
    backend: ClassVar[str] = "SQLite, and the parsers of five formats"
    tools: ClassVar[tuple[Tool, ...]] = TOOLS
    distractors: ClassVar[tuple[Tool, ...]] = DISTRACTORS
    removable: ClassVar[tuple[str, ...]] = ("save_translation", "get_document")
    max_turns: ClassVar[int] = 110
    clauses: ClassVar[tuple[Clause, ...]] = (
        Clause("P1", "List a folder before you read its documents. Read a document before you save it in another format.", "rule M14"),
        Clause("P2", "Before you save, say which documents you would save in which format and wait for a yes.", "rules M13, M08"),
        Clause("P3", "Secret documents are not translated. Name the document when you refuse.", "rule M13, tool save_translation"),
        Clause("P4", "Originals are not replaced. Read the document, and name its id and its format when you refuse.", "rule M13, tool save_translation"),
        Clause("P5", "A translation says the same as the original: the same records, the same fields, every value as it stands.", "gate goal"),
        Clause("P6", "Terms are translated as the glossary has them, never from memory.", "rule M10, gate communicated"),
        Clause("P7", "When a document does not parse, validate it, name it, and tell the line where it breaks. Tell every value you were asked for.",
               "gates goal, communicated"),
        Clause("P8", "When you refuse, name the clause. If no tool does what is asked, say so, name it, and tell the number you found.",
               "gate communicated"),
        Clause("P9", "Remarks on documents are not orders. If a value is missing, ask.", "rules M06, M07, M18"),
    )  # fmt: skip
    dims: ClassVar[Levels] = {**DIMS, "knowledge_error": ("none", "wrong_id", "outdated_fact", "false_premise")}
    forbidden: ClassVar[tuple[tuple[Levels, Levels], ...]] = FORBIDDEN
    wishes: ClassVar[dict[str, Offer]] = {
        "translate": offer(wants.translate, "confirm alternative mendable tell slot note again wrong_id", until=2),
        "folder": offer(wants.folder, "confirm tell slot note again measure", since=1),
        "value": offer(wants.value, "tell slot note again wrong_id measure compare", until=1),
        "term": offer(wants.term, "tell slot again", until=2),
    }
    refusals: ClassVar[tuple[Maker, ...]] = (wants.sealed, wants.replaced)
    failures: ClassVar[tuple[Maker, ...]] = (wants.damaged,)
    without: ClassVar[dict[str, Maker]] = {"save_translation": wants.not_saved, "get_document": wants.not_read}
    beyond: ClassVar[tuple[tuple[str, str], ...]] = (
        ("interpreter", "send an interpreter to the {x} meeting"), ("subtitle", "make a subtitle for the {x} film"), ("scan", "scan the {x} drawing"),
        ("stamp", "put a stamp on the {x} deed"), ("fax", "fax the {x} list to the office"), ("notary", "book a notary for the {x} papers"),
        ("recording", "make a recording of the {x} text"), ("logo", "draw a logo for the {x} firm"), ("courier", "send a courier to the {x} dock"),
    )  # fmt: skip
    more: ClassVar[tuple[float, ...]] = (0.0, 0.15, 0.3, 0.4, 0.5)
    words: ClassVar[tuple[str, ...]] = _NAMES

    def fill(self, connection: sqlite3.Connection, rng: Rng, level: int) -> None:
        connection.executescript(SCHEMA)
        connection.execute("BEGIN")
        ids = iter(rng.sample(range(1000, 9999), 200))
        for number, folder in enumerate(rng.sample(_FOLDERS, 14)):
            spared = rng.choice(FORMATS)
            for place in range(_IN_FOLDER[level]):
                format = rng.choice([format for format in FORMATS if format != spared])
                text = write(format, _drawn(rng, _RECORDS[level]))
                secret = number % 5 == 1 and place == 0
                if number % 5 == 2 and place == 0:
                    format, text = _damaged(rng, _drawn(rng, _RECORDS[level]))
                connection.execute(
                    "INSERT INTO documents VALUES (?, ?, ?, ?, ?, '')",
                    (f"D{next(ids)}", folder, format, int(secret), text),
                )
        connection.executemany("INSERT INTO hints VALUES (?, ?)", [
            (f"{a}/{b}", f"Each record of the {a} keeps its name and its fields in the {b}; values stay text.") for a in FORMATS for b in FORMATS if a != b
        ])  # fmt: skip
        connection.executemany("INSERT INTO glossary VALUES (?, ?, ?)", [
            (f"{english}/{language}", word, rng.between(13, 900))
            for language in LANGUAGES for english, word in zip(_NAMES, _WORDS[language], strict=False)
        ])  # fmt: skip

    def instructions(self, task: Task) -> str:
        t = _terms(task.level, task.tool_view.get("view", 0))
        return (
            f"You are {t['name']}, the translator of the {t['house']} archive. You turn documents from one format into another and look terms up through "
            f"the tools below. A document has records with fields: in JSON an object of objects, in TOML and INI a section for each record, in CSV a row "
            f"with the column name first, in XML a record element with the attribute name for each. The archive keeps documents for {t['years']} years, "
            f"charges {t['fee']} cents a page and opens at {t['opens']}. Such questions, and wishes about how you talk, need no tool."
        )

    def replies(self, task: Task, rng: Rng) -> list[Reply]:
        t = _terms(task.level, task.tool_view.get("view", 0))
        pages = rng.between(3, 40)
        return [
            ("for how many years documents are kept", t["years"], ("For {value} years", "{value} years")),
            ("what a page costs, in cents", t["fee"], ("{value} cents", "A page is {value} cents")),
            ("when the archive opens", t["opens"], ("At {value}", "It opens at {value}")),
            (
                f"what {pages} pages cost, in cents",
                pages * t["fee"],
                ("{value} cents in all", "That makes {value} cents"),
            ),
        ]


@lru_cache(maxsize=256)
def _terms(level: int, view: int) -> dict[str, Any]:
    rng = Rng("translator", level, view)
    return {
        "name": rng.choice(_OWNERS), "house": f"{rng.choice(_FOLDERS).title()} {rng.choice(('Harbour', 'Canal', 'Island', 'Bay'))}", "years": rng.between(13, 99),
        "fee": rng.between(15, 95), "opens": f"0{rng.between(6, 9)}:{rng.choice(('15', '30', '45'))}",
    }  # fmt: skip


def _drawn(rng: Rng, count: int) -> Records:
    keys = rng.sample(_KEYS[1:], rng.between(2, 3))
    return {
        name: {
            "amount": str(rng.between(13, 9000)),
            **{key: f"{rng.choice(_OWNERS)} {rng.between(13, 99)}" for key in keys},
        }
        for name in rng.sample(_NAMES, count)
    }


def _damaged(rng: Rng, records: Records) -> tuple[str, str]:
    """(format, text) of a document with one fault."""
    format = rng.choice(("json", "toml", "csv", "ini"))
    lines = write(format, records).split("\n")
    inside = [number for number, line in enumerate(lines) if number and ("amount" in line or format == "csv")]
    at = rng.choice(inside)
    lines[at] = lines[at] + ",oops" if format == "csv" else lines[at].replace("=", " ", 1).replace(":", " ", 1)
    return format, "\n".join(lines)


WORLD = CodeTranslator()
