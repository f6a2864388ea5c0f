"""What users of the bot say: requests with the slots of their facts in braces (the last ones of each without any), and ways
to tell a fact. None has a final stop."""

from __future__ import annotations

QUOTE = ("{value}", "it's {value}", "make it {value}", "I'd say {value}")
PLAY = {
    kind: (
        f"play the {kind} {{query}}", f"put on the {kind} {{query}}", f"I want to {verb} the {kind} {{query}}",
        f"can you play {{query}}, the {kind}", f"let's {verb} the {kind} {{query}}", f"start the {kind} {{query}} for me",
        f"play a {kind} for me", f"I feel like a {kind} now", f"put on a {kind}, will you",
    )
    for kind, verb in (("video", "watch"), ("song", "hear"), ("podcast", "listen to"))
}  # fmt: skip
KINDS = tuple(PLAY)
POST = (
    'post "{text}" in {channel}', 'write "{text}" to the {channel} channel', 'send "{text}" to {channel}',
    'tell {channel} this: "{text}"', 'send the message "{text}" to {channel}', "please post a message in {channel} for me",
    "post a message for me", "I want to post something", "put a message on a channel for me",
)  # fmt: skip
POSTS = (
    "{a} is looking for {t}, anyone", "{t} tonight with {a} in {p}", "don't forget {t} at {a}'s place",
    "{a} found {t} in {p}", "{t} is my tip of the week, says {a}", "who took my {g}? {a} is asking",
    "{a} needs help with the {g} in {p}", "new record for {a}: {g} in {p}",
)  # fmt: skip
"""Messages to post; ``{a}`` is a name, ``{t}`` a title, ``{p}`` a place, ``{g}`` a thing."""
TIMER = (
    "set a timer for {length} for the {label}", "start a {label} timer of {length}", "time {length} for my {label}",
    "I need a timer for {label}, {length}", "count down {length} for the {label}",
    "set a timer for me", "I need a timer", "start a timer please",
)  # fmt: skip
TIMER_IMPLICIT = (
    "my {label} must not get more than {length}, and I always forget", "the {label} needs {length} and I'll lose track",
    "don't let me miss it when {length} of {label} are over", "I always lose track of time with this",
    "I need to be told when time is up", "please don't let me forget the time again",
)  # fmt: skip
DAYS = ("today", "tomorrow")
WEATHER = {
    day: (
        f"what's the weather in {{place}} {day}", f"how is the weather in {{place}} {day}",
        f"tell me the weather {day} in {{place}}", f"weather {day} for {{place}} please",
        f"what's the weather {day}", f"I'd like to know the weather {day}", f"how warm is it {day}",
    )
    for day in DAYS
}  # fmt: skip
WEATHER_IMPLICIT = {
    day: (
        f"do I need an umbrella in {{place}} {day}", f"should I pack a warm coat for {{place}} {day}",
        f"is {{place}} any good for a picnic {day}", f"will I freeze on a walk {day}", f"is it a day for sandals {day}",
        f"do I have to take a coat {day}",
    )
    for day in DAYS
}  # fmt: skip
SEARCH = (
    "how long is {title} in our library", "do we have {title} in the library, and how many minutes is it",
    "look up {title} in the media library, I want its length", "find {title} in the library and tell me its length",
    "look something up in the media library for me", "I want to know how long something in the library is",
    "check the media library for me",
)  # fmt: skip
POLL = (
    'make a poll "{question}" with {options}', 'ask the group "{question}", options {options}',
    'start a poll: "{question}" {options}', 'let people vote on "{question}" between {options}', "create a poll for me",
    "I want to run a poll", "set up a poll please",
)  # fmt: skip
QUESTIONS = (
    "What do we do about {n} {m}?", "Which one for {n}'s evening at the {m}?", "Where should {n} take the {m}?",
    "What goes best with {m} {n}?", "Best idea of {n} for {m}?",
)  # fmt: skip
"""Questions of polls; ``{n}`` is a name, ``{m}`` a noun."""
REMEMBER = (
    "remember that my {key} is {value}", "note that my {key} is {value}", "keep in mind: my {key} is {value}",
    "my {key} is {value}, please remember it", "store my {key}: {value}",
    "remember something for me", "I want you to remember a thing", "please keep something in mind for me",
)  # fmt: skip
RECALL = (
    "what's my {key} again", "do you remember my {key}", "tell me my {key}, I told you once",
    "I forgot my {key}, what was it", "you once noted something for me, what was it",
    "tell me something I asked you to remember", "I need a fact you stored for me",
)  # fmt: skip
