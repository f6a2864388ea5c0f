"""The words of a language, as data: a `Voice` speaks whichever it is given.

English is complete. A speaker of another language puts its own sentences around the wish, which it gives in the words of the
service (English, in quotation marks), as people do; names of facts that its language has no word for here stay English too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trajgym.gym_envs.user import asides, openings, replies, tone
from trajgym.gym_envs.user.tone import Manners

Forms = tuple[str, ...]
Acts = Mapping[str, Forms]


@dataclass(frozen=True)
class Tongue:
    """`cores`, `terse`, `one_word`: act -> sentences, by the length of a message. `leads`: before a wish, by its place;
    `short_leads`: the same for those who say little. `quote` is put around a wish; `sign` is a pattern that finds the language in a text."""

    cores: Acts
    terse: Acts
    one_word: Acts
    greet: Forms
    vague: Forms
    off_topic: Forms
    leads: Acts
    closers: Forms
    context: Forms
    introductions: Forms
    """What somebody says of itself; ``{name}``, ``{age}``, ``{place}`` and ``{occupation}`` are those of its persona."""
    inform: Forms
    inform_text: Forms
    bare: Forms
    answers: Forms
    ask_tell: Acts
    ask_tell_leads: Forms
    patience: Acts
    one_word_patience: Acts
    asides: Forms
    wall_leads: Forms
    manners: Manners
    subject: str
    """Subject of an e-mail that does not say what it is about."""
    subjects: Forms
    """Subjects with a ``{topic}``."""
    salutations: Forms
    """Some with a ``{name}`` or a ``{place}``."""
    farewells: Forms
    approvals: Forms
    """A yes to all that the same message asks for, from somebody who will not answer."""
    foreign: bool = False
    short_leads: Forms = ()
    quote: str = "{wish}"
    labels: Mapping[str, str] = field(default_factory=dict)
    """English name of a fact -> its name in this language."""
    sign: str = ""
    tight: bool = False
    """No space follows a stop."""


ENGLISH = Tongue(
    cores=replies.CORES,
    terse=replies.TERSE,
    one_word=replies.ONE_WORD,
    greet=openings.GREET,
    vague=openings.VAGUE,
    off_topic=openings.OFF_TOPIC,
    leads={
        "opening": openings.LEADS,
        "anyway": openings.ANYWAY,
        "plain": openings.PLAIN,
        "also": openings.ALSO,
    },
    closers=openings.CLOSERS,
    context=openings.CONTEXT,
    introductions=openings.INTRODUCTIONS,
    inform=replies.INFORM,
    inform_text=replies.INFORM_TEXT,
    bare=replies.BARE,
    answers=replies.ANSWERS,
    ask_tell=replies.ASK_TELL,
    ask_tell_leads=replies.ASK_TELL_LEADS,
    patience=openings.PATIENCE,
    one_word_patience=replies.ONE_WORD_PATIENCE,
    asides=asides.ASIDES,
    wall_leads=asides.WALL_LEADS,
    manners=tone.ENGLISH,
    subject="A question",
    subjects=("{topic}", "Question: {topic}", "Request: {topic}", "Help needed: {topic}", "About {topic}", "{topic}, please help"),
    salutations=("Dear Sir or Madam,", "Dear team,", "Dear support team,", "Good day,", "Dear all,", "Hello team,",
                 "Hello from {place},", "Dear team, {name} here,", "Hello, this is {name} from {place},"),
    farewells=("Kind regards", "Best regards", "Yours sincerely", "With best wishes", "Many thanks and regards", "Yours faithfully"),
    approvals=openings.APPROVALS,
)  # fmt: skip


def asking(anything: Forms, why: Forms) -> Acts:
    """How a fact is asked for in a language that asks for all kinds alike, except for a reason."""
    return {**dict.fromkeys(replies.ASK_TELL, anything), "clause": why}


def leading(wish: Forms, anyway: Forms, also: Forms, event: Forms) -> Acts:
    """What stands before a wish by its place; `event`: before what is said of a change of mind."""
    return {"opening": wish, "plain": wish, "anyway": anyway, "also": also, "": event}
