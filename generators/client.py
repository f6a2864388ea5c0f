"""Chat completions through the `openai` package: cheap, bounded in time, and with an answer for every way a server fails.

Authentication, addresses and environment variables are the package's. Its retries, its request transform (most of the
time of a call with a long history) and its trust in what comes back are not used: a request is bytes, and a call ends as

    Answer               a checked chat completion
    CallFailed           this call failed, for good or often enough; others may succeed
    TeacherUnavailable   no call will succeed: wrong key, model or address, or nothing but failures
    OutOfBudget          a quota or our own budget is used up

After one of the last two nothing is sent any more. A 429 costs a call no attempt: it waits with all others (`throttle`).
`CallFailed` is a TeacherUnavailable, so that it ends in a clear sentence where nobody can go on without the call. The API
key never stands in what this module raises or returns.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

import aiohttp
import httpx2
import openai
import orjson

from trajgym.budget import FREE, Budget, Prices, Reservation
from trajgym.errors import OutOfBudget, TeacherUnavailable, TrajgymError
from trajgym.generators.endpoint import Redactor, is_openai, open_client, shown
from trajgym.generators.faults import CallFailed, Fault, RateLimited, classify
from trajgym.generators.reply import BadReply, ErrorInBody, Reply, parse_reply
from trajgym.generators.throttle import Throttle
from trajgym.ledger import Answer
from trajgym.seeding import Rng

KEY_HEADER = "X-Trajgym-Key"
_TRIES_TO_REACH = 3
"""An endpoint that never said anything is given up after so many tries of one call."""
_FAILED_AT_FIRST = 3
"""So many calls given up before one was ever answered: it is not the calls."""
_FAILED_IN_A_ROW = 20
"""So many calls given up with no answer in between: neither."""
_LONGEST_BACKOFF_S = 30.0
_OPTIONS: openai.RequestOptions = {
    "max_retries": 0,
    "timeout": None,  # the package's is for each read, ours for the whole answer
    "params": {},
    "follow_redirects": False,
    "security": {"bearer_auth": True},
    "synthesize_event_and_data": False,
}
"""All that the package would otherwise fill in for each request, by deep copies."""
_WIRE_ERRORS = (openai.APIConnectionError, httpx2.HTTPError, aiohttp.ClientError, OSError)


@dataclass(frozen=True, slots=True)
class Limits:
    """All times in seconds. `attempt_s`: from sending to the last byte of a reply. `call_s`: sum over the attempts of a
    call and the pauses between them; waiting for leave to send does not count. `attempts`: tries of a call. `backoff_s`:
    first pause after a fault, doubled each time. `patience_s`: the longest Retry-After that is waited for, and the longest
    time with nothing but 429."""

    attempt_s: float = 300.0
    call_s: float = 900.0
    attempts: int = 6
    backoff_s: float = 0.5
    patience_s: float = 900.0

    @classmethod
    def within(cls, seconds: float) -> Limits:
        """Those of a run whose replies may take so many seconds each."""
        return cls(attempt_s=seconds, call_s=3 * seconds)


class ChatClient:
    """Calls to one endpoint and model, at most `concurrency` in flight; for one event loop. Close it in the end.

    `api_key` and `base_url` default to what the `openai` package reads from OPENAI_API_KEY and OPENAI_BASE_URL. Raises
    `TeacherUnavailable` when OpenAI's own server is meant and no key is set, `TrajgymError` when the address is none.

    `answered` counts calls, `faults` attempts that went wrong by kind.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        concurrency: int = 64,
        limits: Limits | None = None,
        budget: Budget | None = None,
        prices: Prices = FREE,
    ) -> None:
        self.model = model
        self.limits = limits or Limits()
        self.budget = budget
        self.prices = prices
        self.answered = 0
        self.faults: Counter[str] = Counter()
        self._openai = open_client(base_url, api_key, concurrency, self.limits.attempt_s)
        self.address = shown(str(self._openai.base_url))
        self.throttle = Throttle(concurrency, f"{self.address} {model}")
        self._redactor = Redactor.of(self._openai)
        self._reached = False
        self._failed_in_a_row = 0
        self._last_fault = ""
        self._limited_since: float | None = None

    async def close(self) -> None:
        await self._openai.close()

    @property
    def is_openai(self) -> bool:
        """Whether the endpoint is OpenAI's own."""
        return is_openai(str(self._openai.base_url))

    async def send(self, key: str, request: bytes) -> Answer:
        """Makes the call `request` (a JSON body) named `key`, as often as the limits allow.

        Raises `CallFailed`, `TeacherUnavailable` or `OutOfBudget`.
        """
        clock = asyncio.get_running_loop().time
        used, tries = 0.0, 0
        while True:
            started, fault = clock(), None
            try:
                reply = await self._attempt(key, request, min(self.limits.attempt_s, self.limits.call_s - used), tries)
                return Answer(reply.raw, reply.usage.prompt_tokens, reply.usage.completion_tokens)
            except RateLimited:
                continue
            except Fault as caught:
                fault = caught
            tries += 1
            pause = self._backoff(key, tries)
            used += min(clock() - started, self.limits.attempt_s) + pause
            if (
                not fault.again
                or tries >= self.limits.attempts
                or used >= self.limits.call_s
                or self._nobody_there(tries)
            ):
                raise self._failed(fault, tries)
            await asyncio.sleep(pause)

    async def list_models(self) -> list[str]:
        """The names the endpoint lists; empty when it keeps no list.

        Raises `TeacherUnavailable` when it cannot be reached or refuses us.
        """
        try:
            async with asyncio.timeout(min(self.limits.attempt_s, 30.0)):
                response = await self._openai.get("/models", cast_to=httpx2.Response)
            return [str(row["id"]) for row in orjson.loads(response.content)["data"]]
        except openai.APIStatusError as error:
            meaning = self._meaning(error)
            if error.status_code in (401, 403):
                raise meaning from None
            return []
        except (TimeoutError, *_WIRE_ERRORS) as error:
            raise self._unreachable(self._words(error)) from None
        except (ValueError, TypeError, KeyError):
            return []

    def trouble(self) -> TeacherUnavailable | None:
        """For the end of a run: what to say when calls failed and not one was ever answered; else None."""
        return self._given_up() if self._failed_in_a_row and not self.answered else None

    # ---- one attempt

    async def _attempt(self, key: str, request: bytes, seconds: float, tries: int) -> Reply:
        """Waits for leave, sends once, and keeps all books: throttle, budget, faults. Raises `Fault` or a TrajgymError."""
        held = await self.budget.reserve(len(request), _completion_limit(request), self.prices) if self.budget else None
        used: tuple[int, int] | None = (0, 0)
        try:
            ticket = await self.throttle.acquire(again=tries > 0)
            used = None  # sent, and nobody knows yet what it costs
            try:
                reply = await self._exchange(key, request, seconds)
            except Fault as fault:
                self.faults[fault.kind] += 1
                used = None if fault.billed else (0, 0)
                if isinstance(fault, RateLimited):
                    self._limited(fault, ticket)
                raise
            except TrajgymError as error:
                self.faults[error.kind] += 1
                used = 0, 0
                self.throttle.close(error)
                raise
            finally:
                self.throttle.release()
            if reply.counted:
                used = reply.usage.prompt_tokens, reply.usage.completion_tokens
        finally:
            if held is not None:
                self._settle(held, used)
        self.throttle.succeeded()
        self.answered += 1
        self._failed_in_a_row = 0
        self._limited_since = None
        return reply

    async def _exchange(self, key: str, request: bytes, seconds: float) -> Reply:
        """One HTTP exchange and its checked reply. Raises `Fault` or what ends the run."""
        try:
            async with asyncio.timeout(seconds):
                response = await self._openai.post(
                    "/chat/completions",
                    cast_to=httpx2.Response,
                    content=request,
                    options={
                        **_OPTIONS,
                        "headers": {"Content-Type": "application/json", KEY_HEADER: key},
                        "idempotency_key": key,
                    },
                )
            self._reached = True
            return parse_reply(self._redactor.body(response.content))
        except openai.APIStatusError as error:
            self._reached = True
            raise self._meaning(error) from None
        except ErrorInBody as error:
            if error.status >= 400:
                said = orjson.dumps({"error": {"message": error.found}})
                raise classify(error.status, said, {}, self.address, self.model) from None
            raise Fault(error.kind, f"an error instead of an answer, {error.found}") from None
        except BadReply as error:
            raise Fault(error.kind, f"{error.found} instead of a chat completion", billed=True) from None
        except (TimeoutError, *_WIRE_ERRORS) as error:
            root = _root(error)  # the package calls many a lost connection a timeout
            if isinstance(error, TimeoutError) or isinstance(root, TimeoutError):
                raise Fault("timeout", f"no whole answer in {seconds:g} s", billed=True) from None
            unsent = isinstance(root, aiohttp.ClientConnectorError | ConnectionRefusedError)
            raise Fault("connection", self._words(error), billed=not unsent) from None

    def _meaning(self, error: openai.APIStatusError) -> Exception:
        body = self._redactor.body(error.response.content)
        return classify(error.status_code, body, error.response.headers, self.address, self.model)

    def _settle(self, held: Reservation, used: tuple[int, int] | None) -> None:
        assert self.budget is not None
        if used is None:
            self.budget.settle_worst(held)
        else:
            self.budget.settle(held, *used)

    # ---- what faults lead to

    def _backoff(self, key: str, tries: int) -> float:
        """Seconds to wait after fault number `tries` of call `key`: doubling, with up to half of it left to chance."""
        longest: float = min(_LONGEST_BACKOFF_S, self.limits.backoff_s * 2 ** (tries - 1))
        return longest * (0.5 + 0.5 * Rng("backoff", key, tries).random())

    def _limited(self, fault: RateLimited, ticket: int) -> None:
        """Holds everybody back for a while. Raises `OutOfBudget` when that while would be too long."""
        self._reached = True
        patience = self.limits.patience_s
        now = asyncio.get_running_loop().time()
        self._limited_since = self._limited_since or now
        if (fault.retry_after or 0.0) > patience or now - self._limited_since > patience:
            wait = f"asks us to wait {fault.retry_after:.0f} s" if fault.retry_after else "answers nothing else"
            error = OutOfBudget(
                f"{self.address} says that we ask too often and {wait}.", "Nothing is lost: repeat the command later."
            )
            self.throttle.close(error)
            raise error
        self.throttle.rate_limited(ticket, fault.retry_after)

    def _nobody_there(self, tries: int) -> bool:
        return not self._reached and tries >= _TRIES_TO_REACH

    def _failed(self, fault: Fault, tries: int) -> TeacherUnavailable:
        """The error for a call that is given up; when nothing ever works, the endpoint is given up with it."""
        self._failed_in_a_row += 1
        self._last_fault = fault.found
        if fault.kind == "connection" and not self._reached:
            error = self._unreachable(fault.found)
        elif self._failed_in_a_row >= (_FAILED_IN_A_ROW if self.answered else _FAILED_AT_FIRST):
            error = self._given_up()
        else:
            times = "once" if tries == 1 else f"{tries} times"
            return CallFailed(fault.kind, f"{self.address} was asked {times} and gave no answer; last: {fault.found}")
        self.throttle.close(error)
        return error

    def _given_up(self) -> TeacherUnavailable:
        return TeacherUnavailable(
            f"{self._failed_in_a_row} calls in a row failed at {self.address}; last: {self._last_fault}",
            "Check --model, --base-url (most end in /v1) and that the server knows tools; then repeat the command.",
        )

    def _unreachable(self, found: str) -> TeacherUnavailable:
        return TeacherUnavailable(f"{self.address} cannot be reached: {found}", "Check --base-url and that it runs.")

    def _words(self, error: BaseException) -> str:
        root = _root(error)
        return self._redactor.text(str(root) or type(root).__name__)


def _root(error: BaseException) -> BaseException:
    """The innermost cause: the package wraps what happened twice."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _completion_limit(request: bytes) -> int:
    """Most tokens the reply to `request` can have. Raises TrajgymError when the request does not limit them."""
    body = orjson.loads(request)
    limit = body.get("max_completion_tokens", body.get("max_tokens"))
    if not isinstance(limit, int):
        raise TrajgymError("A budget needs a limit on the tokens of each reply.", "Give max_tokens to the teacher.")
    return limit
