"""Whole rollouts of a model teacher: through the `openai` package, the ledger and the journal, against a loopback server.

    python -m benchmarks.rollouts [--json]

The server (the expert, see `trajgym.testing.expert`) runs in a process of its own; CPU is that of our process alone, and what
is measured is the engine's own loop, with episodes, verdicts, pairs and commits. At 0 ms all tasks need just four calls: these
lie scattered in the stream, so it is planned beforehand, and what planning a task takes is added to each trajectory. The
rate is trajectories per CPU-second of one core, and the baseline, which takes turns with it, is the same loop with the
package's own `create()` and no ledger. At 500 ms +- 50 % and 256 in flight, calls that end in a window of steady
state are counted (start and drain lie outside) and compared with the ideal of 512 a second. Medians over the repetitions.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import openai

from trajgym.config import GenerateConfig
from trajgym.generators.client import KEY_HEADER
from trajgym.generators.engine import GenerateReport, Work, _at_once, rare_collections
from trajgym.generators.openai_teacher import OpenAITeacher
from trajgym.generators.reply import Reply
from trajgym.generators.rollout import Teacher
from trajgym.gym_envs.episode import Done, Episode, Need
from trajgym.journal import Journal
from trajgym.progress import Silent
from trajgym.task import Task
from trajgym.trajectory import Usage

TARGET_RATE = 250.0
TARGET_EFFICIENCY = 0.95
CALLS = 4
IN_FLIGHT_AT_ONCE, IN_FLIGHT = 32, 256
LATENCY_S, JITTER = 0.5, 0.5
WORLD, TASKS, PLANNED = "tool_picker", 20_000, 3000


@contextmanager
def server(*options: str) -> Iterator[str]:
    """The base URL of the expert in a process of its own."""
    command = [sys.executable, "-m", "trajgym.testing.expert", "--worlds", WORLD, "-n", str(TASKS), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def config_at(url: str, concurrency: int) -> GenerateConfig:
    asked = {"worlds": [WORLD], "n": TASKS, "teacher": "openai", "model": "expert", "base_url": url}
    return GenerateConfig.model_validate(asked | {"concurrency": concurrency})


def planning_s(config: GenerateConfig) -> float:
    """CPU-seconds that planning takes for one of the first `PLANNED` tasks of a run."""
    work = Work(config, [])
    before = time.process_time()
    for number in range(PLANNED):
        work.task(number)
    return (time.process_time() - before) / PLANNED


def four_call_tasks(work: Work, wanted: int) -> list[int]:
    """The numbers of the first tasks of the run that the expert does in four messages."""
    found: list[int] = []
    for number in count():
        if len(found) == wanted:
            return found
        episode = Episode(work.task(number))
        need: Need | Done = episode.start()
        while not isinstance(need, Done) and len(episode.turns) < CALLS:
            need = episode.send(episode.oracle())
        episode.close()
        if isinstance(need, Done) and len(need.trajectory.turns) == CALLS:
            found.append(number)
    raise AssertionError("the stream has no end")


class PackageTeacher:
    """The baseline: asks as the package is usually asked, and keeps nothing."""

    name, kind, instant = "expert", "model", False

    def __init__(self, url: str) -> None:
        self._client: Any = openai.AsyncOpenAI(base_url=url)

    def open(self, task: Task, episode: Episode) -> PackageTeacher:
        return self

    async def reply(self, messages: list[Any], tools: list[Any], key: str) -> Reply:
        completion = await self._client.chat.completions.create(
            model=self.name,
            messages=messages,
            tools=tools or openai.NOT_GIVEN,
            max_tokens=2048,
            extra_headers={KEY_HEADER: key},
        )
        choice, used = completion.choices[0], completion.usage
        usage = Usage(1, used.prompt_tokens, used.completion_tokens)
        return Reply(choice.message.model_dump(exclude_none=True), b"", choice.finish_reason, usage)

    async def close(self) -> None:
        await self._client.close()


class Bench:
    """Rollouts as `config` has them, each time with a new teacher and a new journal."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._config = work.config

    @contextmanager
    def _journal(self) -> Iterator[Journal]:
        with tempfile.TemporaryDirectory() as folder, Journal.open(Path(folder, "j.sqlite"), create=True) as journal:
            yield journal

    async def _play(
        self, journal: Journal, teacher: Teacher, numbers: Iterable[int], progress: Silent
    ) -> GenerateReport:
        report = GenerateReport(self._config.concurrency, 0)
        pending = ((number, 0) for number in numbers)
        with rare_collections():
            await _at_once(journal, self._work, teacher, None, pending, report, progress)
        return report

    async def rates(self, numbers: list[int], repetitions: int) -> tuple[list[float], list[float]]:
        """Trajectories per CPU-second of our process, without planning, ours and the baseline's, for each repetition; one
        before them fills the caches."""
        ours, theirs = [], []
        for _ in range(repetitions + 1):
            ours.append(await self._rate(numbers, lambda journal: OpenAITeacher.from_config(self._config, journal)))
            few = numbers[: max(1, len(numbers) // 4)]
            theirs.append(await self._rate(few, lambda _: PackageTeacher(self._config.base_url)))
        return ours[1:], theirs[1:]

    async def _rate(self, numbers: list[int], make: Callable[[Journal], Teacher]) -> float:
        with self._journal() as journal:
            teacher = make(journal)
            before = time.process_time()
            report = await self._play(journal, teacher, numbers, Silent())
            rate = report.made / (time.process_time() - before)
            await teacher.close()
        return rate

    async def efficiencies(self, seconds: float, repetitions: int) -> tuple[list[float], list[float]]:
        """(share of the ideal throughput, cores used) in windows of `seconds`, one after another in one long run."""
        shares, cores = [], []
        progress = Silent()
        with self._journal() as journal:
            teacher = OpenAITeacher.from_config(self._config, journal)
            assert teacher.ledger
            run = asyncio.create_task(self._play(journal, teacher, range(TASKS), progress))
            await asyncio.sleep(8 * LATENCY_S)  # by then the first episodes have ended, and no two are in step
            for _ in range(repetitions):
                calls, start, cpu = teacher.ledger.bought, time.monotonic(), time.process_time()
                await asyncio.sleep(seconds)
                passed = time.monotonic() - start
                shares.append((teacher.ledger.bought - calls) / passed * LATENCY_S / self._config.concurrency)
                cores.append((time.process_time() - cpu) / passed)
            progress.stopping = True
            await run
            await teacher.close()
        return shares, cores


def measure(trajectories: int, repetitions: int, seconds: float) -> dict[str, float]:
    with server() as url:
        work = Work(config_at(url, IN_FLIGHT_AT_ONCE), [])
        numbers = four_call_tasks(work, trajectories)
        rates, baselines = asyncio.run(Bench(work).rates(numbers, repetitions))
        planning = planning_s(work.config)
    with server("--latency", str(LATENCY_S), "--jitter", str(JITTER)) as url:
        shares, cores = asyncio.run(Bench(Work(config_at(url, IN_FLIGHT), [])).efficiencies(seconds, repetitions))
    rate, baseline = (1 / (1 / statistics.median(found) + planning) for found in (rates, baselines))
    return {
        "trajectories_per_cpu_s": round(rate, 1),
        "target_trajectories_per_cpu_s": TARGET_RATE,
        "baseline_per_cpu_s": round(baseline, 1),
        "ratio": round(rate / baseline, 1),
        "cpu_ms_per_call": round(1000 / rate / CALLS, 3),
        "efficiency": round(statistics.median(shares), 4),
        "target_efficiency": TARGET_EFFICIENCY,
        "cores_used": round(statistics.median(cores), 2),
    }


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--trajectories", type=int, default=300, help="in one repetition")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8.0, help="length of a throughput window")
    options = parser.parse_args(argv)
    os.environ["OPENAI_API_KEY"] = "benchmark"
    numbers = measure(options.trajectories, options.repetitions, options.seconds)
    if options.json:
        print(json.dumps(numbers))
        return
    print(
        f"four-call trajectories   {numbers['trajectories_per_cpu_s']:.0f} per second and core "
        f"(target {TARGET_RATE:.0f}; the package's create() {numbers['baseline_per_cpu_s']:.0f}, ratio "
        f"{numbers['ratio']:.1f}), {numbers['cpu_ms_per_call']:.2f} CPU-ms per call, all included"
    )
    print(
        f"{IN_FLIGHT} in flight at 500 ms  {numbers['efficiency']:.1%} of the ideal throughput "
        f"(target {TARGET_EFFICIENCY:.0%}), {numbers['cores_used']:.2f} cores"
    )


if __name__ == "__main__":
    main()
