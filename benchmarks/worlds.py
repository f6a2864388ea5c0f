"""Each world on its own: `reset` and an oracle episode, a snapshot and its restore, and many episodes in flight.

    python -m benchmarks.worlds [--json] [--worlds NAME,NAME]

Ours and the naive variant (deepcopy of the state before each step, pure-Python schema validation, standard json, a world
built anew for each episode) play the same tasks of level 2 in processes of their own, in turns; medians over the
repetitions are given. Worlds are built before the clock starts: the rates are those of a pool of worlds.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from typing import Any

from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode, Need
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.world import World

LEVEL = 2
TASKS = 400
NAIVE_TASKS = 24
IN_FLIGHT = 256
TARGET_RATE = 1000.0
"""Episodes per CPU-second of a world over SQLite."""
TARGET_SNAPSHOT_MS = 0.5
TARGET_IN_FLIGHT_MB = 400.0
_SNAPSHOTS = 50


def play(world: World, index: int) -> Done:
    """One oracle episode of a task of level 2."""
    episode = Episode(make_task(world, 0, index, LEVEL))
    need: Need | Done = episode.start()
    while not isinstance(need, Done):
        need = episode.send(episode.oracle())
    return need


def rate(world: World, n: int) -> float:
    """Oracle episodes per CPU-second, worlds pre-built by a first round over other tasks."""
    for index in range(n, 2 * n):
        play(world, index)
    begin = time.process_time()
    for index in range(n):
        play(world, index)
    return n / (time.process_time() - begin)


def snapshot_ms(world: World) -> float:
    """Median milliseconds of CPU of a snapshot and its restore, in the middle of episodes."""
    times = []
    for index in range(_SNAPSHOTS):
        episode = Episode(make_task(world, 0, index, LEVEL))
        episode.start()
        episode.send(episode.oracle())
        if episode.over:
            continue
        begin = time.process_time_ns()
        other = Episode.restore(episode.snapshot())
        times.append((time.process_time_ns() - begin) / 1e6)
        other.close()
        episode.close()
    return statistics.median(times)


def in_flight_mb(worlds: list[World]) -> float:
    """Peak resident memory of this process with `IN_FLIGHT` episodes of all worlds begun and none over."""
    begun = []
    for number in range(IN_FLIGHT):
        index, turn = divmod(number, len(worlds))
        episode = Episode(make_task(worlds[turn], 0, index, LEVEL))
        episode.start()
        episode.send(episode.oracle())
        begun.append(episode)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for episode in begun:
        episode.close()
    return peak


def _child(what: str, name: str, naive: bool) -> float:
    """Measure `what` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.worlds", "--child", what, "--worlds", name]
    out = subprocess.run([*command, *(["--naive"] if naive else [])], check=True, capture_output=True, text=True)
    return float(out.stdout.strip().splitlines()[-1])


def _measure_here(what: str, worlds: list[World], naive: bool) -> float:
    if naive:
        from benchmarks.naive import install

        install()
    if what == "flight":
        return in_flight_mb(worlds)
    return snapshot_ms(worlds[0]) if what == "snapshot" else rate(worlds[0], NAIVE_TASKS if naive else TASKS)


def measure(name: str, repetitions: int) -> dict[str, Any]:
    ours, naive = [], []
    for _ in range(repetitions):
        ours.append(_child("rate", name, False))
        naive.append(_child("rate", name, True))
    mine, base = statistics.median(ours), statistics.median(naive)
    return {
        "world": name,
        "backend": registry.load(name).backend,
        "episodes_per_cpu_s": round(mine),
        "naive_per_cpu_s": round(base),
        "ratio": round(mine / base, 1),
        "snapshot_restore_ms": round(_child("snapshot", name, False), 3),
    }


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--worlds", default=",".join(registry.names()))
    parser.add_argument("--child", choices=("rate", "snapshot", "flight"), help=argparse.SUPPRESS)
    parser.add_argument("--naive", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    names = options.worlds.split(",")
    if options.child:
        print(_measure_here(options.child, [registry.load(name) for name in names], options.naive))
        return
    rows = [measure(name, options.repetitions) for name in names]
    peak = _child("flight", options.worlds, False)
    if options.json:
        print(json.dumps({"worlds": rows, "in_flight_mb": peak}))
        return
    for row in rows:
        print(
            f"{row['world']} ({row['backend']}): {row['episodes_per_cpu_s']} oracle episodes per CPU-second "
            f"(target {TARGET_RATE:.0f} over SQLite), naive {row['naive_per_cpu_s']}, ratio {row['ratio']}; snapshot and "
            f"restore {row['snapshot_restore_ms']} ms (target {TARGET_SNAPSHOT_MS})"
        )
    print(f"{IN_FLIGHT} episodes in flight: peak {peak:.0f} MB (target {TARGET_IN_FLIGHT_MB:.0f})")


if __name__ == "__main__":
    main()
