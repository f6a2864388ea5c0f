"""Words of users who are not all business: they wander off, hold facts back, insult, or speak for others.

As in `replies`, no form holds a value, and each act has forms for a user of normal length, a terse one and one of a single
word. ``return`` and ``relay`` go before a sentence; all others are sentences.
"""

from __future__ import annotations

from trajgym.gym_envs.user.openings import cross

CORES: dict[str, tuple[str, ...]] = {
    "aside": cross(
        ("How's the weather where you are", "Is it raining at your end as well", "Do you ever get a break",
         "Have you seen the moon lately", "Did you see the match last night", "Do you like music, by the way",
         "Is your office near the river", "Can you hear birds at your place"),
        ("?", ", just out of interest?", ", if I may ask?")),
    "return": cross(("Anyway", "Well, anyway", "Back to business", "Never mind", "Enough of that", "But back to this"),
                    (":", ", to go on:", ", here we go:", ", as for us:")),
    "back": cross(
        ("Anyway", "Well, anyway", "Never mind", "Enough of that", "Back to business"),
        (", that was all I wanted.", ", that was everything from me.", ", I had nothing else to ask.",
         ", what I came for is settled.")),
    "chat": cross(
        ("My cat has just climbed onto the keyboard", "We're having such lovely weather here", "I baked a cake this morning",
         "My neighbour has bought himself a drum kit", "I started learning to play the banjo", "They're repainting the whole street here",
         "There was a hedgehog in our garden", "I've been watching that cooking show again"),
        (", you wouldn't believe it.", ", it's quite something.", ", made my day.")),
    "ask_why": cross(
        ("Why do you need that", "What do you need that for", "Why do you want to know that", "Is that really necessary",
         "What has that got to do with it", "What will you do with that"),
        ("?", ", if I may ask?", ", before I tell you?", ", I'd like to know first?")),
    "dodge": cross(
        ("Oh, the usual one", "It should be in your files", "You'll find that out, I'm sure", "Let's not get lost in details",
         "Somebody on your side must know that", "It's the obvious one"),
        (".", ", I'd say.", ", as always.", ", surely.")),
    "contradict": cross(
        ("On another note of mine", "In my calendar", "Somewhere else", "Further down here", "On the back of the page",
         "In the draft I wrote first", "On my other screen"),
        (" the {label} is {value}, though.", " it says {value} as the {label}.", " I put {value} for the {label}.")),
    "settle": cross(
        ("It's {value}", "{value}, that's the one", "Take {value}", "The {label} is {value}", "Let's say {value}", "{value}"),
        (", forget the other one.", ", sorry for the muddle.", ". The other one was nonsense.", ", I'm sure now.")),
    "insult": cross(
        ("You people are useless", "What a bunch of idiots", "A monkey could do your job", "You're the worst I've ever dealt with",
         "I'll have you fired for this", "You'll hear from my lawyer", "I'll ruin your reputation"),
        (".", "!", ", I swear.")),
    "relay_wish": cross(
        ("I'm only passing this on for {who}", "This is for {who}", "{who} is next to me and wants this", "{who} asked me to write this",
         "I'm typing this for {who}"),
        (".", ", by the way.", ", just so you know.", ", not for me.")),
    "relay": cross(
        ("{who} says", "I asked {who}, and {she} says", "{she} says", "{who} tells me", "Let me ask {who}. Right, {she} says"),
        (":", ", just now:", ", quote:", ", word for word:")),
    "expects": cross(
        ("When that's done, please put me through to a colleague of yours", "After that a person is supposed to take over",
         "I was promised that a colleague of yours takes over afterwards", "Then pass me on to a human, please",
         "And I do expect to be handed over to a real person at the end"),
        (".", ", as agreed.", ", as I was told.", ", whatever happens.")),
    "second": cross(
        ("Yes, we both want that", "I'm listening too", "And I'm here as well", "That's what we agreed on", "I second that",
         "We're sharing this keyboard"),
        (".", ", by the way.", ", just so you know.", "!")),
}  # fmt: skip

TERSE: dict[str, tuple[str, ...]] = {
    "aside": ("Raining there too?", "Nice weather there?", "Seen the match?", "Do you like music?"),
    "return": ("Anyway:", "Back to it:", "Never mind:"),
    "back": ("Anyway, that's all.", "Never mind, that was all."),
    "ask_why": ("Why?", "What for?", "Why do you need that?", "Is that necessary?"),
    "dodge": ("The usual.", "You must have that.", "The obvious one.", "Check your files."),
    "contradict": ("My other note says {value}.", "Elsewhere I have {value}.", "Also here: {value}."),
    "settle": ("{value}.", "It's {value}.", "Take {value}.", "{value}, sorry."),
    "insult": ("Idiots.", "You're useless.", "I'll sue you.", "You'll regret this."),
    "relay_wish": ("For {who}.", "{who} wants this.", "From {who}."),
    "relay": ("{who} says:", "{she} says:", "From {who}:"),
    "expects": ("Then a person, please.", "Hand me over afterwards.", "A colleague takes over then."),
    "second": ("Yes, both of us.", "Agreed.", "Me too.", "We both."),
    "chat": ("Lovely weather here.", "Cat's on my keyboard.", "Baked a cake today.", "Banjo lessons are fun."),
}

ONE_WORD: dict[str, tuple[str, ...]] = {
    "aside": ("Raining there?", "Sunny there?", "Football?"),
    "return": ("Anyway:",),
    "back": ("Anyway.", "Nevermind."),
    "ask_why": ("Why?", "Wherefore?", "Reason?"),
    "dodge": ("Usual.", "Guess.", "Whatever."),
    "contradict": ("Or {value}.", "Also {value}."),
    "settle": ("{value}", "{value}, sorry"),
    "insult": ("Idiots.", "Useless.", "Morons."),
    "relay_wish": ("For {who}.",),
    "relay": ("{she} says:",),
    "expects": ("Then: human.", "Afterwards: person."),
    "second": ("Agreed.", "Exactly.", "Right."),
    "chat": ("Weather's lovely.", "Cake's burnt."),
}
