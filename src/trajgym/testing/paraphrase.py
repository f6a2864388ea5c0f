"""Other words for what the scripted expert says: as different models word questions, requests for a yes, reports and refusals.

The user has to understand them all. Values stay as they are, and so does what a message does; everything else may change.
"""

from __future__ import annotations

import re

from trajgym.seeding import Rng

_ASK = (
    "Could you share {what}?", "What is {what}?", "Can I get {what} from you?", "To move forward I'd need {what} - could you send that over?",
    "Quick question: can you tell me {what}?", "Before I can continue, please provide {what}.", "I still need {what}.",
    "May I ask for {what}?", "Mind telling me {what}?", "Please let me know {what}.", "I'm missing {what}. Could you give me that?",
    "Would you mind sharing {what}?", "Thanks for reaching out! Kindly share {what} so that I can help.",
    "Happy to help with that!\n\nCould you please provide the following:\n- {what}",
)  # fmt: skip
_CONFIRM = (
    "I'm going to {what}. OK to proceed?", "Just so we're on the same page: I would {what}. Do I have your go-ahead?",
    "Here's the plan:\n- {what}\n\nShall I proceed?", "Please confirm: {what}?", "Would you like me to {what}?",
    "Should I {what}?", "Before I {what}, I need your confirmation. Is that okay with you?", "You'd like me to {what}, correct?",
    "I can {what}. Reply yes to continue.", "Ready to {what}. Please confirm (yes/no).", "Do you want me to {what} now?",
    "To double-check: I will {what}. Does that work for you?", "So, to {what} - shall I?",
)  # fmt: skip
_GOAL = (
    "Hello! What can I help you with today?", "Hi, how may I assist you?", "Of course! What would you like me to do?",
    "Sure, could you tell me a bit more about what you need?", "Thanks for getting in touch. What is it about?",
    "Happy to help - what exactly do you need?", "Good day. How can I help?",
)  # fmt: skip
_LEADS = (
    "",
    "",
    "",
    "Certainly! ",
    "Got it. ",
    "Okay. ",
    "Thank you. ",
    "Understood - ",
    "Of course. ",
    "Right. ",
    "Great. ",
)
_TAILS = ("", "", "", "", " Thanks!", " Thank you for your patience.")
_REPORT = ("{done}", "All done: {done}", "I've taken care of it: {done}", "**Done.** {done}", "Update: {done}", "Good news - {done}", "Finished! {done}")  # fmt: skip
_SWAPS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), options)
    for pattern, options in (
        (r"\bI'm sorry, I can't do that\b", ("Unfortunately I can't do that", "I'm afraid I am not able to do that", "Sorry, that's not possible")),
        (r"\bSo I have to decline\b", ("For that reason I must decline", "That means I can't do it", "So I'm unable to help with it")),
        (r"\bThat is not something I am allowed to do, sorry\b", ("I am not permitted to do that", "I'm afraid that is against our policy")),
        (r"\bI'm sorry, so I can't do it\b", ("Unfortunately, I can't do it then", "So I'm afraid it can't be done: I am unable to")),
        (r"\bSo that is not possible\b", ("That's not possible, I'm afraid", "Therefore I cannot do that")),
        (r"\bYou're welcome\b", ("My pleasure", "Any time", "Glad I could help")),
        (r"\bIs there anything else\?", ("Anything else I can help you with?", "Is there something else you need?")),
    )
)  # fmt: skip


def paraphrase(kind: str, text: str, what: str, rng: Rng) -> str:
    """The expert's `text`, which is a move of `kind` (see `trajgym.gym_envs.plan.Move`), in other words. `what`: what it asks
    for or wants a yes to, in the expert's words."""
    if kind == "ask_goal":
        return rng.choice(_GOAL)
    if kind == "ask" and what:
        return rng.choice(_LEADS) + rng.choice(_ASK).replace("{what}", what)
    if kind == "confirm" and what:
        return rng.choice(_LEADS) + rng.choice(_CONFIRM).replace("{what}", what) + rng.choice(_TAILS)
    for pattern, options in _SWAPS:
        text = pattern.sub(rng.choice(options), text)
    if kind == "close":
        text = rng.choice(_REPORT).replace("{done}", text) if rng.chance(0.3) else rng.choice(_LEADS) + text
    return text
