"""What stands around the one message of a user whom nobody can ask: a help-desk ticket, or a call of an interface.

Each says that what it asks for is agreed to, and that no answer will come. Nothing here holds a value of any kind.
"""

from __future__ import annotations

import json

from trajgym.gym_envs.user.languages import TONGUES
from trajgym.gym_envs.user.mail import Letter
from trajgym.gym_envs.user.openings import cross
from trajgym.gym_envs.user.who import Who
from trajgym.seeding import Rng

AUTOMATIC: dict[str, tuple[str, ...]] = {
    "ticket": (
        *cross(
            ("Automatic reply: ", "[automatic reply] ", "This is an automatic message. "),
            ("nobody reads answers to this ticket.", "the reporter of this ticket cannot be reached.",
             "the reporter has turned off answers.", "answers to this ticket are not delivered."),
            (" Please work with what the ticket says.", " All that is known stands in the ticket."),
        ),
    ),
    "api_call": cross(
        ('{"status": "not_delivered", "reason": "', '{"error": "no_reader", "detail": "', '{"event": "undeliverable", "message": "'),
        ("this caller takes no questions", "the caller does not wait for answers", "nobody reads what is sent here",
         "the request is complete as it stands"),
        ('"}',),
    ),
}  # fmt: skip
"""What a machine answers, by channel, to whoever writes where nobody reads."""

_SUBJECT = ("Subject", "Title", "Summary", "Short description")
_REPORTER = ("Reporter", "Requester", "Raised by", "Submitted by", "Opened by")
_UNNAMED = (
    "not given", "self-service form", "web form", "intranet form", "staff portal", "customer portal", "(name withheld)",
    "shared mailbox",
)  # fmt: skip
_PRIORITY = ("Priority", "Urgency", "Severity")
_DEGREES = ("normal", "medium", "low", "high", "as usual", "standard", "not urgent", "when you get to it")
_DESCRIPTION = ("Description", "Details", "Request", "What is needed", "Full text", "Problem description")
_APPROVAL = ("Approval", "Sign-off", "Release", "Note")


class Ticket:
    """The ticket of one user, about `topic`."""

    __slots__ = ("_language", "_rng", "_topic", "_who")

    def __init__(self, rng: Rng, language: str, topic: str, who: Who | None) -> None:
        self._rng = rng
        self._language = language
        self._topic = topic
        self._who = who

    def around(self, body: str, act: str, lower: bool) -> str:
        """`body` as a ticket; `lower`: its writer does not use capitals."""
        choice, tongue = self._rng.choice, TONGUES[self._language]
        subject = choice(tongue.subjects).replace("{topic}", self._topic) if self._topic else tongue.subject
        named = self._who.filled(("{name}", "{name}, {place}")) if self._who else []
        lines = (
            f"{choice(_SUBJECT)}: {subject[:1].upper() + subject[1:]}",
            f"{choice(_REPORTER)}: {choice(named or _UNNAMED)}",
            f"{choice(_PRIORITY)}: {choice(_DEGREES)}",
        )
        head = "\n".join(lines) + f"\n\n{choice(_DESCRIPTION)}:\n"
        foot = f"\n\n{choice(_APPROVAL)}: {choice(tongue.approvals)}"
        return head.lower() + body + foot.lower() if lower else head + body + foot


_PATHS = ("requests", "tasks", "jobs", "tickets", "actions", "work-items", "orders/requests", "desk/requests")
_CALLERS = ("scheduler", "workflow", "portal", "batch-job", "form-gateway", "partner-system", "intranet", "cron")
_WORDS = ("request", "text", "message", "instruction", "input", "body")
_KINDS = ("type", "kind", "action")
_NAMES = ("service_request", "free_text", "request", "task.create", "submit")


class ApiCall:
    """The one call of a machine that carries its user's words as they are."""

    __slots__ = ("_rng",)

    def __init__(self, rng: Rng) -> None:
        self._rng = rng

    def around(self, body: str, act: str, lower: bool) -> str:
        """`body` in a request. Where JSON would have to escape some of it, it stands as plain text below headers."""
        choice = self._rng.choice
        line = f"POST /{choice(_PATHS)}"
        words, kind, name, caller = choice(_WORDS), choice(_KINDS), choice(_NAMES), choice(_CALLERS)
        shape = self._rng.below(3)
        if shape == 2 or any(sign in body for sign in '"\\\n\t'):
            head = (line, "Content-Type: text/plain", f"X-Caller: {caller}", "X-Confirmed: true", "X-Reply-To: none")
            return "\n".join(head) + "\n\n" + body
        fields = {"caller": caller, kind: name, words: body, "confirmed": True, "reply_to": None}
        packed = json.dumps(fields, ensure_ascii=False, indent=2 if self._rng.chance(0.5) else None)
        return packed if shape else f"{line}\nContent-Type: application/json\n\n{packed}"


def envelope(channel: str, rng: Rng, language: str, topic: str, who: Who | None) -> Letter | Ticket | ApiCall | None:
    """What `channel` puts around each message, or None."""
    if channel == "api_call":
        return ApiCall(rng)
    if channel == "ticket":
        return Ticket(rng, language, topic, who)
    return Letter(rng, language, topic, who) if channel == "email" else None
