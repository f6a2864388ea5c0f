"""How a user's wishes hang together: a rule for every message, and one thing after the other.

What a world brings is the same for all of them: wishes that do not need each other (`Plan.goals`, `Plan.sequel`).
"""

from __future__ import annotations

from collections.abc import Callable

from trajgym.gym_envs.plan import Ending, Plan
from trajgym.gym_envs.style import Form
from trajgym.gym_envs.trace import Trace
from trajgym.seeding import Rng

# -- a rule for every message ----------------------------------------------------------------------------------------------

_BEGINNINGS = ("roger", "ahoy", "hear ye", "dear friend", "namaste", "hooray", "by the book", "good news")
_ENDS = ("over and out", "yours truly", "at your service", "so it goes", "your humble servant", "cheerio", "onwards")
_TITLES = ("Captain", "Professor", "Chief", "Maestro", "Your Highness", "Commander", "Boss", "Sunshine")


def _begins(rng: Rng) -> Form:
    words = rng.choice(_BEGINNINGS)
    return Form(f'start each of your messages with "{words}"', (), begins=words)


def _ends(rng: Rng) -> Form:
    words = rng.choice(_ENDS)
    return Form(f'end each of your messages with "{words}"', (), ends=words)


def _calls(rng: Rng) -> Form:
    title = rng.choice(_TITLES)
    return Form(f'call me "{title}" in each of your messages', (), holds=title)


def _lower(rng: Rng) -> Form:
    return Form("write each of your messages in lower case, without any capital letter", (), lower=True)


def _calm(rng: Rng) -> Form:
    return Form("never use an exclamation mark, in any of your messages", (), unmarked="!")


def _unlisted(rng: Rng) -> Form:
    return Form("never use lists or bullet points, in any of your messages", (), unlisted=True)


_RULES: tuple[Callable[[Rng], Form], ...] = (_begins, _begins, _ends, _ends, _calls, _calls, _lower, _calm, _unlisted)


def set_rule(plan: Plan, rng: Rng) -> None:
    """Let the user of `plan` want all messages in one form."""
    plan.rule = rng.choice(_RULES)(rng)


def breach(plan: Plan, trace: Trace, text: str) -> str:
    """How `text` breaks the rule that the user has set with its first wish; nothing when it does not, or there is none yet."""
    return plan.rule.breach(text) if plan.rule is not None and trace.goals else ""


# -- one thing after the other -----------------------------------------------------------------------------------------------

NEXT = (
    "Next: {w}", "Now the next thing: {w}", "On to the next one: {w}", "Then, as I said, there's more: {w}",
    "Good, now this: {w}", "The next thing on my list: {w}",
)  # fmt: skip
"""How the user names the next thing."""
_BETWEEN = (
    "I'm ready for the next one", "That's one thing off the list", "On to the next one, whenever you like", "The next one can come",
    "So much for that one",
)  # fmt: skip


def between(plan: Plan) -> Ending:
    """How the agent ends a part of the work when it knows that more is to come; the words at the very end are put aside."""
    last = plan.endings[0]
    plan.endings[0] = Ending("solved", _BETWEEN)
    return last
