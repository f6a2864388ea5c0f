"""People of one's own for the users to be: a file of personas, checked line by line, no two of them alike.

One JSON object a line: ``{"name": "Ada", "age": 41, "place": "Lund", "occupation": "tune pianos", "voice": "dry"}``. The occupation
is what follows "I". A task draws its persona from the file by its id, so the file and the seed decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from trajgym.errors import DiskTrouble, TrajgymError
from trajgym.gym_envs.user.people import VOICES
from trajgym.gym_envs.user.who import OLDEST, YOUNGEST, Persona

FIELDS = ("name", "age", "place", "occupation", "voice")
_NAME = re.compile(r"[^\W\d_]+(?:[ '-][^\W\d_]+){0,2}")
_PLACE = re.compile(r"[^\W\d_]+(?:[ .'-]+[^\W\d_]+){0,3}")
_OCCUPATION = re.compile(r"[a-z]+(?:[ ,'-]+[^\W\d_]+){0,11}")
_SMALL = frozenset("a an the as at in for of on to and with work run my".split())
_ALIKE = 0.6
"""The share of words that two occupations may have in common."""
_EXAMPLE = '{"name": "Ada", "age": 41, "place": "Lund", "occupation": "tune pianos", "voice": "dry"}'


def complaint(row: Any) -> tuple[str, str]:
    """What keeps `row` from being a persona: the field and why; two empty strings when nothing does."""
    if not isinstance(row, dict):
        return "", "it is no JSON object"
    for name in row:
        if name not in FIELDS:
            return str(name), f"there is no such field; fields: {', '.join(FIELDS)}"
    for name, form, limit in (("name", _NAME, 40), ("place", _PLACE, 40), ("occupation", _OCCUPATION, 80)):
        value = row.get(name)
        if not isinstance(value, str) or not value:
            return name, "it is missing"
        if len(value) > limit or not form.fullmatch(value):
            what = 'it goes on from "I" in lower case' if name == "occupation" else "it is letters and nothing else"
            return name, f"{value!r} will not do: {what}, at most {limit} characters"
    age = row.get("age")
    if isinstance(age, bool) or not isinstance(age, int) or not YOUNGEST <= age <= OLDEST:
        return "age", f"{age!r} is no age from {YOUNGEST} to {OLDEST}"
    voice = row.get("voice", "plain")
    if voice not in VOICES:
        return "voice", f"there is no voice {voice!r}; voices: {', '.join(VOICES)}"
    return "", ""


class Crowd:
    """Personas that differ, in the order in which they came."""

    def __init__(self, people: Iterable[Persona] = ()) -> None:
        self._people: list[Persona] = []
        self._by_name: dict[str, list[Persona]] = {}
        self._by_word: dict[str, list[Persona]] = {}
        for persona in people:
            self.add(persona)

    def __len__(self) -> int:
        return len(self._people)

    def last(self, count: int) -> list[Persona]:
        return self._people[-count:]

    def add(self, persona: Persona) -> str:
        """Why `persona` is not taken: ``same_name`` (and place, or much the same occupation) or ``same_life`` (place, and much
        the same occupation); empty when it is."""
        words = _words(persona)
        for other in self._by_name.get(persona.name.casefold(), ()):
            if other.place.casefold() == persona.place.casefold() or _alike(words, _words(other)):
                return "same_name"
        near = {id(other): other for word in words for other in self._by_word.get(word, ())}
        for other in near.values():
            if other.place.casefold() == persona.place.casefold() and _alike(words, _words(other)):
                return "same_life"
        self._people.append(persona)
        self._by_name.setdefault(persona.name.casefold(), []).append(persona)
        for word in words:
            self._by_word.setdefault(word, []).append(persona)
        return ""

    def people(self) -> tuple[Persona, ...]:
        return tuple(self._people)


def _words(persona: Persona) -> frozenset[str]:
    """The words that say what somebody does."""
    return frozenset(re.findall(r"[^\W\d_]+", persona.occupation.casefold())) - _SMALL


def _alike(left: frozenset[str], right: frozenset[str]) -> bool:
    return len(left & right) >= _ALIKE * max(1, len(left | right))


def persona(row: dict[str, Any]) -> Persona:
    """The persona of a row without complaint."""
    return Persona(**{"voice": "plain"} | row)


def line_of(one: Persona) -> bytes:
    """A persona as a line of the file."""
    return orjson.dumps(asdict(one), option=orjson.OPT_APPEND_NEWLINE)


def read_people(path: str | Path) -> Crowd:
    """The people in a file. Raises TrajgymError (file:line:field) for what is none, or much like one that stands before."""
    try:
        lines = Path(path).read_bytes().splitlines()
    except FileNotFoundError:
        raise TrajgymError(
            f"There is no file {path} with personas.", f"trajgym personas {path} --model NAME makes one."
        ) from None
    except OSError as error:
        raise DiskTrouble(f"The personas in {path} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    crowd = Crowd()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise TrajgymError(
                f"{path}:{number}: This is not JSON: {error.msg}.", f"A line is like {_EXAMPLE}."
            ) from None
        field, why = complaint(row)
        if why:
            where = f"{path}:{number}:{field}" if field else f"{path}:{number}"
            raise TrajgymError(f"{where}: {why[0].upper()}{why[1:]}.", f"A line is like {_EXAMPLE}.")
        twice = crowd.add(persona(row))
        if twice:
            raise TrajgymError(
                f"{path}:{number}: {row['name']} is much like somebody above ({twice}).", "Change or remove the line."
            )
    if not len(crowd):
        raise TrajgymError(f"{path} holds no personas.", f"A line is like {_EXAMPLE}.")
    return crowd
