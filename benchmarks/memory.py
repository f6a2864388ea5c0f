"""Peak memory of each step at 20,000 and at 100,000 trajectories: it must not grow with their number.

python -m benchmarks.memory [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile

SIZES = (20_000, 100_000)
TARGET_MB = 400.0
TARGET_SURVIVE = 0.9
"""Share of 10,000 tool_picker tasks that deduplication must let through."""


def peak_mb(command: list[str]) -> float:
    """Peak resident memory of `command` in MB (its own process)."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed with status {status}")
    return usage.ru_maxrss / 1024


def steps(n: int, folder: str) -> dict[str, float]:
    base = [sys.executable, "-m", "trajgym"]
    run = f"{folder}/run{n}"
    return {
        "generate": peak_mb([*base, "generate", "--worlds", "tool_picker", "-n", str(n), "--run", run]),
        "filter": peak_mb([*base, "filter", run]),
        "export": peak_mb([*base, "export", run, "--out", f"{folder}/data{n}"]),
    }


def survivors(folder: str) -> float:
    """Share of 10,000 tool_picker trajectories kept by the default filters."""
    base = [sys.executable, "-m", "trajgym"]
    run = f"{folder}/dedup"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*base, "generate", "--worlds", "tool_picker", "-n", "10000", "--run", run], check=True, **quiet)  # type: ignore[call-overload]
    out = subprocess.run([*base, "filter", run, "--json"], check=True, capture_output=True, text=True).stdout
    report = json.loads(out)
    return float(report["kept"] / report["examined"])


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        share = survivors(folder)
        peaks = {n: steps(n, folder) for n in SIZES}
    if options.json:
        print(json.dumps({"survivors": share, "peak_mb": peaks}))
        return
    print(f"10,000 tool_picker tasks: {share:.1%} survive the default filters (target {TARGET_SURVIVE:.0%})")
    small, large = (peaks[n] for n in SIZES)
    for step in small:
        print(
            f"{step}: peak {small[step]:.0f} MB at {SIZES[0]:,}, {large[step]:.0f} MB at {SIZES[1]:,} "
            f"(target: under {TARGET_MB:.0f} MB, no growth)"
        )


if __name__ == "__main__":
    main()
