"""What the pages say of worlds, dimensions, mistakes and formats is what the code has.

``python tests/docs/test_docs_tables.py`` writes the generated part of docs/worlds.md anew.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from trajgym.gym_envs import registry, rules
from trajgym.gym_envs.operators import OPERATORS
from trajgym.gym_envs.user.dims import ACTING, DIMENSIONS
from trajgym.gym_envs.world import Tool, World
from trajgym.task import LEVELS, TASK_CLASSES
from trajgym.verdict import MISTAKES, Gates
from trajgym.writers import all_formats

DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- worlds: begin -->", "<!-- worlds: end -->"


def rows(page: str, first_column: str) -> list[list[str]]:
    """The cells of the table on `page` whose first column is called `first_column`, without code marks."""
    lines = (DOCS / page).read_text("utf-8").split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {first_column} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return found


def worlds_text() -> str:
    return "\n\n".join(world_text(registry.load(name)) for name in registry.names())


def world_text(world: World) -> str:
    classes = ", ".join(world.classes) if world.classes != TASK_CLASSES else "all"
    levels = "all" if world.levels == LEVELS else ", ".join(map(str, world.levels))
    modes = "native calls, and JSON in content" if world.json_mode else "native calls"
    lines = [
        f"### {world.name}",
        "",
        f"{world.title}. Backend: {world.backend}. Tools are called by {modes}. Task classes: {classes}. Levels: {levels}.",
        "",
        "| tool | kind | what it does |",
        "| --- | --- | --- |",
        *(tool_row(tool) for tool in world.tools),
        "",
        f"Besides, {len(world.distractors)} distractor tools, which no task needs.",
        "",
        "| clause | policy | guard |",
        "| --- | --- | --- |",
        *(f"| {clause.id} | {cell(clause.text)} | {cell(clause.guard)} |" for clause in world.clauses),
    ]
    return "\n".join(lines)


def tool_row(tool: Tool) -> str:
    return f"| `{tool.name}` | {tool.kind} | {cell(tool.description)} |"


def cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def with_worlds(page: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{worlds_text()}\n\n{END}{after}"


def test_worlds() -> None:
    page = (DOCS / "worlds.md").read_text("utf-8")
    assert page == with_worlds(page), "docs/worlds.md is old: python tests/docs/test_docs_tables.py"


def test_gates() -> None:
    assert [row[0] for row in rows("worlds.md", "gate")] == Gates().failed()


def test_parts_of_a_world_exist() -> None:
    named = [name for row in rows("worlds.md", "part") for name in re.findall(r"\w+(?=[`(,]|$)", row[0].split("(")[0])]
    assert {"name", "tools", "clauses", "fill", "plan"} <= set(named)
    assert [name for name in named if not hasattr(World, name) and name not in World.__annotations__] == []


def test_dimensions() -> None:
    table = rows("users.md", "dimension")
    assert tuple(row[0] for row in table) == ACTING
    for name, levels, meaning in table:
        neutral, *others = levels.split(", ")
        assert neutral == DIMENSIONS[name].neutral
        assert sorted([neutral, *others]) == sorted(DIMENSIONS[name].levels)
        assert meaning
    page = " ".join((DOCS / "users.md").read_text("utf-8").split())
    declared = ", ".join(sorted(DIMENSIONS.keys() - set(ACTING)))
    assert f"until they act: {declared}." in page


def test_task_classes() -> None:
    assert sorted(row[0] for row in rows("users.md", "task class")) == sorted(TASK_CLASSES)


def test_mistakes() -> None:
    table = rows("pairs.md", "code")
    assert [(code, name) for code, name, _, _ in table] == list(MISTAKES.items())
    found_by_a_rule = set(re.findall(r'"(M\d\d)"', inspect.getsource(rules)))
    for code, _, rule, operator in table:
        assert (operator == "yes") == (code in OPERATORS), code
        assert rule.startswith("none yet") == (code not in found_by_a_rule), code


def test_formats() -> None:
    table = [(row[0], row[1], row[2]) for row in rows("formats.md", "format")]
    parts = [(form.name, part.file, part.config) for form in all_formats().values() for part in form.parts]
    assert sorted(table) == sorted(parts)


if __name__ == "__main__":
    path = DOCS / "worlds.md"
    path.write_text(with_worlds(path.read_text("utf-8")), "utf-8")
