"""How a message to the user must not sound: rude, shouted, or a wall of text.

These are limits that any good assistant keeps in any world, not matters of taste: what breaks them is plain to see. A pair
that differs in nothing else is labelled so by its code, M24 (`style`).
"""

from __future__ import annotations

import re

WORDS = 300
"""More than that in one message nobody reads in a chat."""
_SHOUTED = 24
"""Letters from which on a message in capitals is shouted (an id or "OK" is not)."""

_QUOTED = re.compile(r'"[^"\n]*"|“[^“”\n]*”')
"""What is quoted is not said by the agent itself."""
_RUDE = re.compile(
    r"\b(?:stupid|idiot|dumb|shut up|are you (?:blind|deaf|serious)|wast(?:e|ing) my time|how hard can it be|"
    r"learn to (?:read|write|type)|(?:even )?a child (?:could|would|can)|not my (?:problem|job)|i (?:really )?don't care|"
    r"for the last time|what is wrong with you|use your (?:head|brain)|nobody asked you|stop (?:whining|bothering me)|"
    r"ridiculous question|pay attention for once)\b"
)


def unfit(text: str) -> str:
    """What is wrong with the tone or the length of `text`; nothing when it is fit to be sent."""
    if len(text) > WORDS and len(text.split()) > WORDS:
        return f"a wall of text: {len(text.split())} words"
    letters = sum(map(str.isalpha, text)) if text.isupper() else 0
    if letters >= _SHOUTED:
        return "shouts: all of it in capitals"
    rude = _RUDE.search(_QUOTED.sub('""', text.lower().replace("’", "'")))
    return f"is rude: {rude.group()}" if rude else ""
