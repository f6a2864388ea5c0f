"""How the user says it: from what is meant to the words of one message.

The state machine decides what is said; here it gets its form: template, length (`verbosity`) and noise (`surface`). Values
stand as ``{slot}`` placeholders until the very end, so that nothing on the way can break one. The words themselves are those
of a `Tongue`; what a user adds to them besides is a `Dressing`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from math import gcd

from trajgym.gym_envs.plan import Fact, Goal, Plan
from trajgym.gym_envs.trace import Trace
from trajgym.gym_envs.user import asides, noise
from trajgym.gym_envs.user.dressing import DIMENSIONS, SMS_LIMIT, Dressing, learner
from trajgym.gym_envs.user.forms import envelope
from trajgym.gym_envs.user.giving import OTHER
from trajgym.gym_envs.user.languages import TONGUES
from trajgym.gym_envs.user.sentences import PLACEHOLDER, after, capital, label_of, placeholders, sentence, stopped
from trajgym.gym_envs.user.tongue import Tongue
from trajgym.gym_envs.user.who import Who
from trajgym.seeding import Rng

_POLITE = re.compile(
    r"^(please|could you( please)?|can you( please)?|would you( please)?|i('d| would) like (you )?to)\s+", re.IGNORECASE
)
_FREE = ("text", "choice")


@lru_cache(maxsize=2048)
def _needs(says: tuple[str, ...]) -> tuple[tuple[tuple[str, frozenset[str]], ...], frozenset[str]]:
    """The slots that each of `says` needs, and all of them together."""
    forms = tuple((text, frozenset(placeholders(text)) if "{" in text else _NONE) for text in says)
    return forms, frozenset[str]().union(*(needed for _, needed in forms))


_NONE = frozenset[str]()


class Voice:
    """The words of one user. Draws from `rng`, so that equal episodes sound alike and no two others do.

    `profile` maps dimensions to levels. `shown` collects the dimensions that showed in a message. `limit`: characters that a
    message may have, 0 for any number.
    """

    __slots__ = (
        "_accent", "_dressing", "_facts", "_kept", "_language", "_last", "_learner", "_letter", "_rng", "_sign", "_surface", "_verbosity", "_who", "limit",
        "short", "shown",
    )  # fmt: skip

    def __init__(self, rng: Rng, profile: Mapping[str, str], plan: Plan, who: Who | None = None) -> None:
        self._rng = rng
        self._verbosity = profile.get("verbosity", "normal")
        self.short = self._verbosity in ("one_word", "terse")
        self._surface = surface = profile.get("surface", "clean")
        self._facts = plan.facts
        self._accent = rng.below(noise.ACCENTS) if surface == "code_switch" else 0
        self._last: dict[str, int] = {}
        self.shown: list[str] = []
        self._language = profile.get("language", "en_native")
        self._learner = self._language == "en_l2"
        self._sign = self.tongue.sign
        self._kept = noise.literals(plan) if surface != "clean" or self._learner else _NONE
        self.limit = SMS_LIMIT if profile.get("channel") == "sms" else 0
        self._who = None if self.short or self.limit else who
        if self._who is not None and self._kept:
            self._kept |= self._who.words()
        topic = plan.goals[0].topic if plan.goals else ""
        self._letter = envelope(profile.get("channel", ""), rng, self._language, topic, self._who)
        dressed = any(name in profile for name in DIMENSIONS)
        self._dressing = Dressing(rng, profile, self.short) if dressed else None

    @property
    def tongue(self) -> Tongue:
        """The words of its language. (Looked up each time, so that a snapshot of the user does not hold them.)"""
        return TONGUES[self._language]

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
        tongue = self.tongue
        table = tongue.cores
        if self.short:
            table = tongue.one_word if self._verbosity == "one_word" else tongue.terse
        form = self.pick(act, table[act])
        if fact is None:
            return form
        label = label_of(fact.label, fact.kind)
        noun = "answer" if label.asks and not tongue.foreign else tongue.labels.get(label.noun, label.noun)
        return form.replace("{label}", noun).replace("{value}", "{" + slot + "}")

    def behind(self, lead: str, text: str) -> str:
        """`text` behind the line `lead`."""
        return after(capital(lead) + " ", text)

    def and_also(self, text: str, line: str) -> str:
        """`text` with one more sentence after it."""
        return f"{text}\n\n{capital(line)}" if "\n" in text else f"{stopped(text)} {capital(line)}"

    def goal(self, goal: Goal, available: Collection[str], fullest: bool = False) -> str:
        """A template of `goal` that needs nothing but the `available` slots; the one with most of them when `fullest`."""
        forms, all_slots = _needs(goal.says)
        says = forms if all_slots.issubset(available) else tuple(form for form in forms if form[1].issubset(available))
        if not says:
            return f"I need help with {goal.topic}"
        if self.short or self.limit:
            fullest = fullest and not self.limit
            shortest = min(says, key=lambda form: (-len(form[1]) if fullest else 0, len(form[0])))
            return _POLITE.sub("", shortest[0])
        if fullest:
            most = max(len(needed) for _, needed in says)
            says = tuple(form for form in says if len(form[1]) == most)
        return self._rng.choice(says)[0]

    def quoted(self, wish: str) -> str:
        """`wish` with its stop, as this user's language takes it into a sentence."""
        tongue = self.tongue
        return tongue.quote.replace("{wish}", sentence(wish)) if tongue.foreign else stopped(wish)

    def greeting(self) -> str:
        return self.pick("greet", self.tongue.greet)

    def off_topic(self) -> str:
        return self.pick("off_topic", self.tongue.off_topic)

    def patience(self, level: str) -> str:
        forms = self.tongue.one_word_patience if self._verbosity == "one_word" else self.tongue.patience
        return self.pick("patience", forms[level])

    def ask_tell(self, kind: str) -> str:
        lead = "" if self.short else self._rng.choice(self.tongue.ask_tell_leads)
        return lead + self.pick(kind, self.tongue.ask_tell.get(kind, self.tongue.ask_tell["text"]))

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
        tongue = self.tongue
        free = fact.kind in _FREE
        label = label_of(fact.label, fact.kind)
        if bare and draw < 0.35:
            form = self.pick("bare", tongue.bare[1:2] if free or label.asks else tongue.bare)
        elif fact.say and draw < 0.8 and not tongue.foreign:
            says = (
                fact.say if bare else [t for t in fact.say if not t.startswith(("{value}", "it'", "It'"))] or fact.say
            )
            form = self.pick(slot, says)
        else:
            form = self.pick("inform", tongue.inform_text if free or label.asks else tongue.inform)
            if tongue.foreign:
                form = form.replace("{label}", tongue.labels.get(label.noun, label.noun))
            else:
                form = label.into(form)
        return form.replace("{value}", "{" + slot + "}")

    # -- whole messages ---------------------------------------------------------------------------------------------

    def request(self, lead: str, wishes: list[str], clauses: list[str], extra: str = "") -> str:
        """Goals (`wishes`, in the user's voice), facts besides (`clauses`), and a last sentence (`extra`). `lead`: opening,
        anyway, plain, also or nothing."""
        verbosity, rng, tongue = self._verbosity, self._rng, self.tongue
        if self.short or self.limit:
            return self._brief_request(wishes, clauses, extra)
        first = self.quoted(wishes[0])
        forms = tongue.leads.get(lead)
        said = forms and (tongue.foreign or rng.chance(_CHANCE[lead]))
        text = after(rng.choice(forms), first) if forms and said else capital(first)
        for wish in wishes[1:]:
            text += " " + after(rng.choice(tongue.leads["also"]), self.quoted(wish))
        if verbosity == "pasted_wall":
            return self._wall(text + (" " + extra if extra else ""), clauses)
        if clauses:
            text += " " + self._join(clauses)
        if verbosity == "rambling":
            return self._ramble(text + (" " + extra if extra else ""), rng.between(2, 3))
        if lead in ("opening", "anyway") and rng.chance(0.3):
            text += " " + self._circumstance()
        if extra:
            return text + " " + extra
        return text + " " + rng.choice(tongue.closers) if rng.chance(0.6) else text

    def _brief_request(self, wishes: list[str], clauses: list[str], extra: str) -> str:
        """A request in as few words as can be."""
        if self.short:
            self._mark("verbosity")
        tongue = self.tongue
        joined = " ".join(sentence(text) for text in (*wishes, *clauses))
        if tongue.foreign:
            lead = self._rng.choice(tongue.short_leads)
            framed = lead + " ".join([self.quoted(wish) for wish in wishes] + [sentence(text) for text in clauses])
            if self._fits(framed):
                joined = framed
        if self._verbosity == "one_word" and not extra:
            return joined.rstrip(".")
        return f"{joined} {extra}" if extra and self._fits(joined, extra) else joined

    def vague(self, topic: str) -> str:
        """An opening that says no more than what it is about."""
        if self._verbosity == "one_word":
            noun = topic.removeprefix("a ").removeprefix("an ").removeprefix("the ").removeprefix("my ")
            return noun.capitalize() + "?"
        wish = self.pick("vague", self.tongue.vague).replace("{topic}", topic)
        if self.tongue.foreign and not self.short:
            wish = f"{self.greeting()} {sentence(wish)}"
        return (
            sentence(wish) if self.short or self.limit or self.tongue.foreign else self.request("opening", [wish], [])
        )

    def answer(self, clauses: list[str], before: str = "", behind: str = "") -> str:
        """Facts that were asked for, between two sentences that may be empty."""
        if self.limit:
            text = " ".join(sentence(clause) for clause in clauses)
            text = after(before, text) if before and self._fits(before, text) else text
            return f"{text} {behind}" if behind and self._fits(text, behind) else text
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
            lead = self.pick("answer", self.tongue.answers)
            if lead:
                text = after(lead, stopped(clauses[0]) if len(clauses) == 1 else text)
        if behind:
            text += " " + behind
        if self._verbosity == "rambling":
            return self._ramble(text, self._rng.between(1, 2))
        phrase = self._phrase() if self._rng.chance(_PHRASES) else ""
        return f"{stopped(text)} {phrase}" if phrase else text

    def plain(self, *parts: str) -> str:
        """Sentences as they are, at the length of this user."""
        text = " ".join(part for part in parts if part)
        if self.limit and not self._fits(text):
            text = next(part for part in parts if part)
        if self.short:
            self._mark("verbosity")
        elif self._verbosity == "rambling":
            return self._ramble(text, 1)
        return text

    def brief(self, forms: Sequence[str]) -> Sequence[str]:
        """`forms`, or the shortest of them where a message may not be long."""
        return (min(forms, key=lambda form: len(self._sample(form))),) if self.limit else forms

    def fitting(self, slots: list[str], wish: str = "") -> list[str]:
        """As many of `slots` as go into one message, besides `wish`; one at least when there is no wish. What is in the
        wish, and what has changed, is never left out."""
        if not self.limit:
            return slots
        used, room, found = placeholders(wish), self.limit - len(self._sample(wish)), list[str]()
        for slot in slots:
            if slot not in used and "#" not in slot:
                fact = self._facts[slot]
                room -= len(fact.label) + len(fact.spoken) + _AROUND_FACT
                if room < 0 and (found or wish):
                    continue
            found.append(slot)
        return found

    def finish(self, text: str, word: Callable[[str, Trace], str], trace: Trace, act: str = "") -> str:
        """Put in what this user adds, then noise and then the values; `word` gives the words of a slot."""
        if text and (self._dressing is not None or self._surface != "clean"):
            text = self._disturbed(text)
        if "{" in text:
            for slot in PLACEHOLDER.findall(text):
                if slot.removesuffix(OTHER) in self._facts:
                    text = text.replace("{" + slot + "}", word(slot, trace))
        if self._letter is not None and text:
            self._mark("channel")
            return self._letter.around(text, act, self._surface == "sms_lowercase")
        return text

    def roughen(self, text: str) -> str:
        """What happens on the way to words that are not this grammar's: values stay whole."""
        if self._surface == "clean":
            return text
        noisy = noise.disturb(text, self._surface, self._rng, self._kept, self._accent)
        return noisy if self._fits(noisy) else text

    def _disturbed(self, bare: str) -> str:
        """`bare` with what this user adds and what happens to it on the way, or with less of that where it would not fit."""
        dressed, added = bare, list[tuple[str, str]]()
        if self._dressing is not None:
            room = self.limit - len(self._sample(bare)) if self.limit else _ANY_ROOM
            dressed, added = self._dressing.dress(bare, room)
            if self._learner:
                dressed = learner(dressed, self._rng, self._kept)
        noisy = dressed
        if self._surface != "clean":
            noisy = noise.disturb(dressed, self._surface, self._rng, self._kept, self._accent)
        if not self._fits(noisy):
            noisy = dressed
        if not self._fits(noisy):
            noisy = dressed = bare
            added = []
        if noisy != dressed:
            self._mark("surface")
        for name, _ in added:
            self._mark(name)
        if self._dressing is not None and added:
            self._dressing.note(added)
        if self._sign and re.search(self._sign, noisy, re.IGNORECASE):
            self._mark("language")
        return _TIGHT.sub("", noisy) if self.tongue.tight else noisy

    def _sample(self, text: str) -> str:
        """`text` with its values, to see how long it gets."""
        for slot in placeholders(text) if "{" in text else ():
            if slot in self._facts:
                fact = self._facts[slot]
                text = text.replace("{" + slot + "}", max(fact.spoken, fact.wrong, key=len))
        return text

    def _fits(self, *parts: str) -> bool:
        """Do `parts`, with a space between them, go into one message?"""
        return not self.limit or sum(len(self._sample(part)) + 1 for part in parts) - 1 <= self.limit

    def _join(self, clauses: list[str]) -> str:
        if len(clauses) == 2 and not self.tongue.foreign and self._rng.chance(0.5):
            return capital(f"{clauses[0]} and {stopped(clauses[1])}")
        return " ".join(sentence(clause) for clause in clauses)

    def _ramble(self, text: str, count: int) -> str:
        self._mark("verbosity")
        before = " ".join(self._aside() for _ in range(count // 2))
        behind = " ".join(self._aside() for _ in range(count - count // 2))
        return f"{before} {text} {behind}" if before else f"{text} {behind}"

    def _circumstance(self) -> str:
        """A word on where a request comes from."""
        said = self._who.introduction(self.tongue.introductions) if self._who and self._rng.chance(0.5) else ""
        return said or self._rng.choice(self.tongue.context)

    def _aside(self) -> str:
        said = self._who.introduction(self.tongue.introductions) if self._who else ""
        if not said and self._rng.chance(_PHRASES):
            said = self._phrase()
        return said or self.pick("aside", self.tongue.asides)

    def _phrase(self) -> str:
        """A pet phrase, which only the English-speaking have."""
        return "" if self._who is None or self.tongue.foreign else self._who.phrase()

    def _wall(self, text: str, clauses: list[str]) -> str:
        self._mark("verbosity")
        rng = self._rng
        start, stride = rng.below(_WALL), rng.choice(_STRIDES)
        lines = [asides.WALL_LINES[(start + i * stride) % _WALL] for i in range(rng.between(5, 8))]
        for clause in clauses:
            lines.insert(rng.below(len(lines) + 1), clause)
        lead = rng.choice(self.tongue.wall_leads)
        head = rng.choice(asides.WALL_HEADS)
        return (f"{text} {lead}" if text else lead) + "\n\n" + head + "\n".join(lines)

    def _mark(self, dimension: str) -> None:
        if dimension not in self.shown:
            self.shown.append(dimension)


_WALL = len(asides.WALL_LINES)
_STRIDES = tuple(n for n in range(3, _WALL) if gcd(n, _WALL) == 1)
_CHANCE = {"opening": 0.8, "anyway": 1.0, "plain": 0.7, "also": 1.0}
_PHRASES = 0.15
"""How often a message has a pet phrase of its user's."""
_AROUND_FACT = 40
"""Characters that the words around a fact and its name may have."""
_ANY_ROOM = 10_000
_TIGHT = re.compile(r"(?<=[。！？：，]) +(?=[\u4e00-\u9fff“])")
"""Spaces that Chinese does without; those around a value stay, so that it stands for itself."""
