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

from trajgym.budget import FREE, Budget, Prices
from trajgym.config import GenerateConfig
from trajgym.generators.client import ChatClient, Limits
from trajgym.generators.costs import prices_of
from trajgym.generators.reply import parse_reply
from trajgym.gym_envs.episode import MODEL, TEMPLATE, NeedWords
from trajgym.gym_envs.trace import contains
from trajgym.gym_envs.user.dims import NEUTRAL
from trajgym.ledger import CallStore, Ledger
from trajgym.trajectory import Usage

_ATTEMPTS = 2
_TOKENS = 512
_ROOM = (0.25, 3.0, 40)
"""Length of the model's words: at least this share of the draft's, at most that multiple of it and so many characters more."""
_KEY = "TRAJGYM_USER_API_KEY"

_SYSTEM = (
    "You word the messages of a person who writes to an assistant. You are given what the person says now. Say the same in other "
    "words, as that person would: same meaning, same mood, same language, about the same length. Every value under keep stands in "
    "your words exactly as it is written there. Add no name, number, date, wish or promise. Answer with the message alone."
)
_VALUE = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|(?:\w+-)*\w*\d[\w.,:/-]*|[A-Z]{2,}-\w+")
"""What is a value in any text: an address, anything with a digit in it, a code."""
_WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_QUOTED = re.compile(r"„[^“]+“|“[^”]+”|«[^»]+»|\"[^\"]+\"")
"""What a foreigner gives in the words of the service."""
_LANGUAGES = {
    "en_native": "English",
    "es": "Spanish",
    "de": "German",
    "hi_latin": "Hindi in Latin letters",
    "zh": "Chinese",
}
"""What a model words. A learner's English it would tidy up."""
_COMMON_WORDS = {
    "en_native": "a an and are as at be but by can could do for from get have hello help hey hi how i if in is it just like me my need "
    "no not of off ok on one or out please so some sure thanks that the them then there this to up want was we what when which will "
    "with would yes you your",
    "es": "a algo al aquí así bien bueno como con cosa cuando de del dice dos el ella en entonces es eso esta este esto está gracias "
    "hace hay hola la las lo los me mi muy más nada necesito no nos o para pero pido por porque puede que quiero se señora si sin "
    "son su sí también tengo todo un una usted y ya yo",
    "de": "aber alles also an auch auf bei bin bitte da danke das dem den der die dies diese doch ein eine einen er es für gern geht "
    "guten habe hallo hier ich ihnen ihre im in ist ja kann können mal mein meine mich mir mit nein nicht noch nur nun oder schon "
    "sehr sich sie sind so um und uns viel vielen von war was wenn wie wir wird zu zum",
    "hi_latin": "aap aapka aur bahut batana bataiye bhi bilkul chahiye dheere dhanyavaad dijiye ek haan hai hain ho hoon hota ji ka "
    "kar karna ke ki kijiye ko koi kripya kuch kya kyon lagta liye main maine mat matlab mera mere meri mujhe na nahi namaste ne par "
    "phir raha sab se shukriya tha theek to wah woh yahan yeh",
}
_COMMON = {language: frozenset(words.split()) for language, words in _COMMON_WORDS.items()}
_HELD = 0.5
"""The least share of a language's words in the model's words, beside that in the draft."""


class UserModel:
    """Words by `model`, from an OpenAI-compatible server of its own (`base_url`; the key is TRAJGYM_USER_API_KEY, else the
    teacher's). Every reply is kept in `store` and asked for once. Belongs to one event loop; `close` it in the end."""

    def __init__(
        self,
        model: str,
        store: CallStore,
        *,
        base_url: str | None,
        concurrency: int,
        limits: Limits,
        budget: Budget | None = None,
        prices: Prices = FREE,
    ) -> None:
        self.name = model
        self.client = ChatClient(
            model,
            base_url=base_url,
            api_key=os.environ.get(_KEY),
            concurrency=concurrency,
            limits=limits,
            budget=budget,
            prices=prices,
        )
        self._ledger = Ledger(store, self.client.send)

    @classmethod
    def from_config(cls, config: GenerateConfig, store: CallStore, budget: Budget | None = None) -> UserModel:
        """The realiser that `config` names, behind the wall of `budget`."""
        return cls(
            config.user_model,
            store,
            base_url=config.user_base_url or None,
            concurrency=config.concurrency,
            limits=Limits.within(config.deadline_s),
            budget=budget,
            prices=prices_of(config)["user"],
        )

    async def say(self, need: NeedWords, key: str, usage: Usage) -> tuple[str, str]:
        """The words for `need`, and whose they are; what it took is added to `usage`. `key` without its last number names the
        calls. Raises as `trajgym.generators.client.ChatClient.send`."""
        if need.language not in _LANGUAGES:
            return need.draft, TEMPLATE
        why = ""
        for attempt in range(_ATTEMPTS):
            reply = parse_reply(await self._ledger.ask(f"{key}/{attempt}", self._request(need, why)))
            usage.calls += 1
            usage.prompt_tokens += reply.usage.prompt_tokens
            usage.completion_tokens += reply.usage.completion_tokens
            text = (reply.message["content"] or "").strip()
            if text.count('"') == 2 and text[0] == text[-1] == '"' and not need.draft.startswith('"'):
                text = text[1:-1]
            why = objection(need, text)
            if not why:
                return text, MODEL
        return need.draft, f"{TEMPLATE}:{why}"

    def _request(self, need: NeedWords, why: str) -> bytes:
        asked: dict[str, Any] = {
            "assistant_said": need.heard[-500:],
            "says_now": need.draft,
            "keep": sorted(_kept(need) | set(need.values)),
            "writes": _LANGUAGES[need.language],
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


def _kept(need: NeedWords) -> set[str]:
    """What has to stand in the model's words as it stands in the draft: values, and quotations of those who quote."""
    foreign = need.language != NEUTRAL["language"]
    return values_in(need.draft) | (set(_QUOTED.findall(need.draft)) if foreign else set())


def objection(need: NeedWords, text: str) -> str:
    """Why `text` cannot be said for `need.draft`, in a word; empty when it can."""
    if not text:
        return "empty"
    if any(value not in text for value in _kept(need)) or any(
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
    return "" if _speaks(text, need) else "language"


def _speaks(text: str, need: NeedWords) -> bool:
    """Is `text` in the language of the user? In English, some of many words are common ones; in another language the share
    of its words (of its script) does not fall far below that of the draft."""
    if need.language != NEUTRAL["language"]:
        return _share(text, need.language) >= _HELD * _share(need.draft, need.language)
    letters = [letter for letter in text if letter.isalpha()]
    if sum(letter.isascii() for letter in letters) < 0.9 * len(letters):
        return False
    return len(_WORDS.findall(text)) < 6 or _share(text, need.language) >= 0.15


def _share(text: str, language: str) -> float:
    """The share of common words of `language` among the words outside quotations; for Chinese, of its script among letters."""
    plain = _QUOTED.sub(" ", text)
    if language == "zh":
        letters = [letter for letter in plain if letter.isalpha()]
        return sum("\u4e00" <= letter <= "\u9fff" for letter in letters) / max(1, len(letters))
    words = _WORDS.findall(plain.lower())
    return sum(word in _COMMON[language] for word in words) / max(1, len(words))
