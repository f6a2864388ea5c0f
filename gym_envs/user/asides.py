"""What makes a message long: asides of a user who rambles, and the walls of text of one who pastes.

None of it holds a value (no number, date, name or address).
"""

from __future__ import annotations

from trajgym.gym_envs.user.openings import cross

ASIDES: tuple[str, ...] = (
    "You know how it is, one thing leads to another and suddenly the whole day is gone.",
    "I was talking to my neighbour about it, and she said she had the very same thing, can you imagine.",
    "My cousin always says I should write these things down, and of course I never do.",
    "I meant to get in touch much earlier, but then the kids came home and it all went out of my head.",
    "It's a long story, really, and I won't bore you with all of it.",
    "The dog has been barking all morning, so forgive me if I lose the thread.",
    "I used to do all of this on paper, and honestly that was not so bad either.",
    "Last time somebody very friendly helped me, I wish I could remember who that was.",
    "I'm sitting in the kitchen with a cup of tea, so take this as it comes.",
    "My sister thinks I worry too much, and she may well be right about that.",
    "I had a look at the website first, but all those menus make my head spin.",
    "I don't even know why I'm telling you all this.",
    "Where was I? Oh yes.",
    "Anyway, that's neither here nor there.",
    "It's been one of those weeks, let me tell you.",
    "I was going to ring somebody, but then I thought writing might be easier for everyone.",
    "My old phone used to do this on its own, or at least I think it did.",
    "Not that it matters, but the weather here is dreadful.",
    "I've been a loyal customer of all sorts of places, and I must say things used to be simpler.",
    "I hope that makes sense, I tend to go on a bit.",
    "My husband says I should get to the point, so I'm trying.",
    "I've got the radio on, and they're playing something lovely, but that's by the way.",
    "To be honest I had nearly given up on the whole thing.",
    "And then the train was late, of course, so nothing got done at all.",
    "People keep telling me it's easy, and maybe it is for them.",
    "I wrote half of this before lunch and then got distracted.",
    "It reminds me of the time my uncle tried to fix the fence, but that's another story.",
    "I do like to have these things in order, call me old-fashioned.",
    "There was something else I wanted to mention, but it has slipped my mind.",
    "Bear with me, I'm typing this with a cat on my lap.",
    "I have to say I was a little nervous about asking.",
    "You wouldn't believe how long I looked for the right place to write to.",
    "Everybody at work is on holiday, so it's all a bit chaotic here.",
    "I always get muddled up with these things, so I thought I'd better ask.",
    "It's funny how such small things end up taking so much room in one's head.",
    "My daughter set all this up for me, and now she's away, naturally.",
)

WALL_HEADS: tuple[str, ...] = cross(
    ("--- pasted from my notes ---", "---------- Forwarded message ----------", "=== copied from the chat ===",
     "[copy of my notes]", "> > pasted below, sorry for the length", "----- Original Message -----",
     "(copying the whole thing in here)", "== from my draft folder =="),
    ("\n",),
)  # fmt: skip

WALL_LINES: tuple[str, ...] = (
    "> as discussed, please see below and let me know",
    "> Hi all, just looping everybody in on this thread",
    "> sorry for the late reply, it has been very busy here",
    "> thanks for picking this up, much appreciated",
    "> no idea who is in charge of it, could somebody check",
    "> +++ automatic reply: I am away from my desk +++",
    "> Please consider the environment before printing this message.",
    "> This message and any attachments are confidential and meant for the addressee only.",
    "> If you have received this in error please delete it and tell the sender.",
    "> Sent from my phone, please excuse typos",
    "INFO  client started, loading preferences",
    "INFO  session restored, nothing to sync",
    "WARN  slow response from server, trying again",
    "WARN  preference file is missing, using the defaults",
    "DEBUG window resized, redrawing list",
    "DEBUG cache is warm, skipping download",
    "- [ ] ask about it once more",
    "- [ ] tidy up the list afterwards",
    "- [x] look for the confirmation mail",
    "- [x] check with the others",
    "Note to self: get this sorted this time.",
    "Note to self: write down who was so helpful.",
    "(unreadable, the paper got wet here)",
    "...",
    "Home > Help > Contact us > Write a message",
    "Cookies help us deliver our services. Accept all / Manage preferences",
    "You have reached the end of the page. Back to top.",
    "All rights reserved. Terms of use. Privacy notice. Imprint.",
    "Best regards and have a pleasant day",
    "--",
)
"""Lines that people paste along without reading them."""

WALL_LEADS: tuple[str, ...] = (
    "It's all in here somewhere:", "I'm pasting everything I have:", "Here is the whole lot:", "See below:",
    "I've copied all of it in, just to be sure:", "Below is what I have:", "Everything I've got on it:",
    "Just copying this over:", "Please look in here:", "Details are in this mess:", "Here's my clipboard:",
    "Pasting this as it is:", "I hope you can find it in this:", "I'm lazy, so here's the full text:",
    "This is what I saved:", "Copied straight from my notes:", "The full thing:", "Look here:", "Copy of what I have:",
    "You'll find it here:",
)  # fmt: skip
