"""Every ``sh`` and ``python`` block of the README and of docs/ is run, page by page, in an empty folder.

As they stand, but for two things: the reader's server is one of the tests, and ``-n 500`` is ``-n 60``.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from trajgym.testing.loopback import Loopback

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "datasets" / "README.md", *(ROOT / "docs").glob("*.md")])
LONG = ("coverage.md", "your-own-tools.md", "formats.md", "curriculum.md")
"""Pages whose examples take long: ``make test-long`` runs them."""
SERVER = "http://localhost:8000/v1"
"""What pages call the server of the reader; a server of the tests takes its place."""

FENCE = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    line: int
    kind: str
    code: str


def blocks(text: str) -> list[Block]:
    return [Block(text[: found.start()].count("\n") + 1, found[1], found[2]) for found in FENCE.finditer(text)]


def run(block: Block, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    shell = ["bash", "-euo", "pipefail", "-c"] if block.kind == "sh" else [sys.executable, "-c"]
    return subprocess.run(
        [*shell, block.code], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def cases() -> list[Any]:
    found = [page for page in PAGES if blocks(page.read_text("utf-8"))]
    return [pytest.param(page, marks=[pytest.mark.long] if page.name in LONG else [], id=name(page)) for page in found]


@pytest.mark.parametrize("page", cases())
def test_examples_run(page: Path, tmp_path: Path, fresh_environment: dict[str, str], expert_server: Loopback) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    environment = {**fresh_environment, "OPENAI_BASE_URL": expert_server.base_url, "NO_PROXY": "127.0.0.1"}
    text = page.read_text("utf-8").replace(SERVER, expert_server.base_url).replace("-n 500", "-n 60")
    for block in blocks(text):
        ran = run(block, folder, environment)
        assert ran.returncode == 0, f"{name(page)}:{block.line} failed:\n{ran.stdout}\n{ran.stderr}"
        assert "Traceback" not in ran.stderr
        assert ran.stdout or block.kind == "sh" or "print(" not in block.code


def test_a_broken_example_is_noticed(tmp_path: Path, fresh_environment: dict[str, str]) -> None:
    page = "text\n```sh\ntrajgym filter nowhere | cat\n```\n```python\nimport trajgym\ntrajgym.Rum\n```\n```console\n$ false\n```\n"
    sh, python = blocks(page)
    assert (sh.line, python.line) == (2, 5)
    assert run(sh, tmp_path, fresh_environment).returncode == 2
    assert "no attribute 'Rum'" in run(python, tmp_path, fresh_environment).stderr


def test_the_readme_shows_the_interface_in_about_ten_lines() -> None:
    first = next(b for b in blocks((ROOT / "README.md").read_text("utf-8")) if b.kind == "python")
    assert "import trajgym" in first.code
    assert len([line for line in first.code.split("\n") if line.strip()]) <= 12
