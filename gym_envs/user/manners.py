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
}  # fmt: skip

TERSE: dict[str, tuple[str, ...]] = {
    "aside": ("Raining there too?", "Nice weather there?", "Seen the match?", "Do you like music?"),
    "return": ("Anyway:", "Back to it:", "Never mind:"),
    "back": ("Anyway, that's all.", "Never mind, that was all."),
    "chat": ("Lovely weather here.", "Cat's on my keyboard.", "Baked a cake today.", "Banjo lessons are fun."),
}

ONE_WORD: dict[str, tuple[str, ...]] = {
    "aside": ("Raining there?", "Sunny there?", "Football?"),
    "return": ("Anyway:",),
    "back": ("Anyway.", "Nevermind."),
    "chat": ("Weather's lovely.", "Cake's burnt."),
}
