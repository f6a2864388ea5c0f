"""What happens to words on the way: slips of the fingers, lower case, speech recognition, slang, a second language.

Noise works on a message before its values are put in: ``{slot}`` placeholders and literal values of the plan are never
touched and never split, so no value is ever broken.
"""

from __future__ import annotations

from collections.abc import Callable

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
        "please": "por favor", "thanks": "gracias", "hello": "hola", "hi": "hola", "hey": "oye", "yes": "sí", "but": "pero",
        "good": "buen", "sorry": "perdón", "and": "y", "also": "también", "now": "ahora",
        "really": "de verdad", "sure": "claro", "ok": "vale", "okay": "vale", "well": "bueno", "something": "algo",
        "friend": "amigo",
    },
    {
        "please": "bitte", "thanks": "danke", "hello": "hallo", "hi": "hallo", "hey": "na", "yes": "ja", "but": "aber",
        "good": "guten", "sorry": "Entschuldigung", "and": "und", "also": "auch", "now": "jetzt",
        "really": "wirklich", "sure": "klar", "ok": "gut", "okay": "gut", "well": "also", "something": "etwas",
        "friend": "Freund",
    },
    {
        "please": "s'il vous plaît", "thanks": "merci", "hello": "bonjour", "hi": "salut", "hey": "dites", "yes": "oui",
        "but": "mais", "good": "bon", "sorry": "pardon", "and": "et", "also": "aussi", "now": "maintenant",
        "really": "vraiment", "sure": "bien sûr", "ok": "d'accord", "okay": "d'accord", "well": "bon", "something": "quelque chose",
        "friend": "ami",
    },
    {
        "please": "kripya", "thanks": "dhanyavaad", "hello": "namaste", "hi": "namaste", "hey": "arre", "yes": "haan",
        "but": "lekin", "good": "achha", "sorry": "maaf kijiye", "and": "aur", "also": "bhi", "now": "abhi",
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
    found: set[str] = set()
    for fact in plan.facts.values():
        _words(fact.spoken, found)
        _words(fact.value, found)
    for step in plan.steps:
        for value in step.args.values():
            _words(value, found)
    for tell in plan.tells:
        _words(tell.value, found)
    for claim in plan.wrong_claims:
        _words(claim, found)
    return frozenset(found)


def _words(value: object, into: set[str]) -> None:
    if isinstance(value, str):
        into.update(word.strip(_PUNCTUATION) for word in value.lower().split())
    elif isinstance(value, list):
        for item in value:
            _words(item, into)


_PUNCTUATION = ".,;:!?()\"'"


def _typos(words: list[str], rng: Rng, kept: frozenset[str], accent: int) -> list[str]:
    open_to = [i for i, word in enumerate(words) if len(word.rstrip(_PUNCTUATION)) > 3 and _plain(word, kept)]
    if not open_to:
        return words
    for i in rng.sample(open_to, 1 + min(len(open_to) - 1, len(words) // 9)):
        words[i] = _slip(words[i], rng)
    return words


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
    lowered = [word if "{" in word or _literal(word, kept) else word.lower().replace("'", "") for word in words]
    if lowered and lowered[-1].endswith(".") and not lowered[-1].endswith(".."):
        lowered[-1] = lowered[-1][:-1]
    return lowered


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
    changed = [_swap(word, _SLANG, kept) for word in words]
    if rng.chance(0.35):
        changed.append(rng.choice(_TAGS))
    changed.append(rng.choice(_EMOJI) * rng.between(1, 2))
    return changed


def _switch(words: list[str], rng: Rng, kept: frozenset[str], accent: int) -> list[str]:
    changed = [_swap(word, _MIXES[accent], kept) for word in words]
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


def _swap(word: str, table: dict[str, str], kept: frozenset[str]) -> str:
    core = word.rstrip(_PUNCTUATION)
    other = table.get(core.lower())
    if other is None or _literal(word, kept):
        return word
    if core[0].isupper():
        other = other[0].upper() + other[1:]
    return other + word[len(core) :]


def _plain(word: str, kept: frozenset[str]) -> bool:
    core = word.rstrip(_PUNCTUATION)
    return core.isascii() and core.isalpha() and core[1:].islower() and core.lower() not in kept


def _literal(word: str, kept: frozenset[str]) -> bool:
    return word.strip(_PUNCTUATION).lower() in kept or any(c.isdigit() or c == "@" for c in word)


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
