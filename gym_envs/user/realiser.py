"""How the user says it: from what is meant to the words of one message.

The state machine decides what is said; here it gets its form: template, length (`verbosity`) and noise (`surface`). Values
stand as ``{slot}`` placeholders until the very end, so that nothing on the way can break one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from math import gcd
from typing import NamedTuple

from trajgym.gym_envs.plan import Fact, Goal, Plan
from trajgym.gym_envs.trace import Trace
from trajgym.gym_envs.user import asides, noise, openings, replies
from trajgym.gym_envs.user.giving import OTHER
from trajgym.seeding import Rng

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_POLITE = re.compile(
    r"^(please|could you( please)?|can you( please)?|would you( please)?|i('d| would) like (you )?to)\s+", re.IGNORECASE
)
_AUXILIARY = frozenset(
    ("can", "could", "would", "will", "is", "are", "do", "does", "did", "may", "has", "have", "should", "am")
)
_WH = frozenset(("what", "what's", "when", "where", "which", "who", "whose", "how", "why"))
_SPEAKERS = frozenset(("you", "i", "we", "they"))
_SUBJECTS = frozenset(
    ("you", "i", "we", "they", "it", "there", "the", "my", "this", "that", "he", "she", "any", "someone", "somebody")
)
_STARTERS = frozenset(
    "Please Can Could Would Will What What's When Where Which Who How Why Is Are Do Does Did The My It It's There We This That "
    "As For About Regarding With Put You Here's Take Note That That's Ask Start It'd Cancel Change Send Give Tell Show Find Book Move Set Add Put Play Make Find Return Exchange Let".split()
)
"""First words that lose their capital after a comma or a colon."""
_ASKED_LABELS = ("how ", "which ", "what ", "when ", "where ", "who ", "whether ", "if ")
_FREE = ("text", "choice")


class Label(NamedTuple):
    """A fact's label as the user says it: "my" + "order number"; `asks`: the label is a question ("how many boxes")."""

    article: str
    noun: str
    plural: bool
    asks: bool

    def into(self, form: str) -> str:
        form = form.replace("{is}", "are" if self.plural else "is")
        if self.asks:
            return form.replace("{the} {label}", self.noun).replace("{label}", self.noun)
        return form.replace("{the}", self.article).replace("{label}", self.noun)


@lru_cache(maxsize=2048)
def label_of(label: str, kind: str) -> Label:
    first, _, rest = label.partition(" ")
    if label.startswith(_ASKED_LABELS):
        return Label("", label, False, True)
    if first in ("your", "my", "our") and rest:
        article, noun = "my", rest
    elif first in ("the", "a", "an") and rest:
        article, noun = "the", rest
    else:
        article, noun = ("my" if kind in ("id", "email", "name") else "the"), label
    plural = noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
    return Label(article, noun, plural, False)


@lru_cache(maxsize=2048)
def placeholders(template: str) -> tuple[str, ...]:
    return tuple(_PLACEHOLDER.findall(template))


@lru_cache(maxsize=2048)
def _needs(says: tuple[str, ...]) -> tuple[tuple[tuple[str, frozenset[str]], ...], frozenset[str]]:
    """The slots that each of `says` needs, and all of them together."""
    forms = tuple((text, frozenset(placeholders(text)) if "{" in text else _NONE) for text in says)
    return forms, frozenset[str]().union(*(needed for _, needed in forms))


_NONE = frozenset[str]()


def sentence(template: str) -> str:
    """`template` with a capital and a stop."""
    return _capital(stopped(template))


@lru_cache(maxsize=2048)
def stopped(template: str) -> str:
    """`template` with the stop that it lacks."""
    if template.endswith((".", "!", "?", ":)")):
        return template
    return template + ("?" if _is_question(template) else ".")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _is_question(text: str) -> bool:
    words = text.rsplit(". ", 1)[-1].rsplit(": ", 1)[-1].lower().split(" ", 2)
    if words[0] in _WH:
        return len(words) == 1 or words[1] != "i"
    if words[0] in _AUXILIARY:
        subjects = _SPEAKERS if words[0] in ("do", "have") else _SUBJECTS
        return len(words) > 1 and (words[1] in subjects or words[0] in ("is", "are", "does", "did"))
    last = text.lower().rsplit(", ", 1)[-1].split(" ", 2)
    return len(last) > 1 and last[0] in _AUXILIARY and last[1] in ("you", "i", "we", "somebody", "someone")


def after(lead: str, text: str) -> str:
    """`text` behind `lead`, with a capital where a sentence begins."""
    if not _runs_on(lead):
        return lead + text[:1].upper() + text[1:]
    return lead + (text[0].lower() + text[1:] if text.split(" ", 1)[0] in _STARTERS else text)


@lru_cache(maxsize=2048)
def _runs_on(lead: str) -> bool:
    """Does the sentence go on behind `lead`?"""
    return lead.rstrip().endswith((",", ":", "...", "and"))


class Voice:
    """The words of one user. Draws from `rng`, so that equal episodes sound alike and no two others do.

    `verbosity` and `surface` are levels of these dimensions. `shown` collects the dimensions that showed in a message.
    """

    __slots__ = ("_accent", "_facts", "_kept", "_last", "_rng", "_surface", "_verbosity", "short", "shown")

    def __init__(self, rng: Rng, verbosity: str, surface: str, plan: Plan) -> None:
        self._rng = rng
        self._verbosity = verbosity
        self.short = verbosity in ("one_word", "terse")
        self._surface = surface
        self._facts = plan.facts
        self._kept = _NONE if surface == "clean" else noise.literals(plan)
        self._accent = rng.below(noise.ACCENTS) if surface == "code_switch" else 0
        self._last: dict[str, int] = {}
        self.shown: list[str] = []

    # -- parts ------------------------------------------------------------------------------------------------------

    def pick(self, name: str, forms: Sequence[str]) -> str:
        """One of `forms`; the next one under the same `name` is far from it in the list, and so begins otherwise."""
        count = len(forms)
        last = self._last.get(name)
        at = (
            self._rng.below(count)
            if last is None
            else (last + (count + 1) // 2 + self._rng.below((count + 2) // 3)) % count
        )
        self._last[name] = at
        return forms[at]

    def line(self, act: str, fact: Fact | None = None, slot: str = "") -> str:
        """A whole sentence for `act`; `fact` is what it is about, said as ``{slot}``."""
        verbosity = self._verbosity
        table = replies.CORES
        if verbosity == "one_word":
            table = replies.ONE_WORD
        elif verbosity == "terse" and act in replies.TERSE:
            table = replies.TERSE
        form = self.pick(act, table[act])
        if fact is None:
            return form
        label = label_of(fact.label, fact.kind)
        noun = "answer" if label.asks else label.noun
        return form.replace("{label}", noun).replace("{value}", "{" + slot + "}")

    def behind(self, lead: str, text: str) -> str:
        """`text` behind the line `lead`."""
        return after(_capital(lead) + " ", text)

    def and_also(self, text: str, line: str) -> str:
        """`text` with one more sentence after it."""
        return f"{text}\n\n{_capital(line)}" if "\n" in text else f"{stopped(text)} {_capital(line)}"

    def goal(self, goal: Goal, available: Collection[str], fullest: bool = False) -> str:
        """A template of `goal` that needs nothing but the `available` slots; the one with most of them when `fullest`."""
        forms, all_slots = _needs(goal.says)
        says = forms if all_slots.issubset(available) else tuple(form for form in forms if form[1].issubset(available))
        if not says:
            return f"I need help with {goal.topic}"
        if self.short:
            shortest = min(says, key=lambda form: (-len(form[1]) if fullest else 0, len(form[0])))
            return _POLITE.sub("", shortest[0])
        if fullest:
            most = max(len(needed) for _, needed in says)
            says = tuple(form for form in says if len(form[1]) == most)
        return self._rng.choice(says)[0]

    def patience(self, level: str) -> str:
        forms = replies.ONE_WORD_PATIENCE if self._verbosity == "one_word" else openings.PATIENCE
        return self.pick("patience", forms[level])

    def ask_tell(self, kind: str) -> str:
        lead = "" if self.short else self._rng.choice(replies.ASK_TELL_LEADS)
        return lead + self.pick(kind, replies.ASK_TELL.get(kind, replies.ASK_TELL["text"]))

    def facts(self, facts: Sequence[tuple[str, Fact]], asked: bool) -> list[str]:
        """Clauses that tell `facts`; bare values may do when just one was `asked` for."""
        if self._verbosity == "one_word":
            return [", ".join("{" + slot + "}" for slot, _ in facts)]
        bare = asked and len(facts) == 1
        if self._verbosity == "terse":
            if bare:
                return ["{" + facts[0][0] + "}"]
            return [label_of(fact.label, fact.kind).into("{label}: {") + slot + "}" for slot, fact in facts]
        return [self._clause(slot, fact, bare) for slot, fact in facts]

    def _clause(self, slot: str, fact: Fact, bare: bool) -> str:
        draw = self._rng.random()
        free = fact.kind in _FREE
        label = label_of(fact.label, fact.kind)
        if bare and draw < 0.35:
            form = self.pick("bare", replies.BARE[1:2] if free or label.asks else replies.BARE)
        elif fact.say and draw < 0.8:
            says = (
                fact.say if bare else [t for t in fact.say if not t.startswith(("{value}", "it'", "It'"))] or fact.say
            )
            form = self.pick(slot, says)
        else:
            form = label.into(self.pick("inform", replies.INFORM_TEXT if free or label.asks else replies.INFORM))
        return form.replace("{value}", "{" + slot + "}")

    # -- whole messages ---------------------------------------------------------------------------------------------

    def request(self, lead: str, wishes: list[str], clauses: list[str], extra: str = "") -> str:
        """Goals (`wishes`, in the user's voice), facts besides (`clauses`), and a last sentence (`extra`). `lead`: opening,
        anyway, plain, also or nothing."""
        verbosity, rng = self._verbosity, self._rng
        if self.short:
            self._mark("verbosity")
            joined = " ".join(sentence(text) for text in (*wishes, *clauses))
            if verbosity == "one_word" and not extra:
                return joined.rstrip(".")
            return f"{joined} {extra}" if extra else joined
        first = stopped(wishes[0])
        text = after(rng.choice(_LEADS[lead]), first) if lead and rng.chance(_CHANCE[lead]) else _capital(first)
        for wish in wishes[1:]:
            text += " " + after(rng.choice(openings.ALSO), stopped(wish))
        if verbosity == "pasted_wall":
            return self._wall(text + (" " + extra if extra else ""), clauses)
        if clauses:
            text += " " + self._join(clauses)
        if verbosity == "rambling":
            return self._ramble(text + (" " + extra if extra else ""), rng.between(2, 3))
        if lead in ("opening", "anyway") and rng.chance(0.3):
            text += " " + rng.choice(openings.CONTEXT)
        if extra:
            return text + " " + extra
        return text + " " + rng.choice(openings.CLOSERS) if rng.chance(0.6) else text

    def vague(self, topic: str) -> str:
        """An opening that says no more than what it is about."""
        if self._verbosity == "one_word":
            noun = topic.removeprefix("a ").removeprefix("an ").removeprefix("the ").removeprefix("my ")
            return noun.capitalize() + "?"
        wish = self.pick("vague", openings.VAGUE).replace("{topic}", topic)
        return sentence(wish) if self.short else self.request("opening", [wish], [])

    def answer(self, clauses: list[str], before: str = "", behind: str = "") -> str:
        """Facts that were asked for, between two sentences that may be empty."""
        if self.short:
            self._mark("verbosity")
            text = ", ".join(clauses) if self._verbosity == "one_word" else "; ".join(clauses)
            text += "." if behind else ""
            return " ".join(part for part in (before, text, behind) if part)
        if self._verbosity == "pasted_wall":
            return self._wall(" ".join(part for part in (before, behind) if part), clauses)
        text = self._join(clauses)
        if before:
            text = after(before, text) if before.endswith(" ") else before + " " + text
        else:
            lead = self.pick("answer", replies.ANSWERS)
            if lead:
                text = after(lead, stopped(clauses[0]) if len(clauses) == 1 else text)
        if behind:
            text += " " + behind
        return self._ramble(text, self._rng.between(1, 2)) if self._verbosity == "rambling" else text

    def plain(self, *parts: str) -> str:
        """Sentences as they are, at the length of this user."""
        text = " ".join(part for part in parts if part)
        if self.short:
            self._mark("verbosity")
        elif self._verbosity == "rambling":
            return self._ramble(text, 1)
        return text

    def finish(self, text: str, word: Callable[[str, Trace], str], trace: Trace) -> str:
        """Put noise and then the values in; `word` gives the words of a slot."""
        if self._surface != "clean" and text:
            noisy = noise.disturb(text, self._surface, self._rng, self._kept, self._accent)
            if noisy != text:
                self._mark("surface")
                text = noisy
        if "{" in text:
            for slot in _PLACEHOLDER.findall(text):
                if slot.removesuffix(OTHER) in self._facts:
                    text = text.replace("{" + slot + "}", word(slot, trace))
        return text

    def _join(self, clauses: list[str]) -> str:
        if len(clauses) == 2 and self._rng.chance(0.5):
            return _capital(f"{clauses[0]} and {stopped(clauses[1])}")
        return " ".join(sentence(clause) for clause in clauses)

    def _ramble(self, text: str, count: int) -> str:
        self._mark("verbosity")
        before = " ".join(self.pick("aside", asides.ASIDES) for _ in range(count // 2))
        behind = " ".join(self.pick("aside", asides.ASIDES) for _ in range(count - count // 2))
        return f"{before} {text} {behind}" if before else f"{text} {behind}"

    def _wall(self, text: str, clauses: list[str]) -> str:
        self._mark("verbosity")
        rng = self._rng
        start, stride = rng.below(_WALL), rng.choice(_STRIDES)
        lines = [asides.WALL_LINES[(start + i * stride) % _WALL] for i in range(rng.between(5, 8))]
        for clause in clauses:
            lines.insert(rng.below(len(lines) + 1), clause)
        lead = rng.choice(asides.WALL_LEADS)
        head = rng.choice(asides.WALL_HEADS)
        return (f"{text} {lead}" if text else lead) + "\n\n" + head + "\n".join(lines)

    def _mark(self, dimension: str) -> None:
        if dimension not in self.shown:
            self.shown.append(dimension)


_WALL = len(asides.WALL_LINES)
_STRIDES = tuple(n for n in range(3, _WALL) if gcd(n, _WALL) == 1)
_LEADS = {
    "opening": openings.LEADS,
    "anyway": openings.ANYWAY,
    "plain": openings.PLAIN,
    "also": openings.ALSO,
}
_CHANCE = {"opening": 0.8, "anyway": 1.0, "plain": 0.7, "also": 1.0}
