"""How a message to the user must not sound: rude, shouted, or a wall of text; and the form that a user may ask for.

The first are limits that any good assistant keeps in any world, not matters of taste: what breaks them is plain to see. A pair
that differs in nothing else is labelled so by its code, M24 (`style`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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


_AROUND = " \n\t\"'“”‘’*_.!?…,;:-"
"""What may stand around the first and the last words of an answer."""
_DASH = re.compile(r"\s*[-–—*•] ")
_ITEM = re.compile(r"^\s*(?:[-–—*•]|\d{1,2}[.)]) ")


@dataclass(frozen=True, slots=True)
class Form:
    """The form in which a user wants an answer; a limit at its default is none.

    `wish`: how the user asks for it, as an imperative. `says`: whole answers in this form. `words`: at most so many. `lower`:
    no capitals. `bullets`: so many lines, each with a dash before it. `without`: a word not to use. `begins`, `ends`: the first and
    the last words, whatever the case. `holds`: these very characters. `unmarked`: a character not to use. `unlisted`: no lists.
    """

    wish: str
    says: tuple[str, ...]
    words: int = 0
    lower: bool = False
    bullets: int = 0
    without: str = ""
    begins: str = ""
    ends: str = ""
    holds: str = ""
    unmarked: str = ""
    unlisted: bool = False

    def breach(self, text: str) -> str:
        """How `text` differs from the form; nothing when it does not."""
        if self.words and len(text.split()) > self.words:
            return f"{len(text.split())} words where at most {self.words} were asked for"
        if self.lower and text != text.lower():
            return "capitals where lower case was asked for"
        lines = [line for line in text.split("\n") if line.strip()]
        if self.bullets and (len(lines) != self.bullets or not all(map(_DASH.match, lines))):
            return f"not the list of {self.bullets} points that was asked for"
        if self.without and re.search(rf"\b{re.escape(self.without)}\b", text, re.IGNORECASE):
            return f'uses the word "{self.without}", which was not wanted'
        if self.unmarked and self.unmarked in text:
            return f"uses {self.unmarked!r}, which was not wanted"
        if self.unlisted and sum(map(bool, map(_ITEM.match, lines))) > 1:
            return "a list, which was not wanted"
        if self.begins and not text.lstrip(_AROUND).lower().startswith(self.begins.lower()):
            return f'does not begin with "{self.begins}", as was asked for'
        if self.ends and not text.rstrip(_AROUND).lower().endswith(self.ends.lower()):
            return f'does not end with "{self.ends}", as was asked for'
        return f'does not have "{self.holds}" as it was asked for' if self.holds not in text else ""

    @property
    def literals(self) -> tuple[str, ...]:
        """The words that the answer must, or must not, have."""
        return self.without, self.begins, self.ends, self.holds

    def apply(self, text: str) -> str:
        """`text` brought into the form, as far as that goes without other words: it may get some at its beginning or its
        end, and lose capitals, marks and the dashes of a list."""
        if self.unlisted and self.breach(text):
            text = "\n".join(_ITEM.sub("", line, count=1) for line in text.split("\n"))
        if self.unmarked:
            text = text.replace(self.unmarked, ".")
        if self.holds and self.holds not in text:
            stop = text[-1:] if text.endswith((".", "!", "?")) else "."
            text = f"{text.removesuffix(stop)}, {self.holds}{stop}"
        if self.begins and not text.lower().startswith(self.begins):
            text = f"{self.begins[:1].upper()}{self.begins[1:]}! {text}"
        if self.ends and not text.rstrip(_AROUND).lower().endswith(self.ends):
            text = f"{text} {self.ends[:1].upper()}{self.ends[1:]}."
        return text.lower() if self.lower else text

    def drop(self, text: str) -> str:
        """`text`, which is in the form, as somebody says it who has forgotten about the form."""
        text = text.replace(f", {self.holds}", "") if self.holds else text
        if self.begins:
            text = text.partition("! ")[2] or text
        if self.ends:
            text = text[: text.lower().rfind(self.ends)].rstrip()
        if self.lower:
            text = f"well, {text}"
        if self.unlisted:
            text = f"- {text}\n- That's it."
        return f"{text[:1].upper()}{text[1:]}" + (self.unmarked and f" All right{self.unmarked}")
