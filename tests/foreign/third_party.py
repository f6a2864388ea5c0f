"""Three MCP servers from the package index that nobody here wrote, each in an environment of its own, 100 episodes each.

`make test-servers` runs it. It needs a package index, so it is no part of the default tests. It prints a table, and fails when an
episode goes wrong, when state goes over from one to the next, or when a process, a folder or a key of ours is found where it
must not be.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

import trajgym

EPISODES = 100
CANARY = "canary-7f3a"


def clock(number: int) -> dict[str, Any]:
    """Between zones without summer time, so that the answer is known."""
    hour = number % 24
    args = {"source_timezone": "Asia/Tokyo", "time": f"{hour:02d}:{number % 60:02d}", "target_timezone": "Asia/Kolkata"}
    return {
        "id": f"clock-{number}",
        "user": f"It is {args['time']} in Tokyo. What is the time difference to Kolkata?",
        "solution": [{"tool": "convert_time", "args": args}],
        "checks": [{"called": "convert_time", "args": args}, {"said": "-3.5h"}],
    }


def sums(number: int) -> dict[str, Any]:
    expression = f"{number} * 37 + 11"
    return {
        "id": f"sum-{number}",
        "user": f"What is {expression}?",
        "solution": [{"tool": "calculate", "args": {"expression": expression}}],
        "checks": [{"called": "calculate"}, {"said": number * 37 + 11}],
    }


def repository(number: int) -> dict[str, Any]:
    """A file is staged; that no earlier episode's file is there shows that nothing goes over."""
    name = f"file{number}.txt"
    repo = {"repo_path": "/workspace"}
    return {
        "id": f"repository-{number}",
        "user": f"Stage {name} in /workspace, and tell me what else is waiting there",
        "files": {name: "hello\n"},
        "solution": [
            {"tool": "git_status", "args": repo},
            {"tool": "git_add", "args": {**repo, "files": [name]}},
        ],
        "checks": [
            {"called": "git_add", "args": {"files": [name]}},
            {"not_called": "git_reset"},
            {"read_back": "git_status", "args": repo, "contains": f"new file:   {name}\n"},
        ],
    }


SERVERS = {
    "mcp-server-time": ("{bin}/mcp-server-time --local-timezone UTC", clock),
    "mcp-server-calculator": ("{bin}/python -m mcp_server_calculator", sums),
    "mcp-server-git": ("sh -c 'git init -q . && exec {bin}/mcp-server-git'", repository),
}


def main() -> None:
    os.environ["OPENAI_API_KEY"] = CANARY
    failed = False
    with tempfile.TemporaryDirectory() as place:
        for package, (command, row) in SERVERS.items():
            home = Path(place) / package
            subprocess.run([sys.executable, "-m", "venv", home], check=True)
            subprocess.run([home / "bin" / "pip", "install", "--quiet", package], check=True)
            found = episodes(home, command.replace("{bin}", str(home / "bin")), [row(n) for n in range(EPISODES)])
            print(package, json.dumps(found), flush=True)
            failed |= found["right"] < EPISODES or found["proved"] < EPISODES or bool(found["left"] or found["leaks"])
    sys.exit(failed)


def episodes(home: Path, command: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Play `rows`, prove them, and look for what was left."""
    (home / "tasks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run = trajgym.Run(home / "run")
    began = time.perf_counter()
    report = run.generate(mcp=command, tasks=str(home / "tasks.jsonl"), pairs_per_task=0)
    seconds = time.perf_counter() - began
    kept = run.filter(["format", "outcome", "proof"]).kept
    trajectories = list(run.trajectories())
    journal = b"".join(file.read_bytes() for file in run.path.iterdir() if file.is_file())
    ours = psutil.Process()
    return {
        "right": report.rewarded,
        "proved": kept,
        "replayable": sum(t.proof == "replayable" for t in trajectories),
        "seconds": round(seconds, 1),
        "left": len(ours.children(recursive=True)) + len(list(Path(tempfile.gettempdir()).glob("trajgym-mcp-*"))),
        "leaks": journal.count(CANARY.encode()) + seen_by(command).count(CANARY),
    }


def seen_by(command: str) -> str:
    """The environment that a session of the server runs in."""
    from trajgym.gym_envs.foreign.mcp_server import McpServer

    session = McpServer(command).open({})
    children = psutil.Process().children(recursive=True)
    seen = " ".join(str(child.environ()) for child in children)
    session.close()
    assert children
    return seen


if __name__ == "__main__":
    main()
