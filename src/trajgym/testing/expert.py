"""The scripted model behind the loopback server: plays the oracle, or, as often as it is told to, makes a mistake.

It is a model as a server has one: all it gets is a request. Which task the conversation belongs to it takes out of the
key in the request's header (`trajgym.ledger.call_key`), and where the conversation stands it finds out by playing the
assistant messages of the history itself. In a test: ``Loopback(Expert(tasks))``. In a process of its own:
``python -m trajgym.testing.expert --worlds tool_picker -n 100 --seed 7`` prints a base URL and serves until it is ended.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from trajgym.chat import Message
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.operators import OPERATORS, propose
from trajgym.gym_envs.registry import load
from trajgym.gym_envs.stream import tasks as stream
from trajgym.seeding import Rng, digest
from trajgym.task import Task
from trajgym.testing.loopback import Loopback

_LIVE = 1024
"""Episodes kept at most, so that each request plays on from the last one of its conversation."""
_INVALID_JSON = '{"error":{"code":"invalid_json"'


class Expert:
    """A `trajgym.testing.loopback.Model` that knows the answers to `tasks`.

    With probability `error_rate` a message is a mistake that fits where it stands; `seed` decides which messages and which
    mistakes. Equal keys and histories get equal answers, whatever was asked before. For one thread, and one in which nobody
    plays in another: worlds are pooled by process.
    """

    def __init__(self, tasks: Iterable[Task], error_rate: float = 0.0, seed: int = 0) -> None:
        self._tasks = {task.id: task for task in tasks}
        self._error_rate = error_rate
        self._seed = seed
        self._live: OrderedDict[tuple[str, int], Episode] = OrderedDict()

    def __call__(self, request: dict[str, Any], key: str) -> dict[str, Any]:
        """The assistant message after the history in `request`, as OpenAI has it. `key` is the call's ledger key.

        Raises LookupError for a task it was not given, ValueError for a history that its task cannot have.
        """
        name, sample, *_ = key.split("/")
        task = self._tasks.get(name)
        if task is None:
            raise LookupError(f"The expert was not given the task {name}.")
        episode = self._episode(task, int(sample), said_before(request["messages"]))
        return self._answer(episode, key)

    def _answer(self, episode: Episode, key: str) -> dict[str, Any]:
        message = self._mistake(episode, key) or episode.oracle()
        answer: dict[str, Any] = {"role": "assistant", "content": message["content"], "refusal": None}
        if "tool_calls" in message:
            names = (digest(key, position).hex()[:24] for position in range(len(message["tool_calls"])))
            answer["tool_calls"] = [
                {"id": f"call_{name}", "type": "function", "function": dict(call["function"])}
                for name, call in zip(names, message["tool_calls"], strict=True)
            ]
        return answer

    def _mistake(self, episode: Episode, key: str) -> Message | None:
        """A mistake for where `episode` stands, if one is due and any fits."""
        rng = Rng("expert", self._seed, key)
        if not rng.chance(self._error_rate):
            return None
        for code in rng.sample(sorted(OPERATORS), len(OPERATORS)):
            proposal = propose(episode, code, rng)
            if proposal is not None:
                return proposal[0]
        return None

    def _episode(self, task: Task, sample: int, said: list[Message]) -> Episode:
        """The episode of `task` after the assistant messages `said`: the live one where it is on the way there."""
        place = task.id, sample
        episode = self._live.pop(place, None)
        if episode is not None and not _on_the_way(episode, said):
            episode.close()
            episode = None
        if episode is None:
            episode = Episode(task, sample=sample)
            episode.start()
        for message in said[len(episode.turns) :]:
            over = isinstance(episode.send(message), Done)
            if over:
                raise ValueError(f"The history of {task.id}/{sample} goes on after its end.")
        self._live[place] = episode
        if len(self._live) > _LIVE:
            self._live.popitem(last=False)[1].close()
        return episode


def said_before(messages: list[Any]) -> list[Message]:
    """The assistant messages of a history. Arguments that did not parse stand in it as ``{}``: where the tool's answer
    says so, they are made unparsable again, so that they meet the same end."""
    broken = {
        m["tool_call_id"] for m in messages if m["role"] == "tool" and (m["content"] or "").startswith(_INVALID_JSON)
    }
    return [_spoilt(m, broken) if broken else m for m in messages if m["role"] == "assistant"]


def _spoilt(message: Any, broken: set[str]) -> Any:
    if not any(call["id"] in broken for call in message.get("tool_calls", ())):
        return message
    calls = [
        call if call["id"] not in broken else {**call, "function": {**call["function"], "arguments": "{"}}
        for call in message["tool_calls"]
    ]
    return {**message, "tool_calls": calls}


def _on_the_way(episode: Episode, said: list[Message]) -> bool:
    return len(episode.turns) <= len(said) and all(
        _meaning(turn.message) == _meaning(message) for turn, message in zip(episode.turns, said, strict=False)
    )


def _meaning(message: Message) -> tuple[str, list[tuple[str, str]]]:
    """What a message says and calls; arguments that did not parse read ``{}``, as in an episode's history."""
    calls = [call["function"] for call in message.get("tool_calls", ())]
    return message["content"] or "", [
        (call["name"], "{}" if call["arguments"] == "{" else call["arguments"]) for call in calls
    ]


def main() -> None:
    """Serves until the process is ended; the first line on stdout is the base URL."""
    parser = argparse.ArgumentParser(description="A chat-completions server with the expert behind it.")
    parser.add_argument("--worlds", required=True, help="separated by commas, as in the run that will ask")
    parser.add_argument("-n", type=int, required=True, help="tasks, over all worlds")
    parser.add_argument("--seed", type=int, default=0, help="of the tasks")
    parser.add_argument("--error-rate", type=float, default=0.0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds")
    parser.add_argument("--jitter", type=float, default=0.0, help="share of the latency, both ways")
    options = parser.parse_args()
    worlds = [load(name) for name in options.worlds.split(",")]
    expert = Expert((task for _, task in stream(worlds, options.n, options.seed)), options.error_rate)

    async def serve() -> None:
        loopback = Loopback(expert, latency=options.latency, jitter=options.jitter)
        server = await loopback.start()
        print(loopback.base_url, flush=True)
        await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
