"""What an English speaker adds to its messages: a tone, what it understands of things, what it needs, where it speaks from.

For each level two lists: whole sentences for the message with which a user begins, and shorter ones for later. No form holds
a value, asks for anything that a tool could do, or says anything about the wish itself.
"""

from __future__ import annotations

from trajgym.gym_envs.user.openings import cross

Manners = dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]]
"""(dimension, level) -> sentences to begin with, and sentences for later."""

TONES: Manners = {
    ("tone", "warm"): (
        cross(("You're so kind for helping", "It's so kind of you to be there", "Bless you for helping me",
               "You're a star for taking this on", "I'm sending you a big smile", "Warm wishes to you and your team"),
              (".", "!", ", really.", ", I mean it.")),
        ("So kind of you!", "You're a star!", "Bless you!", "That makes me smile.", "So kind!", "You're a ray of sunshine.",
         "Bless you for your patience.", "You're so kind, really."),
    ),
    ("tone", "anxious"): (
        cross(("I'm really worried about this", "I'm so nervous about this", "This is making me anxious",
               "I'm scared that I've done something wrong", "I hardly slept, I'm so worried", "I'm panicking a little"),
              (".", ", sorry.", ", please bear with me.", ", is it bad?")),
        ("I'm so nervous.", "Sorry, I'm just worried.", "Will it be all right? I'm worried.", "I'm a bit scared now.",
         "I hope nothing goes wrong, I'm nervous.", "Worried!", "Please tell me I needn't be worried.", "This makes me anxious."),
    ),
    ("tone", "frustrated"): (
        cross(("This is so frustrating", "I'm fed up with this", "I'm getting frustrated with all this",
               "I've tried everything and I'm fed up", "I'm at the end of my tether", "I'm sick and tired of this"),
              (".", ", honestly.", ", I have to say.", ", it shouldn't be so hard.")),
        ("Sigh.", "So frustrating.", "Fed up, honestly.", "I'm sick and tired of this, sigh.", "I'm fed up already.",
         "It's just frustrating.", "Sigh, finally something moves.", "Frustrating, all of it."),
    ),
    ("tone", "angry"): (
        cross(("This is outrageous", "I'm furious", "I'm really angry", "This is a disgrace",
               "This is completely unacceptable", "I'm livid about this"),
              ("!", ", I tell you!", ", and I mean it!", ", do you hear!")),
        ("Unacceptable!", "What a disgrace!", "Outrageous!", "I'm still furious.", "You people make me angry!", "I'm livid!",
         "This makes me furious!", "It's a disgrace, all of it!"),
    ),
    ("tone", "sarcastic"): (
        cross(("Oh joy, it's me again", "What a treat to be here again", "Lucky me, I get to do this once more",
               "Just what I wanted to spend my time on", "How delightful that I have to ask for this", "Well, isn't this fun"),
              (".", "...", ", truly.", " (not).")),
        ("Oh joy.", "What a treat.", "Lucky me.", "How delightful.", "Isn't this fun.", "Slow clap.", "What a treat, truly.",
         "Oh joy, what service."),
    ),
}  # fmt: skip

EXPERTISE: Manners = {
    ("expertise", "novice"): (
        cross(("I'm not good with computers", "I'm a complete beginner at this", "I have no clue how these things work",
               "I'm new to all this", "I'm not a technical person at all", "I've only just learned how to get online"),
              (".", ", sorry.", ", so please go easy on me.", ", so tell me if I say it wrong.")),
        ("I'm new to all this.", "Beginner here.", "I hope I said that right, I'm a beginner.", "No clue if I said that right.",
         "Is that how it's said? I'm new to all this.", "I'm just a beginner."),
    ),
    ("expertise", "expert_jargon"): (
        cross(("Treat this as a low-severity item", "Handle it as a standard change per SOP", "This is plain CRUD on your side",
               "I've been through the first-level triage myself", "It's an atomic transaction from where I sit",
               "Assume a clean cache on my end"),
              (".", ", ACK when it's through.", ", SLA permitting.", ", the usual KPIs apply.")),
        ("ACK.", "Idempotent on my end.", "Mind the SLA.", "Payload complete.", "Mind the throughput.", "ACK, per SOP.",
         "That's the whole payload."),
    ),
    ("expertise", "misconception"): (
        cross(("I take it you can see my screen", "I suppose closing this window would undo everything",
               "As far as I know the mouse cable slows all this down", "I believe somebody prints out each of my messages",
               "I heard that capitals make it go faster", "I was told that the system only works while the sun is up"),
              (".", ", right?", ", isn't that so?", ", that's how it works, I think.")),
        ("You do see my screen, right?", "I've unplugged the printer so that it goes faster.", "The monitor stores all of it, I think.",
         "I keep this window open so that nothing is undone.", "Capitals make it faster, I heard.",
         "You've printed out my message, I suppose."),
    ),
}  # fmt: skip

NEEDS: Manners = {
    ("accessibility", "screen_reader"): (
        cross(("I use a screen reader", "I'm blind and work with a screen reader", "My screen reader reads your answers to me",
               "I'm listening to this through a screen reader", "I rely on a screen reader", "A screen reader does the looking for me"),
              (", so no tables, please.", ", so please no pictures or emoji.", ", so plain sentences, please.",
               ", please keep the layout simple.")),
        ("No tables, please, my screen reader trips over them.", "My screen reader is reading that to me.", "Screen reader user here.",
         "My screen reader needs a moment.", "No emoji, please: screen reader."),
    ),
    ("accessibility", "plain_language"): (
        cross(("Please use simple words", "Easy language, please", "Please answer in plain language", "Easy sentences, please",
               "I need easy language", "I only understand plain language well"),
              (".", ", long words are hard for me.", ", no difficult terms.", ", reading is not easy for me.")),
        ("Simple words, please.", "Easy language, please.", "In plain language, please.", "Please stay with simple words.",
         "Easy sentences, please."),
    ),
    ("accessibility", "dyslexia"): (
        cross(("I'm dyslexic", "I have dyslexia", "Reading is hard for me because of my dyslexia", "As a dyslexic I mix up letters",
               "I'm dyslexic and spell badly", "My dyslexia makes long texts difficult"),
              (", so short paragraphs, please.", ", please bear with my spelling.", ", so no walls of text, please.",
               ", please put things in short lines.")),
        ("Short lines, please, I'm dyslexic.", "Sorry for the spelling, dyslexia.", "Dyslexic here.", "My dyslexia slows me down.",
         "Dyslexia, so short lines, please."),
    ),
    ("accessibility", "slow_pace"): (
        cross(("Please go slowly", "One step at a time, please", "I need a slow pace", "Please take it slowly with me",
               "Please don't rush me", "Not too fast, please"),
              (".", ", I need time to take it in.", ", I need a while to answer.", ", my hands are not what they were.")),
        ("Slowly, please.", "One step at a time, please.", "I'm still taking it in, don't rush me.", "A slow pace, please.",
         "Not too fast, please."),
    ),
}  # fmt: skip

LEARNER: Manners = {
    ("language", "en_l2"): (
        cross(("Sorry for my English", "My English is not so good", "English is not my first language", "I am not native speaker",
               "Excuse please my English", "I learn English since short time"),
              (".", ", I hope you understand.", ", I try my best.", ", excuse me.")),
        ("Sorry, my English.", "I hope my English is clear.", "I am not native speaker, sorry.", "Excuse my English.",
         "My English is small."),
    ),
}  # fmt: skip

PLACES: Manners = {
    ("channel", "sms"): (
        ("Pls txt me back.", "Pls reply by text.", "Texting from the bus.", "By text only, pls.", "Texting, so I keep it short.",
         "Via SMS, no app here.", "txt me back asap", "Texting you from my old phone.", "By text, I'm on the move.",
         "SMS only, no data left.", "Txt me when it's through.", "Texting in a queue here."),
        ("Pls txt me back.", "By text, pls.", "Txt me.", "Via SMS.", "Just txt me."),
    ),
    ("channel", "voice"): (
        cross(("Hello, can you hear me", "Can you hear me all right", "Sorry, the line is crackling, can you hear me"),
              ("?", " now?", " like this?"))
        + cross(("I'm calling from the car", "I'm calling because I can't type", "I've got you on speaker", "I'm on the hands-free"),
                (".", ", sorry for the noise.", ", so excuse the echo.", ", I hope the line holds.")),
        ("I'm still on the line.", "Sorry, the line broke up.", "Can you hear me?", "You're on speaker.", "The line is bad."),
    ),
}  # fmt: skip

ENGLISH: Manners = {**TONES, **EXPERTISE, **NEEDS, **LEARNER, **PLACES}
