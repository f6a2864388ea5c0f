"""What can be seen of a user in the text of a conversation alone: each feature puts a conversation into one of a few bins.

The readings are rough, and need not be better: a fit (see `trajgym.measures.realism`) works with how often each level of a
dimension comes out in each bin, as measured on conversations whose levels are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

READ = 600
"""Characters of a message that are read: what is pasted behind them is not the user's own words."""

_words_in = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*").findall


class Talk:
    """A conversation: (role, text) in order, user and assistant only, with at least one text of the user."""

    def __init__(self, turns: Sequence[tuple[str, str]]) -> None:
        self.ends_with_user = turns[-1][0] == "user"
        self.lengths = [len(text.split()) for role, text in turns if role == "user"]
        """Words of each user message."""
        self.user = [text[:READ] for role, text in turns if role == "user"]
        self.lower = [text.lower().replace("’", "'") for text in self.user]
        self.words = [_words_in(text) for text in self.lower]
        self.kinds = frozenset().union(*self.words)
        self.values = [values_in(text) for text in self.user]


_QUOTED = re.compile('["“«][^"”»]+["”»]')
_MARKED = re.compile(r"[\d@]\S*")
_NAME = re.compile(r"(?<=[a-z,:] )[A-Z][a-z]+")


def values_in(text: str) -> int:
    """How many typed values the text seems to hold: numbers, ids, dates, addresses, quotations, names inside a sentence."""
    return len(_MARKED.findall(text)) + len(_QUOTED.findall(text)) + len(_NAME.findall(text))


class Feature(NamedTuple):
    """`dimension`: the user dimension whose levels decide it; empty when none does."""

    name: str
    bins: tuple[str, ...]
    dimension: str
    bin_of: Callable[[Talk], str]


def _median(numbers: Sequence[int]) -> float:
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _binned(value: float, edges: Sequence[float], bins: Sequence[str]) -> str:
    return next((name for edge, name in zip(edges, bins, strict=False) if value <= edge), bins[-1])


_LENGTHS = ("1-2 words", "3-5 words", "6-10 words", "11-20 words", "21-40 words", "over 40 words")


def _length(talk: Talk) -> str:
    return _binned(_median(talk.lengths), (2, 5, 10, 20, 40), _LENGTHS)


_TURNS = ("1", "2", "3-4", "5-8", "over 8")


def _turns(talk: Talk) -> str:
    return _binned(len(talk.user), (1, 2, 4, 8), _TURNS)


_FACTS = ("no facts", "none of them", "up to half", "over half", "all of them")


def _facts(talk: Talk) -> str:
    total = sum(talk.values)
    return _binned(talk.values[0] / total, (0, 0.5, 0.999), _FACTS[1:]) if total else _FACTS[0]


_GREETING = frozenset(
    "hi hello hey heyy heyyy hiya yo hola salut hallo oye good morning afternoon evening day there anyone anybody somebody "
    "are you is here can u please help me some need question quick a i have with something the team all everyone dear".split()
)
_OPENINGS = ("greeting only", "topic only", "no facts", "some facts", "all facts")


def _opening(talk: Talk) -> str:
    words, (facts, *later) = talk.words[0], talk.values
    if len(words) <= 12 and not facts and sum(word not in _GREETING for word in words) <= 1:
        return _OPENINGS[0]
    if not facts:
        return _OPENINGS[1] if len(words) <= 10 else _OPENINGS[2]
    return _OPENINGS[3] if any(later) else _OPENINGS[4]


# ---- surface

_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\u2764]|[:;]-?[)(DP](?!\\w)")
_SLANG = frozenset(
    "pls plz thx u ur r cuz ppl lol tbh ngl omg smth rly abt msg prolly jus tho gonna wanna idk btw k kno".split()
)
_SOUNDS = frozenset("um uh er uhm umm erm".split())
_FOREIGN = frozenset(
    "por favor gracias hola sí pero perdón también ahora vale bueno algo claro amigo oye mira que para una los las "
    "merci bonjour salut oui mais pardon aussi maintenant avec quelque chose alors vous plaît je une des pour "
    "bitte danke hallo ja aber auch jetzt etwas nein genau mal tja und ich nicht das für "
    "haan nahi bhai accha theek kya mera aur zaroor shukriya yaar matlab bas".split()
)
_COMMON = (
    "about account again also always another anything around because been before better business call called cancel card change "
    "check city code come could customer date delivery different does done each email every everything family find first "
    "for from full give going good great have hello help here home house how hurry information just know last later less like "
    "little look made make many maybe mean meeting message money more morning most much name need never next nothing now number "
    "office once only order other over paid password pay people phone please problem quite really reason right said same see "
    "send should since something soon sorry still such sure tell than thank thanks that their them then there these they thing "
    "think this those time today together tomorrow under until used very wait want was week well were what when where which while "
    "who will with word work would wrong yes yesterday yet you your actually address agree already ask asked bank bring "
    "colleague correct details document exactly explain figure file folder follow friend happy important instead item leave list "
    "minute month moment normal offer open payment perhaps place possible price product question remember request room service "
    "simple somebody start stop store system table ticket total travel trying understand usual version whole without worked year"
).split()


def _deletes(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


_NEAR_COMMON = {form for word in _COMMON if len(word) > 3 for form in (word, *_deletes(word))}
_KNOWN = frozenset(_COMMON) | {
    f"{word}{end}" for word in _COMMON for end in ("s", "d", "ed", "ing", "er", "ly", "'s", "n", "r", "y")
}


@lru_cache(maxsize=65536)
def _is_slip(word: str) -> bool:
    """Whether it is no common word and one slip (a letter lost, doubled, swapped or hit beside) away from one."""
    if len(word) < 4 or word in _KNOWN:
        return False
    return word in _NEAR_COMMON or not _deletes(word).isdisjoint(_NEAR_COMMON)


_SURFACES = ("clean", "slips", "no capitals", "emoji or slang", "spoken", "two languages")
_SLIPS = 0.06
"""Share of words that look like slips from which on it is no chance: real words lie that near to others, too."""


def _surface(talk: Talk) -> str:
    kinds = talk.kinds
    if len(kinds & _SLANG) > 1 or any(map(_EMOJI.search, talk.user)):
        return _SURFACES[3]
    if kinds & _SOUNDS:
        return _SURFACES[4]
    if len(kinds & _FOREIGN) > 1 + len(kinds) // 50:
        return _SURFACES[5]
    if sum(text[:1].islower() for text in talk.user) * 2 > len(talk.user):
        return _SURFACES[2]
    words = [word for message in talk.words for word in message]
    return _SURFACES[1] if words and sum(map(_is_slip, words)) > _SLIPS * len(words) else _SURFACES[0]


# ---- what is said

_SHARES = ("none", "up to a quarter", "up to half", "over half")
_ASKING = frozenset(
    "what when where which who whose why how can could would will do does did is are may should whats wheres hows".split()
)
_POLITE = frozenset(
    "please pls plz thank thanks thx kindly appreciate grateful sorry bitte danke gracias merci favor".split()
)


def _share(found: Sequence[bool]) -> str:
    return _binned(sum(found) / len(found), (0, 0.25, 0.5), _SHARES)


def _asks(talk: Talk) -> str:
    return _share(
        ["?" in text or not _ASKING.isdisjoint(words[:1]) for text, words in zip(talk.user, talk.words, strict=True)]
    )


def _polite(talk: Talk) -> str:
    return _share([not _POLITE.isdisjoint(words) for words in talk.words])


_OWN_SLIPS = (
    "i meant", "my mistake", "my bad", "i said that wrong", "i misspoke", "you the wrong", "was wrong, it", "oops", "let me correct",
    "typo", "got that wrong",
)  # fmt: skip
_APOLOGIES = ("sorry,", "sorry:", "pardon,", "pardon:")
_AGENTS_SLIPS = (
    "that's not", "thats not", "that's wrong", "that is not", "that is wrong", "not quite", "not what i", "you're wrong",
    "you got", "i have it as", "are you sure", "r u sure", "i said", "i asked for", "i told you", "should be", "has to be",
)  # fmt: skip
_CORRECTIONS = ("none", "of itself", "of the agent")


def _corrections(talk: Talk) -> str:
    later = "\n".join(talk.lower[1:])
    if any(words in later for words in _OWN_SLIPS) or any(text.startswith(_APOLOGIES) for text in talk.lower[1:]):
        return _CORRECTIONS[1]
    return _CORRECTIONS[2] if any(words in later for words in _AGENTS_SLIPS) else _CORRECTIONS[0]


_THANKS = frozenset(
    "thank thanks thx cheers bye goodbye gracias merci danke perfect great wonderful lovely super".split()
)
_HUMANS = frozenset("human person representative supervisor manager operator colleague".split())
_MORE = ("one more thing", "another thing", "something else", "also need", "while i'm here", "while you're at it")
_ENDINGS = ("thanks", "without a word", "one more wish", "a human is asked for")


def _ending(talk: Talk) -> str:
    if not _HUMANS.isdisjoint(talk.words[-1]) or (len(talk.words) > 2 and not _HUMANS.isdisjoint(talk.words[-2])):
        return _ENDINGS[3]
    later = "\n".join(talk.lower[1:])
    if any(words in later for words in _MORE):
        return _ENDINGS[2]
    thanked = talk.ends_with_user and len(talk.words) > 1 and not _THANKS.isdisjoint(talk.words[-1])
    return _ENDINGS[0] if thanked else _ENDINGS[1]


_TONES: tuple[tuple[str, frozenset[str], tuple[str, ...]], ...] = (
    (
        "angry",
        frozenset(
            "unacceptable furious outrageous outraged disgusting disgusted terrible useless incompetent pathetic scam lawyer worst "
            "damn hell".split()
        ),
        ("fed up", "sick of", "!!"),
    ),
    (
        "frustrated",
        frozenset("frustrated frustrating annoyed annoying ridiculous seriously ugh".split()),
        ("still not", "still no ", "still waiting", "yet again", "how many times", "nothing works", "third time"),
    ),
    (
        "anxious",
        frozenset(
            "worried worry worrying nervous anxious afraid scared panic panicking stressed urgent urgently".split()
        ),
        ("i hope i did", "i hope i have"),
    ),
    (
        "sarcastic",
        frozenset(),
        ("oh great", "how lovely", "just what i needed", "what a surprise", "thanks for nothing", "yeah right"),
    ),
    (
        "warm",
        frozenset(("lovely", "wonderful", "appreciate")),
        (
            "thank you so much",
            "thanks so much",
            "hope you're",
            "hope you are",
            "have a nice",
            "have a great",
            "kind of you",
        ),
    ),
)
_TONE_BINS = ("neutral", *(name for name, _, _ in _TONES))


def _tone(talk: Talk) -> str:
    text = "\n".join(talk.lower)
    return next(
        (name for name, kinds, phrases in _TONES if talk.kinds & kinds or any(phrase in text for phrase in phrases)),
        "neutral",
    )


FEATURES: tuple[Feature, ...] = (
    Feature("words in a message", _LENGTHS, "verbosity", _length),
    Feature("user messages", _TURNS, "", _turns),
    Feature("opening", _OPENINGS, "opening", _opening),
    Feature("facts in the first message", _FACTS, "", _facts),
    Feature("surface", _SURFACES, "surface", _surface),
    Feature("tone", _TONE_BINS, "tone", _tone),
    Feature("messages that ask", _SHARES, "", _asks),
    Feature("polite messages", _SHARES, "", _polite),
    Feature("corrections", _CORRECTIONS, "correction", _corrections),
    Feature("ending", _ENDINGS, "ending", _ending),
)
"""What is looked at. Each conversation is in one bin of each feature."""
