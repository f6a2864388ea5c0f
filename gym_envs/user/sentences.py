"""Sentences out of templates: stops, capitals, what follows a lead, and the names of facts."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
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
    return tuple(PLACEHOLDER.findall(template))


def sentence(template: str) -> str:
    """`template` with a capital and a stop."""
    return capital(stopped(template))


@lru_cache(maxsize=2048)
def stopped(template: str) -> str:
    """`template` with the stop that it lacks."""
    if template.endswith((".", "!", "?", ":)", "。", "！", "？")):
        return template
    return template + ("?" if _is_question(template) else ".")


def capital(text: str) -> str:
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
    return lead.rstrip().endswith((",", ":", "...", "and", "And"))
