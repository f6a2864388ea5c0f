"""Chat without a tool: questions that the system prompt or plain thinking answers, often in a given tone or form.

The form is one that a rule can check: given words in a given order, a cry to begin with, a sentence to end with.
"""

from __future__ import annotations

from typing import Any

from trajgym.gym_envs.plan import Ending, Goal, Plan, Tell
from trajgym.seeding import Rng

Reply = tuple[str, Any, tuple[str, ...]]
"""A question, its answer, and ways to say the answer with ``{value}``."""

_VOICES = ("a pirate", "a butler", "a sports reporter", "a very old wizard", "a cheerful robot", "a grumpy innkeeper")
_STYLED_SHARE = 0.5
_WISHES = ("{w}", "please {w}", "do me a favour: {w}", "just for fun: {w}", "for a change, {w}", "here's a wish: {w}")
_QUESTIONS = ("{w}", "just a question: {w}", "I was wondering: {w}", "quickly: {w}", "tell me {w}", "do you know {w}")


def small_talk(replies: list[Reply], words: tuple[str, ...], rng: Rng) -> Plan:
    """One of `replies`, or an answer in a form; `words` are lower-case words to make forms of."""
    question = _sum(rng) if rng.chance(0.25) else rng.choice(replies)
    if rng.chance(_STYLED_SHARE):
        wish, tells = _styled(question, words, rng)
        forms = _WISHES
    else:
        wish, tells, forms = question[0], [_answer(question)], _QUESTIONS
    says = tuple(form.replace("{w}", wish) for form in forms)
    return Plan([Goal("g0", says, (), "a small thing")], {}, [], tells, endings={0: Ending("answered", ("",))})


def _sum(rng: Rng) -> Reply:
    a, b = rng.between(13, 99), rng.between(13, 99)
    return f"what is {a} times {b}", a * b, ("That makes {value}", "It is {value}", "{value}")


def _answer(reply: Reply) -> Tell:
    value = reply[1]
    return Tell("answer", value, "number" if isinstance(value, (int, float)) else "text", reply[2])


def _styled(reply: Reply, words: tuple[str, ...], rng: Rng) -> tuple[str, list[Tell]]:
    style = rng.below(4)
    drawn = rng.sample(words, rng.between(3, 5))
    if style == 0:
        wish = f"put these words into alphabetical order, in lower case with single spaces: {', '.join(drawn)}"
        return wish, [Tell("words", " ".join(sorted(drawn)), "text", ("{value}", "Here they are: {value}"))]
    if style == 1:
        times = rng.between(3, 9)
        wish = f"say the word {drawn[0]} {times} times, with single spaces and in one line"
        return wish, [Tell("words", " ".join([drawn[0]] * times), "text", ("{value}", "As you like: {value}"))]
    if style == 2:
        wish = f"talk like {rng.choice(_VOICES)}, begin with the cry {drawn[0]}, and tell me {reply[0]}"
        cries = ("{value}! So be it", "{value}! Hear me", "{value}! Listen well")
        return wish, [Tell("cry", drawn[0], "text", cries), _answer(reply)]
    end = " ".join(drawn[:2])
    return f"answer in two short sentences, the last one being: {end}. So, {reply[0]}", [
        _answer(reply), Tell("end", end, "text", ("{value}",)),
    ]  # fmt: skip
