"""How users begin: greetings, topics, requests, and what stands around them.

Forms hold no value of any kind (no number, date, name or address), so that nothing a user says is invented. ``{topic}`` is a
goal's topic. A form is a sentence with its stop, unless its name says that something follows it.
"""

from __future__ import annotations


def cross(*parts: tuple[str, ...]) -> tuple[str, ...]:
    """Every combination of `parts`, joined as they are."""
    found: tuple[str, ...] = ("",)
    for part in parts:
        found = tuple(a + b for a in found for b in part)
    return found


_HELLO = ("Hi", "Hello", "Hey", "Hi there", "Hello there", "Hey there", "Good morning", "Good afternoon", "Good day")

LEADS: tuple[str, ...] = (
    *cross(
        (*_HELLO, "Good evening", "Morning", "Afternoon", "Evening"),
        (
            ", ",
            "! ",
            ". ",
            " :) ",
            ", hope you're doing well. ",
            ", I hope you can help me. ",
            ", got a moment? ",
            ", quick request: ",
            ", I need a hand with something. ",
            ", thanks for being there. ",
            ", here's my request: ",
            ", something for you: ",
        ),
    ),
    *cross(("Quick one", "One request", "Here's what I need", "A small request", "My request", "Listen"), (": ",)),
    "So, ",
    "OK, ",
    "Right, ",
    "Excuse me, ",
    "Sorry to bother you, ",
)
"""Before a request; the request follows in the same message."""

CLOSERS: tuple[str, ...] = (
    *cross(
        ("Thanks", "Thank you", "Thanks a lot", "Many thanks", "Thank you very much", "Thanks so much", "Cheers"),
        (".", "!", " in advance."),
    ),
    *cross(
        ("Would be great", "It'd be great", "I'd be glad", "I'd appreciate it"),
        (" if that works.", " if you could do that.", " if you can sort that out.", " if that's possible."),
    ),
    *cross(
        ("Let me know", "Tell me", "Just say so", "Please tell me"),
        (" if anything is missing.", " if you need more from me.", " if there's a problem.", " how it goes."),
    ),
    "I appreciate your help.",
    "Appreciate it!",
    "Much appreciated.",
    "That's all for now.",
    "That would help me a lot.",
    "Hope that's clear.",
    "Hope that's possible.",
    "I'll stay here until it's sorted.",
)
"""After a request."""

GREET: tuple[str, ...] = (
    *cross(_HELLO, (".", "!", "", " :)")),
    *cross(
        ("Hi", "Hello", "Hey"), (", anyone there?", ", is somebody there?", ", are you there?", ", can you help me?")
    ),
    "Good evening.",
    "Morning!",
    "Hello hello!",
    "Hiya!",
    "Hello?",
    "Hi?",
    "Hey?",
    "Howdy!",
)

VAGUE: tuple[str, ...] = (
    *cross(
        ("I have a problem with", "I've got an issue with", "I need some help with", "There's something wrong with",
         "I have a question about", "Something's up with", "I'm having trouble with", "Can you help me with",
         "I'd like some help with", "I need to sort something out with", "I'm a bit stuck with", "I need a hand with",
         "It's about", "I'm writing about", "I'm getting in touch about", "I wanted to talk to someone about"),
        (" {topic}",),
    ),
    "{topic} again, can you help",
    "Something about {topic} has to be sorted out",
    "I'm not happy about {topic}, can you help",
    "{topic}: I need somebody to look into it",
    "Could somebody have a look at something for me, it's {topic}",
)  # fmt: skip
"""Sentences without their stop."""

OFF_TOPIC: tuple[str, ...] = (
    "Do you sell gift vouchers?",
    "Are you hiring at the moment?",
    "Do you know a good place for pizza around here?",
    "Is there a shop of yours in the old town?",
    "Can I pay with gift cards at your place?",
    "Do you have a newsletter I could sign up for?",
    "Is your app supposed to have a dark mode?",
    "Can you recommend a good book?",
    "Do you happen to know whether the museum is open on holidays?",
    "Who do I talk to about a sponsorship?",
    "Do you think cats dream?",
    "Can you tell me how to boil an egg properly?",
    "What's the difference between jam and marmalade?",
    "Do you also have a podcast?",
    "Is there parking near your head office?",
    "Can I bring my dog to your office?",
    "Do you know how to get red wine out of a carpet?",
    "Are you a real person, by the way?",
    "Do you offer student discounts?",
    "Is there a printed catalogue I could have?",
    "What's a good name for a parrot?",
    "Who invented the paper clip?",
    "Could you tell me who your founder is?",
    "Do you do school visits?",
)
"""Asked first by a user who wants something else."""

ANYWAY: tuple[str, ...] = (
    *cross(
        ("Anyway", "Never mind that", "Whatever", "Not so important, actually", "Forget that question"),
        (", what I really need: ", ", the real reason I'm here: ", ", here's what this is about: ",
         ", what I came for: ", ", what I actually want: "),
    ),
    "But that's not why I'm writing. ",
    "That was not the point, though. ",
)  # fmt: skip
"""The real request follows."""

PLAIN: tuple[str, ...] = (
    "Sure, ", "Yes, ", "Well, ", "OK, ", "Right, ", "So, ", "It's this: ", "Here it is: ", "Yes: ", "Of course. ",
    "Great. ", "Good. ", "Thanks. ", "Glad you ask. ", "Thanks for asking. ", "To be exact: ", "In short: ",
    "Here's the thing: ", "All right, ", "Perfect. ", "What I need: ", "Let me explain. ", "",
)  # fmt: skip
"""Before a request that was asked for."""

ALSO: tuple[str, ...] = (
    "Also, ", "And ", "On top of that, ", "Besides, ", "Then there's something else: ", "And another thing: ",
    "While you're at it, ", "And while we're at it: ", "Plus, ", "In addition, ", "Also: ", "And then, ",
    "Apart from that, ", "Next, ", "And finally, ", "There's more: ", "And also, ", "After that, ",
    "At the same time, ", "Oh, and ", "And please: ", "There's also this: ",
)  # fmt: skip
"""Before a further goal in the same message or later."""

PATIENCE: dict[str, tuple[str, ...]] = {
    "medium": (
        *cross(("Please be quick", "Please make it quick", "Please don't take too long", "Quickly if you can",
                "A quick answer would be good", "As quickly as you can, please"), (".", "!")),
        *cross(("I don't want to spend all day on this", "I haven't got all day", "I'd rather not wait long"),
               (".", ", please.", ", so please be quick.")),
    ),
    "low_hangup": (
        *cross(("I only have a minute", "I've only got a moment", "I have very little time", "I'm in a real hurry"),
               (".", "!", ", so get to the point.", ", so no long back and forth.", ", then I'm gone.")),
        "I'm about to run out of the door.",
    ),
}  # fmt: skip
"""How little patience sounds in the first request."""

CONTEXT: tuple[str, ...] = (
    "I'm writing this from my phone.",
    "I tried to do it myself but couldn't find where.",
    "A friend told me to ask you.",
    "I couldn't find anything about it in the help pages.",
    "I've never done this before.",
    "I was about to forget about it.",
    "It came up this morning.",
    "I've been meaning to do that for a while.",
    "I hope I'm in the right place.",
    "The website was no help.",
    "I'd rather have it off my list.",
    "It's nothing dramatic.",
    "I thought you could do that for me.",
    "My partner reminded me of it.",
    "I'm at work, so I may answer with a delay.",
    "It should be simple enough.",
)
"""A word on the circumstances, now and then."""

INTRODUCTIONS: tuple[str, ...] = (
    *cross(
        ("I {occupation} in {place}", "I'm {name} and I {occupation}", "I {occupation}", "I'm {age} and I {occupation}"),
        (", by the way.", ", so I don't get round to these things much.", ", for what it's worth.", ", if you wondered."),
    ),
    *cross(("Greetings from {place}", "Best from {place}"), (".", "!", ", by the way.")),
    *cross(("It's {name}", "This is {name}", "My name is {name}", "{name} here"), (", by the way.", ", for what it's worth.")),
    *cross(("I'm {name} from {place}", "This is {name} in {place}"), (".", ", by the way.", ", nice to meet you.")),
    *cross(("I'm {age}", "I've just turned {age}"), (", so be gentle with me.", ", if that matters.", ", and still learning.")),
)  # fmt: skip
"""A word on oneself, once."""

APPROVALS: tuple[str, ...] = (
    *cross(
        ("I approve all of the above", "All of the above is approved", "I agree to everything asked for above",
         "You have my yes to all of this", "Everything above is approved in advance", "I confirm all of it herewith",
         "Please go ahead with all of the above"),
        ("; I will not be able to answer.", ". I cannot answer questions about it.", "; nobody will read a reply.",
         ". There will be no further messages from me."),
    ),
)  # fmt: skip
"""Below a request of somebody who cannot be asked."""
