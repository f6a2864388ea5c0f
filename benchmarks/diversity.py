"""How fast diversity and realism are measured, and whether their memory grows.

    python -m benchmarks.diversity            seconds for 100,000 trajectories, peak memory
    python -m benchmarks.diversity --json     the same as one JSON object

The rows are made up from real ones: trajectories of some worlds, in which a tenth of the words is replaced. Times are CPU of this
process, and of the clock, for all that `trajgym coverage` measures of a row but the behaviour it covers; making the
rows is not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import sys
import time
from collections.abc import Iterator

import orjson

from trajgym.generators.rollout import rollout
from trajgym.generators.scripted import ScriptedTeacher
from trajgym.gym_envs.registry import load
from trajgym.gym_envs.stream import tasks
from trajgym.gym_envs.user.dims import NEUTRAL
from trajgym.measures.realism import Realism
from trajgym.measures.survey import Looks

WORLDS = ("retail_desk", "desktop_assistant", "tool_picker")
SEEDS = 300
ROWS = 100_000
BATCH = 1000
TARGET_S = 120.0


def seeds() -> list[bytes]:
    made = [task for _, task in tasks([load(name) for name in WORLDS], SEEDS, 7)]
    return [asyncio.run(rollout(task, 0, ScriptedTeacher(), 0))[0].encode() for task in made]


def rows(count: int) -> Iterator[list[bytes]]:
    """`count` rows in batches."""
    draw, patterns = random.Random(7), seeds()
    vocabulary = [f"{a}{b}{c}{n}" for a in "bdfgk" for b in "aeiou" for c in "lmnrst" for n in ("", "er", "ing", "ed")]
    for _ in range(count // BATCH):
        batch = []
        for _ in range(BATCH):
            words = draw.choice(patterns).split(b" ")
            for place in draw.sample(range(1, len(words) - 1), len(words) // 10):
                if words[place].isalpha():
                    words[place] = draw.choice(vocabulary).encode()
            batch.append(b" ".join(words))
        yield batch


def megabytes_at_peak() -> float:
    kilo = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / kilo


def measure(count: int) -> dict[str, float]:
    looks = Looks(NEUTRAL, Realism())
    cpu = clock = 0.0
    peaks = []
    for number, batch in enumerate(rows(count)):
        began = time.process_time(), time.perf_counter()
        for body in batch:
            looks.add(orjson.loads(body))
        cpu += time.process_time() - began[0]
        clock += time.perf_counter() - began[1]
        if number == count // BATCH // 5:
            peaks.append(megabytes_at_peak())
    began = time.process_time(), time.perf_counter()
    found = looks.report({}, "kept")
    cpu += time.process_time() - began[0]
    clock += time.perf_counter() - began[1]
    return {
        "rows": found["openings"]["texts"],
        "words": found["assistant"]["words"] + found["openings"]["words"],
        "cpu_s": round(cpu, 1),
        "clock_s": round(clock, 1),
        "us_per_row": round(1e6 * cpu / count),
        "peak_mb_at_a_fifth": round(peaks[0], 1),
        "peak_mb": round(megabytes_at_peak(), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rows", type=int, default=ROWS, help="trajectories, in thousands")
    options = parser.parse_args()
    found = measure(options.rows)
    if options.json:
        print(json.dumps(found))
        return
    print(
        f"diversity and realism of {found['rows']:,} trajectories ({found['words']:,} words): {found['clock_s']:.1f} s, "
        f"{found['cpu_s']:.1f} s of CPU, {found['us_per_row']} us a row (target {TARGET_S:.0f} s for {ROWS:,})"
    )
    print(f"memory: peak {found['peak_mb_at_a_fifth']:.0f} MB after a fifth, {found['peak_mb']:.0f} MB at the end")


if __name__ == "__main__":
    main()
