"""A teacher behind any OpenAI-compatible server: OpenAI, vLLM, SGLang, llama.cpp, Ollama and the rest."""

from __future__ import annotations

from typing import Any

import orjson

from trajgym.budget import FREE, Budget, Prices
from trajgym.config import GenerateConfig
from trajgym.generators.client import ChatClient, Limits
from trajgym.generators.costs import prices_of
from trajgym.generators.reply import Reply, parse_reply
from trajgym.ledger import CallStore, Ledger
from trajgym.seeding import digest
from trajgym.task import Task

MAX_TOKENS = 2048
"""Limit on each reply where none is given: a message and its calls are far shorter, a model that rambles is cut."""


class OpenAITeacher:
    """Asks `model` for every assistant message.

    `temperature` and the other sampling parameters are sent only when they are given, since servers refuse what they do not
    know. `max_tokens` limits each reply. With `seed`, each request carries a seed of its own, made of it and the call's
    key. For the rest see `ChatClient`, which also says what is raised. Belongs to one event loop; `close` it in the end.
    """

    kind = "model"
    instant = False

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        concurrency: int = 64,
        temperature: float | None = None,
        top_p: float | None = None,
        max_tokens: int = MAX_TOKENS,
        seed: int | None = None,
        limits: Limits | None = None,
        budget: Budget | None = None,
        prices: Prices = FREE,
    ) -> None:
        self.name = model
        self.client = ChatClient(
            model,
            base_url=base_url,
            api_key=api_key,
            concurrency=concurrency,
            limits=limits,
            budget=budget,
            prices=prices,
        )
        self.ledger: Ledger | None = None
        self._seed = seed
        # OpenAI's newer models know only the new name, other servers often only the old one.
        limit = "max_completion_tokens" if self.client.is_openai else "max_tokens"
        sampling = {limit: max_tokens, "temperature": temperature, "top_p": top_p}
        self._sampling = {name: value for name, value in sampling.items() if value is not None}

    @classmethod
    def from_config(cls, config: GenerateConfig, store: CallStore, budget: Budget | None = None) -> OpenAITeacher:
        """The teacher that `config` describes, with its replies kept in `store`, behind the wall of `budget`."""
        teacher = cls(
            config.model,
            base_url=config.base_url or None,
            concurrency=config.concurrency,
            temperature=config.temperature,
            max_tokens=config.max_tokens or MAX_TOKENS,
            limits=Limits.within(config.deadline_s),
            budget=budget,
            prices=prices_of(config)["teacher"],
        )
        teacher.keep_in(store)
        return teacher

    def keep_in(self, store: CallStore) -> None:
        """From now on every reply is on disk in `store` before anybody sees it, and is asked for only once."""
        self.ledger = Ledger(store, self.client.send)

    def open(self, task: Task, episode: object) -> OpenAIPolicy:
        """The policy for one episode of `task`. It asks the model for everything, so the episode itself is not looked at."""
        return OpenAIPolicy(self, parallel=bool(task.tool_view.get("parallel", True)))

    async def close(self) -> None:
        await self.client.close()

    def request(self, messages: list[Any], tools: list[Any], key: str, parallel: bool) -> bytes:
        """The body of the call; a function of its arguments and the teacher's settings alone."""
        body: dict[str, Any] = {"model": self.name, "messages": messages}
        if tools:
            body["tools"] = tools
            if not parallel:
                body["parallel_tool_calls"] = False
        body.update(self._sampling)
        if self._seed is not None:
            body["seed"] = int.from_bytes(digest("teacher", self._seed, key)[:4], "big") >> 1
        return orjson.dumps(body)

    async def ask(self, key: str, request: bytes) -> bytes:
        if self.ledger:
            return await self.ledger.ask(key, request)
        return (await self.client.send(key, request)).raw


class OpenAIPolicy:
    """One episode's view of an `OpenAITeacher`."""

    __slots__ = ("_parallel", "_teacher")

    def __init__(self, teacher: OpenAITeacher, parallel: bool) -> None:
        self._teacher = teacher
        self._parallel = parallel

    async def reply(self, messages: list[Any], tools: list[Any], key: str) -> Reply:
        """The model's next message after `messages`; `key` names the call (`trajgym.ledger.call_key`).

        Raises `CallFailed` when this call cannot be answered, which closes nothing; `TeacherUnavailable` or `OutOfBudget`
        when no call can; `DamagedJournal` when the ledger holds the key for another request.
        """
        teacher = self._teacher
        return parse_reply(await teacher.ask(key, teacher.request(messages, tools, key, self._parallel)))
