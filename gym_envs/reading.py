"""Reading the agent's words.

Rules and the simulated user must understand free text of any model, not only the scripted teacher's phrases. They do it with
a small, deterministic reading of the message (what does it ask, does it want a yes, does it decline, does it claim to
have done something), and trust the tool log wherever the two could disagree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from trajgym.gym_envs.deeds import asked
from trajgym.gym_envs.plan import Deed, Fact, Plan
from trajgym.gym_envs.trace import contains

READ = 20_000
"""Characters of a message that are read."""

_SENTENCE = re.compile(r"[^.!?]+(?:[.](?=\S)[^.!?]+)*[.!?]*")
_QUOTED = re.compile(r'"(?!yes")[^"\n]*"|“(?!yes”)[^“”\n]*”')
"""What is quoted is not said by the agent itself."""
_BULLET = re.compile(r"\s*(?:[-*•–]|\d+[.)])\s")
_CONFIRM = re.compile(
    r"\b((?<!what )(?<!which )(?<!where )(?<!how )(?:shall i|should i)|may i(?! (?:also |please )?(?:have|ask|know|see|get)\b)|can i go ahead|do i have your|confirm|"
    r"go ahead|proceed|(?:want|like) me to|is (?:that|this|it|everything) (?:right|correct|ok|okay|all right)|"
    r"(?:does|do) (?:that|this|it|these) (?:all )?(?:look|sound|seem) (?:right|good|ok|okay|correct|fine)|are you (?:sure|happy)|"
    r"ok(?:ay)? with you|\(?yes/no\)?|yes or no|does that work|do you agree|(?:right|correct)\W*$)"
)
"""In a question, it wants a yes."""
_DEMAND = re.compile(
    r"\b(?:(?:please|kindly|you|just) (?:\w+ )?confirm\b|(?:say|reply|type|answer|respond)(?: with)?(?: me)? \W?yes\b|"
    r"need your (?:yes|ok|okay|go-ahead|confirmation|approval|consent|permission)|"
    r"(?:if you(?:'d| would)?|let me know (?:if|whether) you(?:'d| would)?) (?:like|want) me to|\(yes/no\))|^\W*confirm\b"
)
"""Without any question mark, it wants a yes."""
_VERIFY = re.compile(
    r"\b(?:confirm|verify|double-check)(?: (?:me|us|with me|for me))? (?:your|the|which|what|how) ((?:\S+ ?){1,4})"
)
"""A yes or a value: "please confirm your e-mail address"."""
_DECLINE = re.compile(
    r"\b(can ?not|can't|cant|unable|not able|won't be able|isn't possible|not possible|impossible|not allowed|isn't allowed|"
    r"(?:doesn't|don't|does not|do not) allow|not permitted|(?:don't|do not) have (?:a|any|the|access|permission)\b|no tool|"
    r"no way (?:for me )?to|couldn't|could not|outside (?:of )?(?:what|my|the scope)|beyond (?:what|my|the scope)|"
    r"(?:have to|must|need to) (?:decline|refuse)|not something i|against (?:our|my|the|company) polic(?:y|ies)|rules? (?:it|this|that) out|"
    r"not eligible|without (?:a|your) (?:yes|confirmation)|nothing has been changed)\b"
)
_CONDITION = re.compile(r"\b(?:if|in case|whether)\b")
_PAST_WORDS = (
    "canceled cancelled changed updated returned exchanged swapped applied sent created booked added posted scheduled rescheduled "
    "refunded processed saved started stored made appended arranged placed replied mailed texted transferred completed submitted "
    "issued initiated removed deleted forwarded moved renamed set"
).split()
_DEED_WORDS = frozenset([*_PAST_WORDS, "playing", "noted", "written", "put", "done", "sorted"])
_PAST = f"(?:{'|'.join(_PAST_WORDS)})"
DEED = re.compile(rf"\b(?:{'|'.join(sorted(_DEED_WORDS))})\b")
"""The words by which an agent says that something was done."""
_SWITCHED = "turned switched enabled disabled activated restarted".split()
_CLAIM = re.compile(
    r"\bi(?:'ve| have) (?:now |just |already |also |successfully |gone ahead and )*"
    + rf"(?:{DEED.pattern}|(?:{'|'.join(_SWITCHED)})\b)"
    + r"|\bi (?:just |also |successfully |went ahead and )*" + _PAST + r"\b"
    r"|\b(?:has|have) (?:now |just |already |also )*been (?:successfully )?" + DEED.pattern
    + r"|\b(?:is|are|was|were) (?:now |already )*successfully " + DEED.pattern
    + r"|\b(?:is|are) (?:now |already )*" + DEED.pattern
    + r"|\b(?:was|were) (?:cancell?ed|changed|updated|submitted|refunded|added|created|removed|booked|scheduled)\b"
    r"|\bsuccessfully " + DEED.pattern + r"|^\W*[✅✔☑].*" + DEED.pattern
    + r"|\ball (?:done|set)\b|^\W*done\b|\btaken care of\b"
)  # fmt: skip
_NEGATED = re.compile(
    r"\b(?:not|never|nothing|unable|cannot|once|when|before|will|would|if|whether|after you|until)\b|n't\b"
)
_OFFER = re.compile(
    r"\b(how (?:can|may|could|might) i (?:help|assist)|what can i (?:do|help)|how can i be of|what do you need|"
    r"what (?:would|do) you (?:like|want)(?: me)?(?: to)? ?(?:do)?\b|tell me (?:more|what)|what is it about|what exactly)\b"
)
_ASKING = re.compile(
    r"\b((?:please|kindly)(?: \w+)? (?:give|tell|share|provide|send|let|enter|confirm|verify|specify|supply|type|state|include)|"
    r"could you|can you|i(?:'ll|'d)? (?:will |would |just |also |still |only )*need(?! (?:to|a (?:moment|second|minute|few seconds))\b)|"
    r"may i have|(?:send|give) me (?:the|your)|let me know (?:the|your|which|what|how|when|where|who)|"
    r"tell me (?:the|your|which|what|how|when|where|who)|i'm missing|(?:is|are) (?:still )?missing|missing:)"
)
_FAREWELL = re.compile(
    r"\b(goodbye|bye|have a (?:nice|good|great|wonderful|lovely|pleasant)|take care|(?:any|some)thing (?:else|more)|"
    r"what else can i|feel free to|let me know if you (?:need|have))\b"
)


@dataclass(slots=True)
class Reading:
    """What a message of the agent does. `asks`: slots it asks for. `confirm`: it wants a yes. `decline`: it says that
    something cannot or will not be done. `claims`: sentences that say something was done. `offer`: it asks what the user wants.
    `question`: it asks anything. `farewell`: it takes leave. `deeds`: what it asks the user to do on its own side."""

    text: str
    asks: tuple[str, ...] = ()
    confirm: bool = False
    decline: bool = False
    claims: tuple[str, ...] = ()
    offer: bool = False
    question: bool = False
    farewell: bool = False
    deeds: tuple[Deed, ...] = ()


_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
# Words without which a pattern cannot match: looking a word up is much faster than searching for all of them.
_CONFIRM_WORDS = frozenset(
    "shall should may go have confirm proceed me is does do are with yes no right correct agree".split()
)
_DEMAND_WORDS = frozenset("confirm yes need me".split())
_DECLINE_WORDS = frozenset(
    "can can't cant cannot unable not isn't impossible doesn't don't no couldn't could outside beyond decline refuse against rules rule "
    "without nothing won't".split()
)
_CLAIM_WORDS = _DEED_WORDS | {"care", *_SWITCHED}
_OFFER_WORDS = frozenset("help assist do need like want more what about exactly of".split())
_ASKING_WORDS = frozenset("please kindly could can need may me missing".split())
_FAREWELL_WORDS = frozenset("goodbye bye have take anything something else feel let".split())


class _Kind(NamedTuple):
    """What a sentence does, whatever the plan."""

    question: bool
    offer: bool
    confirm: bool
    decline: bool
    claim: bool
    farewell: bool
    asking: bool


def _kind(sentence: str) -> _Kind:
    words = set(_WORD.findall(sentence))
    question = "?" in sentence
    offer = not words.isdisjoint(_OFFER_WORDS) and _OFFER.search(sentence) is not None
    confirm = (
        question and not offer and not words.isdisjoint(_CONFIRM_WORDS) and _CONFIRM.search(sentence) is not None
    ) or (not words.isdisjoint(_DEMAND_WORDS) and _DEMAND.search(sentence) is not None)
    decline = claim = False
    if not words.isdisjoint(_DECLINE_WORDS):
        declined = _DECLINE.search(sentence)
        decline = declined is not None and not _CONDITION.search(sentence, 0, declined.start())
    if not decline and not question and not words.isdisjoint(_CLAIM_WORDS):
        claimed = _CLAIM.search(sentence)
        claim = claimed is not None and not _NEGATED.search(sentence, 0, claimed.start())
    farewell = not words.isdisjoint(_FAREWELL_WORDS) and _FAREWELL.search(sentence) is not None
    asking = not farewell and (
        question or (not words.isdisjoint(_ASKING_WORDS) and _ASKING.search(sentence) is not None)
    )
    return _Kind(question, offer, confirm, decline, claim, farewell, asking)


_stock = lru_cache(maxsize=2048)(_kind)
"""Agents say the same short sentences again and again."""


@lru_cache(maxsize=2048)
def _key_pattern(keys: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"(?<![\w-])(?:" + "|".join(re.escape(k) for k in keys) + r")(?![\w-])")


def read(text: str, plan: Plan) -> Reading:
    """The reading of `text` (of its first `READ` characters), with the slots of `plan` as what can be asked for."""
    reading = Reading(text[:READ])
    low = reading.text.lower().replace("’", "'")
    if '"' in low or "“" in low:
        low = _QUOTED.sub('""', low)
    asking: list[str] = []
    listing = False  # the last line has asked for what the next ones list
    for line in low.split("\n"):
        if listing and _BULLET.match(line):
            asking.append(line)
            continue
        before = len(asking)
        for sentence in _SENTENCE.findall(line):
            _take(sentence, _stock(sentence) if len(sentence) < 100 else _kind(sentence), reading, asking, plan)
        if line.strip():
            listing = len(asking) > before and line.rstrip(" *_").endswith((":", "?"))
    if asking:
        spoken = "\n".join(asking)
        reading.asks = tuple(slot for slot, fact in _askable(plan) if _key_pattern(fact.keys).search(spoken))
        if reading.asks:
            reading.question = True
    if plan.deeds:
        reading.deeds = asked(low, plan.deeds, reading.confirm)
    return reading


def _take(sentence: str, kind: _Kind, reading: Reading, asking: list[str], plan: Plan) -> None:
    """Note in `reading` what a sentence does, and in `asking` the sentence itself when it asks for something."""
    question, offer, confirm, decline, claim, farewell, asks = kind
    reading.question |= question
    reading.offer |= offer
    if confirm:
        if _asks_to_verify(sentence, plan):
            asking.append(sentence)
        else:
            reading.confirm = True
        return
    reading.decline |= decline
    reading.farewell |= farewell
    if claim:
        reading.claims = (*reading.claims, sentence)
    if asks:
        asking.append(sentence)


def _asks_to_verify(sentence: str, plan: Plan) -> bool:
    """True for "confirm your e-mail address", which wants a value; false where the value is given: then a yes will do."""
    match = _VERIFY.search(sentence)
    if match is None:
        return False
    named = [fact for fact in plan.facts.values() if _key_pattern(fact.keys).search(match.group(1))]
    return bool(named) and not any(contains(sentence, fact.value) or contains(sentence, fact.spoken) for fact in named)


def _askable(plan: Plan) -> list[tuple[str, Fact]]:
    """Facts by slot; of a fact and its later version (``slot#1``) both are found under the same words."""
    return list(plan.facts.items())
