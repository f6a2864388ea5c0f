"""What a call through the `openai` package costs us, beside what the package's own path costs, in the same run.

    python benchmarks/client.py            CPU per call, and throughput at 256 in flight
    python benchmarks/client.py --json     the same as one JSON object

The server runs in its own process. CPU is that of this process alone (user + system). Both paths send the same
history of nine messages with three tools; repetitions take turns, and medians are given. Throughput is counted in a
steady state: latency is drawn from 500 ms +- 50 %, and start and drain lie outside the window.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import openai

from trajgym.generators.openai_teacher import OpenAITeacher
from trajgym.task import Task

TARGET_CPU_MS = 0.7
TARGET_EFFICIENCY = 0.95
IN_FLIGHT = 32
LATENCY_S, JITTER = 0.5, 0.5
TASK = Task("benchmark", 1, 0, 0, 0, "act")


def tool(name: str) -> dict[str, Any]:
    properties = {
        "order_id": {"type": "string", "description": "The order, as it stands in the confirmation."},
        "item_ids": {"type": "array", "items": {"type": "string"}, "description": "Which items of the order."},
        "reason": {"type": "string", "enum": ["no longer needed", "ordered by mistake", "arrived damaged"]},
    }
    schema = {"type": "object", "properties": properties, "required": ["order_id"], "additionalProperties": False}
    words = "Does what its name says for one order of the customer, when the policy allows it. " * 2
    return {"type": "function", "function": {"name": name, "description": words, "parameters": schema}}


def history() -> list[dict[str, Any]]:
    """System, user, three calls with their results, and the user again: nine messages."""
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "You are a support agent. " + "Policy clause: look before you change. " * 20},
        {"role": "user", "content": "Please return the blue shoes of my last order, they arrived damaged."},
    ]
    for i in range(3):
        function = {"name": "find_order", "arguments": json.dumps({"order_id": f"W{i:07d}"})}
        call = {"id": f"abcdefgh{i}", "type": "function", "function": function}
        messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        messages.append(
            {"role": "tool", "tool_call_id": f"abcdefgh{i}", "content": json.dumps({"rows": ["x" * 40] * 5})}
        )
    return [*messages, {"role": "user", "content": "Yes, go on."}]


MESSAGES = history()
TOOLS = [tool("find_order"), tool("return_items"), tool("cancel_order")]


@contextmanager
def server(*options: str) -> Iterator[str]:
    """The base URL of a loopback server in a process of its own."""
    command = [sys.executable, "-m", "trajgym.testing.loopback", "--turns", "9", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def teacher_at(url: str, in_flight: int) -> OpenAITeacher:
    return OpenAITeacher("scripted", base_url=url, api_key="benchmark", concurrency=in_flight)


async def cpu_ms(call: Callable[[str], Awaitable[Any]], calls: int) -> float:
    """CPU of this process per call, `IN_FLIGHT` at a time."""
    names = iter(range(calls))

    async def worker() -> None:
        for i in names:
            await call(f"bench/{i}/main/0/teacher/0")

    before = time.process_time()
    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
    return (time.process_time() - before) * 1000 / calls


async def compare(url: str, calls: int, repetitions: int) -> tuple[float, float]:
    """Medians of CPU-ms per call: ours, and the package's `create()` with its default client."""
    teacher = teacher_at(url, IN_FLIGHT)
    policy = teacher.open(TASK, "bench")
    package: Any = openai.AsyncOpenAI(base_url=url, api_key="benchmark")

    async def ours(key: str) -> None:
        await policy.reply(MESSAGES, TOOLS, key)

    async def theirs(key: str) -> None:
        await package.chat.completions.create(model="scripted", messages=MESSAGES, tools=TOOLS, max_tokens=2048)

    samples: dict[str, list[float]] = {"ours": [], "theirs": []}
    try:
        for repetition in range(repetitions + 1):  # the first one opens the connections and is not counted
            for name, call in (("ours", ours), ("theirs", theirs)):
                spent = await cpu_ms(call, calls)
                if repetition:
                    samples[name].append(spent)
    finally:
        await teacher.close()
        await package.close()
    return statistics.median(samples["ours"]), statistics.median(samples["theirs"])


async def throughput(url: str, in_flight: int, seconds: float) -> float:
    """Calls a second that end in a window of `seconds`, with `in_flight` calls always under way."""
    teacher = teacher_at(url, in_flight)
    policy = teacher.open(TASK, "bench")
    start = time.monotonic() + 4 * LATENCY_S
    end = start + seconds
    ended = 0

    async def worker(number: int) -> None:
        nonlocal ended
        while (now := time.monotonic()) < end:
            await policy.reply(MESSAGES, TOOLS, f"bench/{number}/main/{now}/teacher/0")
            ended += start <= time.monotonic() < end

    try:
        await asyncio.gather(*(worker(i) for i in range(in_flight)))
    finally:
        await teacher.close()
    return ended / seconds


def measure(calls: int, repetitions: int, seconds: float, in_flight: int) -> dict[str, float]:
    with server() as url:
        ours, theirs = asyncio.run(compare(url, calls, repetitions))
    with server("--latency", str(LATENCY_S), "--jitter", str(JITTER)) as url:
        before = time.process_time()
        rate = asyncio.run(throughput(url, in_flight, seconds))
        cpu = (time.process_time() - before) / (seconds + 5 * LATENCY_S)
    return {
        "cpu_ms_per_call": round(ours, 3),
        "package_cpu_ms_per_call": round(theirs, 3),
        "ratio": round(theirs / ours, 2),
        "calls_per_second": round(rate, 1),
        "ideal_calls_per_second": in_flight / LATENCY_S,
        "efficiency": round(rate * LATENCY_S / in_flight, 4),
        "cores_used": round(cpu, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--calls", type=int, default=800, help="calls in one repetition")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20.0, help="length of the throughput window")
    parser.add_argument("--in-flight", type=int, default=256)
    options = parser.parse_args()
    numbers = measure(options.calls, options.repetitions, options.seconds, options.in_flight)
    if options.json:
        print(json.dumps(numbers))
        return
    cpu, package = numbers["cpu_ms_per_call"], numbers["package_cpu_ms_per_call"]
    print(
        f"CPU per call, 9 messages   {cpu:.2f} ms   (target {TARGET_CPU_MS}; the package's create() {package:.2f} ms, "
    )
    print(f"                           {numbers['ratio']:.1f} x as much)")
    print(
        f"{options.in_flight} in flight at 500 ms    {numbers['calls_per_second']:.0f} calls/s of "
        f"{numbers['ideal_calls_per_second']:.0f}: {numbers['efficiency']:.1%} (target {TARGET_EFFICIENCY:.0%}), "
        f"{numbers['cores_used']:.2f} cores"
    )


if __name__ == "__main__":
    main()
