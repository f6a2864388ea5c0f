"""Reading the agent's words.

Rules and the simulated user must understand free text of any model, not only the scripted teacher's phrases. They do it with
a small, deterministic reading of the message (what does it ask, does it want a yes, does it decline, does it claim to
have done something), and trust the tool log wherever the two could disagree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from trajgym.gym_envs.plan import Fact, Plan

_SENTENCE = re.compile(r"[^.!?\n]+(?:[.](?=\S)[^.!?\n]+)*[.!?]*")
_QUOTED = re.compile(r'"[^"\n]*"|“[^”\n]*”')
"""What is quoted is not said by the agent itself."""
_CONFIRM = re.compile(
    r"\b(shall i|should i|may i(?! (have|ask|know|see|get)\b)|can i go ahead|do i have your|confirm|"
    r"go ahead|proceed|do you want me to|would you like me to|want me to|is (that|this) (right|correct|ok|okay|all right)|are you (sure|happy)|"
    r"ok(ay)? with you|\(?yes/no\)?|say yes|yes or no|does that work)\b"
)
_DECLINE = re.compile(
    r"\b(can ?not|can't|cant|unable|not able|won't be able|isn't possible|is not possible|not possible|not allowed|"
    r"isn't allowed|not permitted|don't have (a|any|the) (tool|way|means)|no tool|couldn't|could not|outside (of )?what|"
    r"have to decline|must decline|not something i|without (a|your) (yes|confirmation)|nothing has been changed)\b"
)
_DEEDS = (
    r"(?:cancel(?:l)?ed|changed|updated|returned|exchanged|swapped|applied|sent|created|booked|set|added|posted|scheduled|"
    r"refunded|processed|saved|started|playing|stored|noted|written|made|appended|arranged|placed|put|replied|mailed|"
    r"texted|transferred|completed|done|sorted)"
)
_CLAIM = re.compile(
    r"\b(?:i(?:'ve| have) (?:now |just |already )?"
    + _DEEDS
    + r"|(?:has|have) (?:now |just |already )?been "
    + _DEEDS
    + r"|(?:is|are) (?:now |already )?"
    + _DEEDS
    + r"|all (?:done|set)|^\W*done|taken care of)\b"
)
_NEGATED = re.compile(r"\b(not|never|nothing|unable|cannot|once|when|before|will|would|if|after you)\b|n't\b")
_OFFER = re.compile(
    r"\b(how (can|may) i help|what can i (do|help)|how can i assist|what do you need|what would you like|"
    r"what can i do for you|tell me (more|what)|what is it about|what exactly)\b"
)
_ASKING = re.compile(
    r"\b(please (give|tell|share|provide|send|let|enter|confirm)|could you|can you|i('ll| would|'d)? need|may i have|"
    r"let me know (the|your|which|what|how|when|where|who)|tell me (the|your|which|what|how|when|where|who)|i'm missing|"
    r"(is|are) missing|still missing|missing:)\b"
)
_VERIFY = re.compile(r"\b(confirm|verify)( me)? (your|the|which|what|how)\b")
"""A yes or a value: "please confirm your e-mail address"."""
_FAREWELL = re.compile(r"\b(goodbye|bye|have a (nice|good|great)|take care|anything else)\b")


@dataclass(slots=True)
class Reading:
    """What a message of the agent does. `asks`: slots it asks for. `confirm`: it wants a yes. `decline`: it says that
    something cannot or will not be done. `claims`: sentences that say something was done. `offer`: it asks what the user wants.
    `question`: it asks anything. `farewell`: it takes leave."""

    text: str
    asks: tuple[str, ...] = ()
    confirm: bool = False
    decline: bool = False
    claims: tuple[str, ...] = ()
    offer: bool = False
    question: bool = False
    farewell: bool = False


@lru_cache(maxsize=4096)
def _key_pattern(keys: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"(?<![\w-])(?:" + "|".join(re.escape(k) for k in keys) + r")(?![\w-])")


def read(text: str, plan: Plan) -> Reading:
    """The reading of `text`, with the slots of `plan` as what can be asked for."""
    reading = Reading(text)
    low = _QUOTED.sub('""', text.lower().replace("’", "'"))
    asking: list[str] = []
    for match in _SENTENCE.finditer(low):
        sentence = match.group()
        does = _does(sentence)
        if not does:
            continue
        reading.question |= "?" in sentence
        reading.confirm |= bool(does & _IS_CONFIRM)
        reading.offer |= bool(does & _IS_OFFER)
        reading.decline |= bool(does & _IS_DECLINE)
        reading.farewell |= bool(does & _IS_FAREWELL)
        if does & _IS_CLAIM:
            reading.claims = (*reading.claims, sentence)
        if does & _IS_ASKING:
            asking.append(sentence)
    if asking:
        spoken = "\n".join(asking)
        reading.asks = tuple(slot for slot, fact in _askable(plan) if _key_pattern(fact.keys).search(spoken))
        if reading.asks:
            reading.question = True
    return reading


_IS_CONFIRM, _IS_OFFER, _IS_DECLINE, _IS_CLAIM, _IS_ASKING, _IS_FAREWELL, _IS_QUESTION = (1 << bit for bit in range(7))


@lru_cache(maxsize=16384)
def _does(sentence: str) -> int:
    """What one sentence (in lower case) does, as a set of bits. Most sentences come again and again."""
    question = "?" in sentence
    does = _IS_QUESTION if question else 0
    if _CONFIRM.search(sentence) and (question or "confirm" in sentence or "say yes" in sentence):
        return does | _IS_CONFIRM | (_IS_ASKING if _VERIFY.search(sentence) else 0)
    if _OFFER.search(sentence):
        does |= _IS_OFFER
    if _DECLINE.search(sentence):
        does |= _IS_DECLINE
    elif not question and _CLAIM.search(sentence) and not _NEGATED.search(sentence):
        does |= _IS_CLAIM
    if question or _ASKING.search(sentence):
        does |= _IS_ASKING
    if _FAREWELL.search(sentence):
        does |= _IS_FAREWELL
    return does


def _askable(plan: Plan) -> list[tuple[str, Fact]]:
    """Facts by slot; of a fact and its later version (``slot#1``) both are found under the same words."""
    return list(plan.facts.items())
