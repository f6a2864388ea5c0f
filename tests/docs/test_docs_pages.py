"""Pages say where to go, and what they name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import trajgym

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "datasets" / "README.md", *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """The names of a page's headings as they are linked to."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    broken = []
    for target in LINK.findall(page.read_text("utf-8")):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        linked = page.parent / path if path else page
        if not linked.exists() or (anchor and anchor not in anchors(linked)):
            broken.append(target)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_a_link_that_leads_nowhere_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A title, here\n[a](#a-title-here) [b](#b) [c](other.md) [d](https://example.org)\n")
    assert broken_links(page) == ["#b", "other.md"]


def test_the_index_leads_to_every_page() -> None:
    linked = set(LINK.findall((ROOT / "docs" / "index.md").read_text("utf-8")))
    assert {page.name for page in (ROOT / "docs").glob("*.md")} - {"index.md"} <= linked


def test_the_readme_names_targets_worlds_and_folders_that_exist() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    own = re.sub(r"<!-- example: begin -->.*<!-- example: end -->", "", readme, flags=re.DOTALL)  # users say "make" too
    targets = set(re.findall(r"\bmake ([a-z-]+)", own))
    assert {"demo", "test"} <= targets <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    table = readme[readme.index("| world |") :]
    assert sorted(re.findall(r"^\| `(\w+)` \|", table[: table.index("\n\n")], re.MULTILINE)) == trajgym.world_folders()
    folders = re.findall(r"`([a-z_/]+/)`", readme[readme.index("| folder |") :])
    assert "gym_envs/" in folders
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []


def test_the_first_commands_come_first() -> None:
    lines = (ROOT / "README.md").read_text("utf-8").split("\n")
    commands = [line for line in lines if line.startswith("$ ")]
    assert [command.split("#")[0].strip() for command in commands] == ["$ make demo", "$ make test"]
    assert next(i for i, line in enumerate(lines) if line.startswith("$ make demo")) < 12
