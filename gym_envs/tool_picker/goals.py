"""The kinds of requests a user of the bot makes, each worked out from the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from trajgym.gym_envs.backend import Backend
from trajgym.gym_envs.database import Row
from trajgym.gym_envs.persona import Reply
from trajgym.gym_envs.plan import Alternative, Draft, Fact, Goal, Step, Tell
from trajgym.gym_envs.tool_picker import data, sayings
from trajgym.seeding import Rng


@dataclass(slots=True)
class Wish:
    """One request with its right answer; `alike` are wrong siblings of its values."""

    draft: Draft
    alternative: Alternative | None = None
    alike: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Setting:
    """What the makers look at. `p` is a prefix that keeps the names of several wishes apart; `silent` is JSON mode, in which
    results do not come back and so cannot be reported."""

    state: Backend
    rng: Rng
    p: str
    ambiguity: str
    silent: bool


Maker = Callable[[Setting], Wish]


def _known(state: Backend, name: str, sql: str, *values: Any) -> list[Row]:
    """Rows of the world as it was built, read once."""
    rows: list[Row] | None = state.facts.get(name)
    if rows is None:
        rows = state.facts[name] = state.rows(sql, *values)
    return rows


@lru_cache(maxsize=256)
def _renamed(says: tuple[str, ...], prefix: str) -> tuple[str, ...]:
    """`says` with `prefix` before the names of its slots."""
    return tuple(text.replace("{", "{" + prefix) for text in says)


def _wish(s: Setting, says: tuple[str, ...], topic: str, facts: list[Fact], step: Step, *tells: Tell) -> Wish:
    """`says` name their slots without the prefix."""
    named = {fact.slot: fact for fact in facts}
    goal = Goal(f"{s.p}g0", _renamed(says, s.p) if s.p else says, tuple(named), topic)
    step.goal = goal.name
    step.slots = goal.slots
    for tell in tells:
        tell.goal = goal.name
    return Wish(Draft(goal, named, [step], [] if s.silent else list(tells)))


def play(s: Setting) -> Wish:
    kind = s.rng.choice(sayings.KINDS)
    title = data.title(s.rng)
    query = f"{title} by {data.artist(s.rng)}" if s.rng.chance(0.6) else title
    fact = Fact(f"{s.p}query", query, "text", f"title of the {kind}", ("title", kind, "which one", "name", "play"),
                say=sayings.QUOTE)  # fmt: skip
    args = {"query": query, "kind": kind}
    step = Step(
        f"{s.p}play", "play_media", args, phrase=f"play the {kind} {query}", done=f"the {kind} {query} is playing"
    )
    wish = _wish(s, sayings.PLAY[kind], f"a {kind}", [fact], step)
    wish.alike[query] = [title if query != title else f"{title} {s.rng.choice(('Live', 'Remix', 'Part 2'))}"]
    return wish


def _post_text(rng: Rng) -> str:
    text = rng.choice(sayings.POSTS).replace("{a}", rng.choice(data.NAMES))
    if "{t}" in text:
        text = text.replace("{t}", data.title(rng))
    if "{p}" in text:
        text = text.replace("{p}", rng.choice(data.PLACES))
    return text.replace("{g}", rng.choice(data.THINGS)) if "{g}" in text else text


def post(s: Setting) -> Wish:
    channel = s.rng.choice(data.CHANNELS)
    text = _post_text(s.rng)
    facts = [
        Fact(f"{s.p}channel", channel, "name", "channel", ("channel", "where"),
             say=("in {value}", "the channel is {value}", "post it in {value}")),
        Fact(f"{s.p}text", text, "text", "text of the message", ("text", "message", "say", "write", "words"),
             say=('the message is "{value}"', 'it should say "{value}"', 'write "{value}"')),
    ]  # fmt: skip
    args = {"channel": channel, "text": text}
    step = Step(f"{s.p}post", "post_message", args, phrase=f"post the message in {channel}",
                done=f"your message is posted in {channel}")  # fmt: skip
    wish = _wish(s, sayings.POST, "a message", facts, step)
    wish.alike[channel] = [x for x in data.CHANNELS[:5] if x != channel][:4]
    return wish


_SPOKEN = (
    (90, "a minute and a half"), (150, "two and a half minutes"), (900, "a quarter of an hour"), (1800, "half an hour"),
    (2700, "three quarters of an hour"), (5400, "an hour and a half"), (7200, "two hours"), (9000, "two and a half hours"),
    (600, "ten minutes"), (1200, "twenty minutes"), (180, "three minutes"), (240, "four minutes"), (3600, "an hour"),
)  # fmt: skip


def _length(s: Setting) -> tuple[int, str]:
    if s.ambiguity == "unit_or_format":
        return s.rng.choice(_SPOKEN)
    seconds = s.rng.between(5, 240) * 5
    return seconds, f"{seconds} seconds"


def timer(s: Setting) -> Wish:
    label = s.rng.choice(data.THINGS)
    seconds, spoken = _length(s)
    d, n = f"{s.p}length", f"{s.p}label"
    says = sayings.TIMER_IMPLICIT if s.ambiguity == "implicit_goal" else sayings.TIMER
    facts = [
        Fact(d, seconds, "number", "length of the timer", ("length", "long", "time", "minutes", "seconds"), spoken,
             say=("{value}", "it should run {value}", "make it {value}")),
        Fact(n, label, "text", "label of the timer", ("label", "for what", "name", "called"),
             say=("it's for the {value}", "call it {value}", "the label is {value}")),
    ]  # fmt: skip
    args = {"seconds": seconds, "label": label}
    step = Step(f"{s.p}timer", "set_timer", args, phrase=f"set a {label} timer for {spoken}",
                done=f"the {label} timer is set to {spoken}")  # fmt: skip
    wish = _wish(s, says, "a timer", facts, step)
    wish.alike[str(seconds)] = [seconds * 60 if seconds < 1400 else seconds // 60]
    other, other_spoken = _length(s)
    while other == seconds:
        other, other_spoken = s.rng.choice(_SPOKEN)
    fact = Fact(d, other, "number", "length of the timer", ("length", "long"), other_spoken)
    again = Step(f"{s.p}timer#1", "set_timer", {"seconds": other, "label": label}, slots=step.slots, goal=step.goal,
                 phrase=f"set the {label} timer to {other_spoken}", done=f"the {label} timer now runs {other_spoken}")  # fmt: skip
    wish.alternative = Alternative(d, fact, after_write={step.name: again})
    return wish


def weather(s: Setting, missing: bool = False) -> Wish:
    day = s.rng.choice(sayings.DAYS)
    if missing:
        stations = {row["place"] for row in _known(s.state, "stations", "SELECT DISTINCT place FROM weather")}
        place = s.rng.choice([place for place in data.PLACES if place not in stations])
    else:
        row = s.rng.choice(_known(s.state, day, "SELECT * FROM weather WHERE day = ? ORDER BY id LIMIT 40", day))
        place = row["place"]
    fact = Fact(f"{s.p}place", place, "place", "city", ("city", "place", "where", "town", "location"),
                say=("in {value}", "for {value}", "the city is {value}", "I mean {value}"))  # fmt: skip
    name = f"{s.p}weather"
    step = Step(
        name,
        "get_weather",
        {"place": place, "day": day},
        phrase=f"look up the weather in {place}",
        fails="not_found" if missing else "",
    )
    if missing:
        nothing = ("There is no station in {value}", "I find no weather for {value}")
        return _nothing_found(s, sayings.WEATHER[day], "the weather", fact, step, nothing)
    condition = row["condition"]
    degrees = Tell(f"{s.p}degrees", row["celsius"], "number",
                   (f"{place} {day}: {{value}} degrees Celsius, {condition}",
                    f"It will be {{value}} degrees in {place} {day}, {condition}",
                    f"For {place} {day} the station says {{value}} degrees and {condition}"), (name,))  # fmt: skip
    sky = Tell(f"{s.p}sky", condition, "text", ("Sky: {value}", "Conditions: {value}", "Outlook: {value}"), (name,))
    says = sayings.WEATHER_IMPLICIT if s.ambiguity == "implicit_goal" else sayings.WEATHER
    wish = _wish(s, says[day], "the weather", [fact], step, degrees, sky)
    wish.alike[place] = [p for p in data.PLACES[:4] if p != place][:3]
    return wish


def search(s: Setting) -> Wish:
    row = s.rng.choice(_known(s.state, "media", "SELECT * FROM media ORDER BY id LIMIT 100"))
    fact = Fact(f"{s.p}title", row["title"], "text", "title", ("title", "item", "which", "name"),
                say=("{value}", "the title is {value}"))  # fmt: skip
    step = Step(f"{s.p}search", "search_media", {"query": row["title"]}, phrase=f"look up {row['title']}")
    length = Tell(f"{s.p}minutes", row["minutes"], "number",
                  (f"{row['title']} runs {{value}} minutes", f"It's in the library: {row['title']}, {{value}} minutes",
                   f"{row['title']} by {row['creator']} takes {{value}} minutes"), (step.name,))  # fmt: skip
    wish = _wish(s, sayings.SEARCH, "something in the library", [fact], step, length)
    wish.alike[row["title"]] = [f"{row['title']} 2"]
    return wish


def poll(s: Setting) -> Wish:
    options = s.rng.sample(data.THINGS if s.rng.chance(0.5) else data.PLACES, s.rng.between(2, 4))
    question = s.rng.choice(sayings.QUESTIONS).replace("{n}", s.rng.choice(data.NAMES))
    question = question.replace("{m}", s.rng.choice(data.NOUNS))
    spoken = ", ".join(options[:-1]) + " or " + options[-1]
    facts = [
        Fact(f"{s.p}question", question, "text", "question", ("question", "ask", "about"),
             say=('the question is "{value}"', 'ask "{value}"')),
        Fact(f"{s.p}options", options, "text", "options", ("options", "choices", "answers"), spoken,
             say=("the options are {value}", "between {value}", "people can pick {value}")),
    ]  # fmt: skip
    args = {"question": question, "options": options}
    step = Step(
        f"{s.p}poll",
        "poll_create",
        args,
        phrase=f'create the poll "{question}"',
        done=f'the poll "{question}" is created',
    )
    return _wish(s, sayings.POLL, "a poll", facts, step)


def _memory_value(key: str, rng: Rng) -> str:
    if key.split()[-1] in ("number", "size", "spot"):
        return str(rng.between(10, 9999))
    return (
        f"{rng.choice(data.ADJECTIVES)} {rng.choice(data.NOUNS)}".lower() if rng.chance(0.6) else rng.choice(data.NAMES)
    )


def remember(s: Setting) -> Wish:
    key = s.rng.choice(data.MEMORY_KEYS)
    value = _memory_value(key, s.rng)
    k, v = f"{s.p}key", f"{s.p}value"
    facts = [
        Fact(k, key, "text", "name of the thing", ("thing", "about", "what should i remember", "key", "name of", "called"),
             say=("it's my {value}", "it is about my {value}")),
        Fact(v, value, "text", "value to remember", ("value", "what is it"), say=("it is {value}", "{value}", "the value is {value}")),
    ]  # fmt: skip
    args = {"key": key, "value": value}
    step = Step(f"{s.p}remember", "remember", args, phrase=f"remember your {key}", done=f"your {key} is stored")
    wish = _wish(s, sayings.REMEMBER, "a thing to remember", facts, step)
    other = _memory_value(key, s.rng)
    while other == value:
        other = _memory_value(key, s.rng)
    wish.alike[value] = [other]
    fact = Fact(v, other, "text", "value to remember", ("value",))
    again = Step(f"{s.p}remember#1", "remember", {"key": key, "value": other}, slots=step.slots, goal=step.goal,
                 phrase=f"change your {key} to {other}", done=f"your {key} is now stored as {other}")  # fmt: skip
    wish.alternative = Alternative(v, fact, after_write={step.name: again})
    return wish


def _nothing_found(
    s: Setting, says: tuple[str, ...], topic: str, fact: Fact, step: Step, nothing: tuple[str, ...]
) -> Wish:
    """A look-up of what is not there: that it is not has to be told, with the words `nothing`."""
    wish = _wish(s, says, topic, [fact], step)
    wish.draft.tells.append(Tell(f"{s.p}missing", fact.value, "text", nothing, (step.name,), goal=wish.draft.goal.name))
    return wish


def _stored(state: Backend) -> tuple[dict[str, str], list[str], list[str]]:
    """What is stored in the world as it was built, by key, and which keys are and are not."""
    known: tuple[dict[str, str], list[str], list[str]] | None = state.facts.get("stored")
    if known is None:
        stored = {row["id"]: row["value"] for row in state.rows("SELECT id, value FROM facts ORDER BY id")}
        free = [key for key in data.MEMORY_KEYS if key not in stored]
        known = state.facts["stored"] = stored, [key for key in data.MEMORY_KEYS if key in stored], free
    return known


def recall(s: Setting, missing: bool = False) -> Wish:
    stored, present, absent = _stored(s.state)
    keys = absent if missing else present
    key = s.rng.choice(keys)
    fact = Fact(f"{s.p}key", key, "text", "name of the thing", ("thing", "about", "which", "what exactly", "name of"),
                say=("it's my {value}", "my {value}", "I mean my {value}"))  # fmt: skip
    step = Step(
        f"{s.p}recall", "recall", {"key": key}, phrase=f"look up your {key}", fails="not_found" if missing else ""
    )
    if missing:
        nothing = ("Nothing is stored about your {value}", "I find no entry for your {value}")
        return _nothing_found(s, sayings.RECALL, "something you stored", fact, step, nothing)
    value = stored[key]
    tell = Tell(f"{s.p}fact", value, "text", (f"Your {key} is {{value}}", f"You told me your {key}: {{value}}",
                                             f"I have {{value}} down as your {key}"), (step.name,))  # fmt: skip
    wish = _wish(s, sayings.RECALL, "something you stored", [fact], step, tell)
    wish.alike[key] = [k for k in keys[:4] if k != key][:3]
    return wish


MAKERS: dict[str, Maker] = {
    "play_media": play,
    "post_message": post,
    "set_timer": timer,
    "get_weather": weather,
    "search_media": search,
    "poll_create": poll,
    "remember": remember,
    "recall": recall,
}
"""Tool -> maker of a request that needs it."""


def replies(rng: Rng) -> list[Reply]:
    """Questions that need no tool."""
    a, b = rng.between(12, 99), rng.between(12, 99)
    word = f"{rng.choice(data.ADJECTIVES)}{rng.choice(data.NOUNS)}".lower()
    back = f"{rng.choice(data.NOUNS)}{rng.choice(data.NOUNS)}".lower()
    names = rng.sample(data.NOUNS, 3)
    return [
        (f"what is {a} plus {b}", a + b, ("That makes {value}", "The sum is {value}", "{value}, I'd say")),
        (f'how many letters are in "{word}"', len(word), (f'"{word}" has {{value}} letters', "I count {value} letters", "It has {value} letters")),
        (f'how do you spell "{back}" backwards', back[::-1], ("Backwards that is {value}", "It reads {value}", "{value}, if I am not mistaken")),
        (f"which comes first in the alphabet: {', '.join(names)}", min(names),
         ("{value} comes first", "That would be {value}", "First in the alphabet is {value}")),
    ]  # fmt: skip
