"""Chat without a tool: questions that the system prompt or plain thinking answers, often in a given tone and form.

The form is one that a rule can check (`trajgym.gym_envs.style.Form`): a single word, lower case, a list, at most so many words, without
some word, given words at the beginning or at the end. Whatever a world lets a user ask without a tool, `in_form` lets it ask so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from trajgym.gym_envs.oracle import shown
from trajgym.gym_envs.plan import Ending, Goal, Plan, Tell
from trajgym.gym_envs.style import Form
from trajgym.seeding import Rng

Reply = tuple[str, Any, tuple[str, ...]]
"""A question, its answer, and ways to say the answer with ``{value}``."""

_GAMES = 0.25
"""Share of word games among small talk; another quarter are sums."""
_IN_FORM = 0.5
"""Share of the other answers that shall have a form."""
_WISHES = ("{w}", "please {w}", "do me a favour: {w}", "just for fun: {w}", "for a change, {w}", "here's a wish: {w}")
_QUESTIONS = ("{w}", "just a question: {w}", "I was wondering: {w}", "quickly: {w}", "tell me {w}", "do you know {w}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def small_talk(replies: list[Reply], words: tuple[str, ...], rng: Rng) -> Plan:
    """One of `replies`, a sum, or a game with `words`, which are in lower case."""
    if rng.chance(_GAMES):
        wish, form = _game(words, rng)
        tells, forms = [Tell("words", form.holds, "text", ("{value}",))], _WISHES
        says = tuple(each.replace("{w}", wish) for each in forms)
        return Plan(
            [Goal("g0", says, (), "some words")], {}, [], tells, endings={0: Ending("answered", ("",))}, form=form
        )
    question, value, answers = _sum(rng) if rng.chance(0.25) else rng.choice(replies)
    says = tuple(each.replace("{w}", question) for each in _QUESTIONS)
    tells = [Tell("answer", value, _kind(value), answers)]
    return Plan([Goal("g0", says, (), "a small thing")], {}, [], tells, endings={0: Ending("answered", ("",))})


def _sum(rng: Rng) -> Reply:
    a, b = rng.between(13, 99), rng.between(13, 99)
    return f"what is {a} times {b}", a * b, ("That makes {value}", "It is {value}", "{value}")


def _kind(value: Any) -> str:
    if isinstance(value, (int, float)):
        return "number"
    return "date" if _DATE.fullmatch(str(value)) else "text"


def _game(words: tuple[str, ...], rng: Rng) -> tuple[str, Form]:
    drawn = rng.sample(words, rng.between(3, 5))
    style = rng.below(3)
    if style == 0:
        wish = f"put these words into alphabetical order, in lower case with single spaces: {', '.join(drawn)}"
        line = " ".join(sorted(drawn))
        return wish, Form("in lower case with single spaces", (line, f"here they are: {line}"), lower=True, holds=line)
    if style == 1:
        times = rng.between(3, 9)
        line = " ".join([drawn[0]] * times)
        wish = f"say the word {drawn[0]} {times} times and nothing else, with single spaces and in one line"
        return wish, Form("nothing but the word, with single spaces", (line,), words=times, holds=line)
    wish = f"make a list of these words, each on a line of its own with a dash before it: {', '.join(drawn)}"
    lines = "\n".join(f"- {word}" for word in drawn)
    return wish, Form("one word to a line, with a dash before it", (lines,), bullets=len(drawn), holds=lines)


# -- any answer in a form ------------------------------------------------------------------------------------------------

_JOINTS = ("{says} ({wish})", "{says}; {wish}, please", "{says}, but {wish}", "{says}, and {wish}")
_VOICES = {
    "a pirate": "Ahoy", "a butler": "Very well", "a sports reporter": "Goal", "a very old wizard": "Hark", "a cheerful robot": "Beep",
    "a grumpy innkeeper": "Humph", "a town crier": "Hear ye", "a cowboy": "Howdy",
}  # fmt: skip
_ENDS = ("over and out", "yours truly", "as sure as gold", "cheerio", "that's my word", "till next time", "so it goes")
_GOODBYES = ("- Glad to tell", "- So much for that", "- That was all", "- As simple as that")
_AVOIDED = ("is", "the", "it", "that", "so", "you", "of", "in")


def in_form(plan: Plan, rng: Rng) -> None:
    """Let the user of a plan that only answers ask, as likely as not, for a form of the answer."""
    if plan.form is not None or plan.steps or len(plan.tells) != 1 or plan.ending(0).kind != "answered":
        return
    if not rng.chance(_IN_FORM):
        return
    tell = plan.tells[0]
    value = shown(tell.value)
    answers = tuple(text.replace("{value}", value) for text in tell.says)
    plan.form = form = rng.choice(_FORMS)(value, answers, rng)
    for goal in plan.goals:
        goal.says = tuple(
            rng.choice(_JOINTS).replace("{wish}", form.wish).replace("{says}", says) for says in goal.says
        )


def _short(value: str, answers: tuple[str, ...], rng: Rng) -> Form:
    count = len(value.split())
    if count == 1 and rng.chance(0.6):
        return Form("answer with a single word or number and nothing else", (value,), words=1)
    most = count + rng.between(1, 5)
    fitting = tuple(text for text in answers if len(text.split()) <= most)
    return Form(f"answer in at most {most} words", (*fitting, value), words=most)


def _lower(value: str, answers: tuple[str, ...], rng: Rng) -> Form:
    says = tuple(text.lower() for text in answers)
    return Form("write all of it in lower case, without any capital letter", (*says, f"sure. {says[0]}"), lower=True)


def _list(value: str, answers: tuple[str, ...], rng: Rng) -> Form:
    if any("\n" in text for text in answers):
        return _last(value, answers, rng)
    wish = "answer in a list of two points with dashes, the answer first and a kind word second"
    says = tuple(f"- {text[:1].upper()}{text[1:]}\n{rng.choice(_GOODBYES)}" for text in answers)
    return Form(wish, says, bullets=2)


def _without(value: str, answers: tuple[str, ...], rng: Rng) -> Form:
    for word in rng.sample(_AVOIDED, len(_AVOIDED)):
        form = Form(f'answer without the word "{word}"', (), without=word)
        says = tuple(text for text in answers if not form.breach(text))
        if not form.breach(value):
            more = (f"My answer: {value}.", f"Here you are: {value}.") if word != "you" else (f"My answer: {value}.",)
            return Form(form.wish, (*(f"{text}." for text in says), *more), without=word)
    return _lower(value, answers, rng)


def _voice(value: str, answers: tuple[str, ...], rng: Rng) -> Form:
    who = rng.choice(tuple(_VOICES))
    cry = _VOICES[who]
    says = tuple(f"{cry}! {text[:1].upper()}{text[1:]}!" for text in answers)
    return Form(f'talk like {who} and begin with "{cry}"', says, begins=cry)


def _last(value: str, answers: tuple[str, ...], rng: Rng) -> Form:
    end = rng.choice(_ENDS)
    says = tuple(f"{text[:1].upper()}{text[1:]}, {end}." for text in answers)
    return Form(f'let your last words be "{end}"', says, ends=end)


_FORMS: tuple[Callable[[str, tuple[str, ...], Rng], Form], ...] = (
    _short,
    _short,
    _lower,
    _list,
    _without,
    _voice,
    _last,
)
