"""What happens to words on the way: slips of the fingers, lower case, speech recognition, slang, a second language.

Noise works on a message before its values are put in: ``{slot}`` placeholders and literal values of the plan are never
touched and never split, so no value is ever broken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from trajgym.gym_envs.plan import Plan
from trajgym.seeding import Rng

_NEIGHBOURS = {
    "a": "s", "b": "v", "c": "x", "d": "s", "e": "w", "f": "d", "g": "h", "h": "j", "i": "o", "j": "k", "k": "l", "l": "k",
    "m": "n", "n": "m", "o": "p", "p": "o", "q": "w", "r": "t", "s": "a", "t": "r", "u": "i", "v": "b", "w": "e", "x": "c",
    "y": "t", "z": "x",
}  # fmt: skip

SOUNDS = ("um", "uh", "er", "uhm")
_FILLERS = (*SOUNDS, "like", "you know", "i mean", "well")

_SLANG = {
    "please": "pls", "thanks": "thx", "you": "u", "your": "ur", "are": "r", "because": "cuz", "people": "ppl",
    "something": "smth", "tonight": "tonite", "really": "rly", "okay": "k", "ok": "k", "yes": "yep", "yeah": "yea", "no": "nah",
    "know": "kno", "going": "goin", "about": "abt", "message": "msg", "probably": "prolly", "with": "w/",
    "hello": "heyyy", "hi": "heyy", "hey": "heyyy", "just": "jus", "though": "tho", "great": "greaat", "right": "rite",
}  # fmt: skip

_EMOJI = (
    "🙏",
    "😊",
    "😅",
    "👍",
    "🙂",
    "😬",
    "🤞",
    "✨",
    "💪",
    "😭",
    "🙌",
    "👀",
    "💀",
    "🤷",
    "😄",
    "🫠",
    "❤️",
    "🔥",
    "😎",
    "🥲",
)
_TAGS = ("lol", "tbh", "ngl", "fr", "haha", "omg", "asap")

_MIXES: tuple[dict[str, str], ...] = (
    {
        "please": "por favor", "thanks": "gracias", "hello": "hola", "hi": "hola", "hey": "oye", "yes": "sí", "but": "pero", "sorry": "perdón", "and": "y", "also": "también", "now": "ahora",
        "really": "de verdad", "sure": "claro", "ok": "vale", "okay": "vale", "well": "bueno", "something": "algo",
        "friend": "amigo",
    },
    {
        "please": "bitte", "thanks": "danke", "hello": "hallo", "hi": "hallo", "hey": "na", "yes": "ja", "but": "aber", "sorry": "Entschuldigung", "and": "und", "also": "auch", "now": "jetzt",
        "really": "wirklich", "sure": "klar", "ok": "gut", "okay": "gut", "well": "also", "something": "etwas",
        "friend": "Freund",
    },
    {
        "please": "s'il vous plaît", "thanks": "merci", "hello": "bonjour", "hi": "salut", "hey": "dites", "yes": "oui",
        "but": "mais", "sorry": "pardon", "and": "et", "also": "aussi", "now": "maintenant",
        "really": "vraiment", "sure": "bien sûr", "ok": "d'accord", "okay": "d'accord", "well": "bon", "something": "quelque chose",
        "friend": "ami",
    },
    {
        "please": "kripya", "thanks": "dhanyavaad", "hello": "namaste", "hi": "namaste", "hey": "arre", "yes": "haan",
        "but": "lekin", "sorry": "maaf kijiye", "and": "aur", "also": "bhi", "now": "abhi",
        "really": "sach mein", "sure": "bilkul", "ok": "theek hai", "okay": "theek hai", "well": "achha", "something": "kuch",
        "friend": "dost",
    },
)  # fmt: skip
"""English word -> the same in Spanish, German, French, Hindi (Latin letters)."""

_MIX_LEADS: tuple[tuple[str, ...], ...] = (
    ("Oye, ", "Mira, ", "Bueno, ", "A ver, ", "Pues, ", "Disculpa, "),
    ("Also, ", "Na gut, ", "Sag mal, ", "Hör mal, ", "Genau, ", "Tja, "),
    ("Bon, ", "Alors, ", "Écoutez, ", "Dites, ", "Voilà, ", "Tiens, "),
    ("Arre, ", "Suniye, ", "Dekho, ", "Achha, ", "Yaar, ", "Bhai, "),
)
_MIX_TAGS: tuple[tuple[str, ...], ...] = (
    (", ¿vale?", ", porfa.", ", gracias.", ", ¿sí?", ", ¿no?"),
    (", ja?", ", bitte.", ", danke.", ", oder?", ", gell?"),
    (", d'accord ?", ", merci.", ", voilà.", ", hein ?", ", s'il vous plaît."),
    (", theek hai?", ", na?", ", dhanyavaad.", ", yaar.", ", ji."),
)


def literals(plan: Plan) -> frozenset[str]:
    """Words of the values that a plan may put into a sentence by themselves: noise leaves them alone."""
    values: list[object] = [fact.spoken for fact in plan.facts.values()]
    values += [value for step in plan.steps for value in step.args.values() if isinstance(value, (str, list))]
    values += [tell.value for tell in plan.tells if isinstance(tell.value, str)]
    values += plan.wrong_claims
    for form in (plan.form, plan.rule):
        values += form.literals if form is not None else ()
    return frozenset(" ".join(map(str, values)).lower().translate(_SPACED).split())


_PUNCTUATION = ".,;:!?()[]\"'"
_SPACED = str.maketrans(dict.fromkeys(_PUNCTUATION, " "))
_MARKED = re.compile(r"[\d@_]")
"""What ids, numbers and addresses hold and words do not."""


_LEADING = ("well", "sure", "ok", "okay", "also")
"""Words that mean something else inside a sentence."""


def _variants(table: dict[str, str]) -> dict[str, str]:
    """`table` with capitals and with what may stand behind a word."""
    found = {}
    for word, other in table.items():
        for stop in ("", ".", ",", "!", "?", ":", ";"):
            if word not in _LEADING:
                found[word + stop] = other + stop
            found[word.capitalize() + stop] = other[:1].upper() + other[1:] + stop
    return found


_SLANG_WORDS = _variants(_SLANG)
_MIX_WORDS = tuple(_variants(mix) for mix in _MIXES)


def _typos(words: list[str], rng: Rng, kept: frozenset[str], accent: int) -> list[str]:
    count = len(words)
    done = 0
    for _ in range(1 + count // 9):
        for _ in range(4):
            at = rng.below(count)
            core = _slippable(words[at])
            if core and core not in kept:
                words[at] = _slip(words[at], rng)
                done += 1
                break
    if not done:
        at = next((i for i, word in enumerate(words) if (core := _slippable(word)) and core not in kept), -1)
        if at >= 0:
            words[at] = _slip(words[at], rng)
    return words


@lru_cache(maxsize=2048)
def _slippable(word: str) -> str:
    """What of `word` (in lower case) a finger may slip at; empty when it is too short or no plain word."""
    core = word.rstrip(_PUNCTUATION)
    plain = len(core) > 3 and core.isascii() and core.isalpha() and core[1:].islower()
    return core.lower() if plain else ""


def _slip(word: str, rng: Rng) -> str:
    """`word` with one slip, never at its first letter."""
    end = len(word.rstrip(_PUNCTUATION))
    at = 1 + rng.below(end - 2)
    kind = rng.below(4)
    if kind == 0 and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    wrong = _NEIGHBOURS.get(word[at])
    return word[:at] + wrong + word[at + 1 :] if wrong else word[:at] + word[at + 1 :]


def _lower(words: list[str], rng: Rng, kept: frozenset[str], accent: int) -> list[str]:
    words = [word if core in kept else low for word in words for low, core in (_lowered(word),)]
    if words[-1].endswith(".") and not words[-1].endswith(".."):
        words[-1] = words[-1][:-1]
    return words


@lru_cache(maxsize=2048)
def _lowered(word: str) -> tuple[str, str]:
    """`word` in lower case and without apostrophes (or as it is, if it looks like a value), and its core."""
    core = word.strip(_PUNCTUATION).lower()
    if (word.islower() and "'" not in word) or "{" in word or _literal(word, frozenset()):
        return word, core
    return word.lower().replace("'", ""), core


def _speech(words: list[str], rng: Rng, kept: frozenset[str], accent: int) -> list[str]:
    """As speech recognition hears it: no capitals, hardly a stop, fillers, words said twice."""
    heard: list[str] = []
    before_kept = False
    due = rng.below(3)
    for word in words:
        if "{" in word or _literal(word, kept):
            if not before_kept and due == 0:
                heard.append("uh")
                due = 5 + rng.below(4)
            heard.append(word)
            before_kept = True
            continue
        plain = word.lower().rstrip(".,;:!)") if "\n" not in word else word
        if due <= 0 and plain:
            heard.append(rng.choice(_FILLERS) if rng.chance(0.7) else plain)
            due = 5 + rng.below(5)
        due -= 1
        if plain:
            heard.append(plain)
        before_kept = False
    if not any(word in SOUNDS for word in heard):
        heard.insert(0, rng.choice(SOUNDS))
    return heard


def _slang(words: list[str], rng: Rng, kept: frozenset[str], accent: int) -> list[str]:
    changed = _swap(words, _SLANG_WORDS, kept)
    if rng.chance(0.35):
        changed.append(rng.choice(_TAGS))
    changed.append(rng.choice(_EMOJI) * rng.between(1, 2))
    return changed


def _switch(words: list[str], rng: Rng, kept: frozenset[str], accent: int) -> list[str]:
    changed = _swap(words, _MIX_WORDS[accent], kept)
    if len(words) > 2:
        end = changed[-1]
        if rng.chance(0.5) and end.endswith(".") and "\n" not in end:
            changed[-1] = end[:-1] + rng.choice(_MIX_TAGS[accent])
        elif changed == words:
            first = changed[0]
            if first[0].isupper() and first[1:].islower() and not _literal(first, kept):
                changed[0] = first[0].lower() + first[1:]
            changed.insert(0, rng.choice(_MIX_LEADS[accent]).rstrip())
    return changed


def _swap(words: list[str], table: dict[str, str], kept: frozenset[str]) -> list[str]:
    return [table[w] if w in table and w.rstrip(_PUNCTUATION).lower() not in kept else w for w in words]


def _literal(word: str, kept: frozenset[str]) -> bool:
    core = word.strip(_PUNCTUATION).lower()
    return core in kept or (not core.isalpha() and _MARKED.search(core) is not None)


_CHANNELS: dict[str, Callable[[list[str], Rng, frozenset[str], int], list[str]]] = {
    "typos": _typos,
    "sms_lowercase": _lower,
    "asr_disfluent": _speech,
    "emoji_slang": _slang,
    "code_switch": _switch,
}

ACCENTS = len(_MIXES)


def disturb(text: str, surface: str, rng: Rng, kept: frozenset[str], accent: int) -> str:
    """`text` (placeholders not yet filled) as it arrives over the channel `surface`. `kept` are words to leave alone
    (`literals`); `accent` is which second language the user mixes in."""
    return " ".join(_CHANNELS[surface](text.split(" "), rng, kept, accent))
