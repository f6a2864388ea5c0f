"""Kept trajectories per CPU-second, end to end, with the command line's defaults, beside the naive variant in the same run.

    python -m benchmarks.pipeline [--json]

One measurement is the three commands (generate, filter, export) as processes of their own; CPU is user + system of all of
them, start-up included. Ours and the naive variant take turns; medians over the repetitions are given. The naive variant
plays fewer tasks: its cost per task does not depend on their number.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TARGETS = {"retail_desk": 500.0, "tool_picker": 2000.0}
"""Kept trajectories per CPU-second."""
TARGET_RATIO = 3.0
CASES: dict[str, tuple[list[str], int, int]] = {
    "retail_desk": (["--worlds", "retail_desk", "--level", "2"], 3000, 300),
    "tool_picker": (["--worlds", "tool_picker"], 10000, 1000),
}
"""World -> (arguments, tasks for us, tasks for the naive variant)."""


def cpu_of(command: list[str]) -> float:
    """CPU seconds of `command` and all its children."""
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def run_once(module: str, arguments: list[str], n: int, seed: int) -> tuple[float, int]:
    """(CPU seconds, kept trajectories) of the three steps."""
    with tempfile.TemporaryDirectory() as folder:
        run = f"{folder}/run"
        base = [sys.executable, "-m", module]
        cpu = cpu_of([*base, "generate", *arguments, "-n", str(n), "--seed", str(seed), "--run", run])
        cpu += cpu_of([*base, "filter", run])
        cpu += cpu_of([*base, "export", run, "--out", f"{folder}/data"])
        kept = Path(folder, "data", "trl_sft", "train.meta.jsonl").read_bytes().count(b"\n")
    return cpu, kept


def measure(world: str, repetitions: int) -> dict[str, float | str]:
    arguments, n, naive_n = CASES[world]
    ours, naive = [], []
    for repetition in range(repetitions):
        cpu, kept = run_once("trajgym", arguments, n, repetition)
        ours.append(kept / cpu)
        cpu, kept = run_once("benchmarks.naive", arguments, naive_n, repetition)
        naive.append(kept / cpu)
    rate, base = statistics.median(ours), statistics.median(naive)
    return {
        "world": world,
        "kept_per_cpu_s": round(rate),
        "target": TARGETS[world],
        "naive_per_cpu_s": round(base),
        "ratio": round(rate / base, 1),
        "target_ratio": TARGET_RATIO,
    }


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args(argv)
    rows = [measure(world, options.repetitions) for world in CASES]
    if options.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(
            f"{row['world']}: {row['kept_per_cpu_s']} kept trajectories per CPU-second (target {row['target']:.0f}), "
            f"naive {row['naive_per_cpu_s']}, ratio {row['ratio']} (target {row['target_ratio']})"
        )


if __name__ == "__main__":
    main()
