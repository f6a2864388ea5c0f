"""A model as realiser: it rewords what the simulated user has decided to say, and never decides anything.

The user's machine gives an act and words for it out of the grammar. The model's words are taken when every value of the draft
stands in them, no other value does, and length and language hold; else it is asked once more, and then the draft is said. The
record names the model and says of each message whose words it has; the proof replays the words as recorded.
"""

from __future__ import annotations

import os
import re
from typing import Any

import orjson

from trajgym.config import GenerateConfig
from trajgym.generators.client import ChatClient, Limits
from trajgym.generators.reply import parse_reply
from trajgym.gym_envs.episode import MODEL, NeedWords
from trajgym.gym_envs.trace import contains
from trajgym.ledger import CallStore, Ledger
from trajgym.trajectory import Usage

TEMPLATE = "template"
"""The voice of words out of the grammar. Behind a colon: why the model's were not taken."""

_ATTEMPTS = 2
_TOKENS = 512
_ROOM = (0.25, 3.0, 40)
"""Length of the model's words: at least this share of the draft's, at most that multiple of it and so many characters more."""
_KEY = "TRAJGYM_USER_API_KEY"

_SYSTEM = (
    "You word the messages of a person who writes to an assistant. You are given what the person says now. Say the same in other "
    "words, as that person would: same meaning, same mood, about the same length. Every value under keep stands in "
    "your words exactly as it is written there. Add no name, number, date, wish or promise. Answer with the message alone."
)
_VALUE = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|(?:\w+-)*\w*\d[\w.,:/-]*|[A-Z]{2,}-\w+")
"""What is a value in any text: an address, anything with a digit in it, a code."""
_ENGLISH = frozenset(
    "a an and are as at be but by can could do for from get have hello help hey hi how i if in is it just like me my need no not of "
    "off ok on one or out please so some sure thanks that the them then there this to up want was we what when which will with would "
    "yes you your".split()
)


class UserModel:
    """Words by `model`, from an OpenAI-compatible server of its own (`base_url`; the key is TRAJGYM_USER_API_KEY, else the
    teacher's). Every reply is kept in `store` and asked for once. Belongs to one event loop; `close` it in the end."""

    def __init__(self, model: str, store: CallStore, *, base_url: str | None, concurrency: int, limits: Limits) -> None:
        self.name = model
        self.client = ChatClient(
            model, base_url=base_url, api_key=os.environ.get(_KEY), concurrency=concurrency, limits=limits
        )
        self._ledger = Ledger(store, self.client.send)

    @classmethod
    def from_config(cls, config: GenerateConfig, store: CallStore) -> UserModel | None:
        """The realiser that `config` names, or None for the grammar alone."""
        if not config.user_model:
            return None
        return cls(
            config.user_model,
            store,
            base_url=config.user_base_url or None,
            concurrency=config.concurrency,
            limits=Limits(attempt_s=config.deadline_s, call_s=3 * config.deadline_s),
        )

    async def say(self, need: NeedWords, key: str, usage: Usage) -> tuple[str, str]:
        """The words for `need`, and whose they are; what it took is added to `usage`. `key` without its last number names the
        calls. Raises as `trajgym.generators.client.ChatClient.send`."""
        if not need.plain:  # what a learner or a foreigner writes a model would tidy up
            return need.draft, TEMPLATE
        why = ""
        for attempt in range(_ATTEMPTS):
            reply = parse_reply(await self._ledger.ask(f"{key}/{attempt}", self._request(need, why)))
            usage.calls += 1
            usage.prompt_tokens += reply.usage.prompt_tokens
            usage.completion_tokens += reply.usage.completion_tokens
            text = (reply.message["content"] or "").strip().strip('"')
            why = objection(need, text)
            if not why:
                return text, MODEL
        return need.draft, f"{TEMPLATE}:{why}"

    def _request(self, need: NeedWords, why: str) -> bytes:
        asked: dict[str, Any] = {
            "assistant_said": need.heard[-500:],
            "says_now": need.draft,
            "keep": sorted(values_in(need.draft) | set(need.values)),
        }
        if why:
            asked["mind"] = f"the last try was not taken: {why}"
        limit = "max_completion_tokens" if self.client.is_openai else "max_tokens"
        messages = [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": orjson.dumps(asked).decode()}]
        return orjson.dumps({"model": self.name, "messages": messages, limit: _TOKENS})

    async def close(self) -> None:
        await self.client.close()


def values_in(text: str) -> set[str]:
    """The typed values that stand in a text: addresses, codes, and whatever has a digit in it."""
    return {found.rstrip(".,:/-") for found in _VALUE.findall(text)}


def objection(need: NeedWords, text: str) -> str:
    """Why `text` cannot be said for `need.draft`, in a word; empty when it can."""
    if not text:
        return "empty"
    if any(value not in text for value in values_in(need.draft)) or any(
        not contains(text, value) for value in need.values if contains(need.draft, value)
    ):
        return "lost_value"
    if values_in(text) - values_in(need.draft):
        return "new_value"
    if any(contains(text, value) and not contains(need.draft, value) for value in need.hidden):
        return "undisclosed"
    least, most, more = _ROOM
    if not least * len(need.draft) <= len(text) <= min(most * len(need.draft) + more, need.limit):
        return "length"
    return "" if _english(text) else "language"


def _english(text: str) -> bool:
    """True when a text can be English: Latin letters, and where there are many words some of the commonest."""
    letters = [letter for letter in text if letter.isalpha()]
    if sum(letter.isascii() for letter in letters) < 0.9 * len(letters):
        return False
    words = re.findall(r"[a-z']+", text.lower())
    return len(words) < 6 or sum(word in _ENGLISH for word in words) >= 0.15 * len(words)
