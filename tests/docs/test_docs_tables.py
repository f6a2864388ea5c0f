"""What the pages say of worlds, dimensions, mistakes and formats is what the code has.

``python tests/docs/test_docs_tables.py`` writes what is generated in docs/worlds.md and in the README anew.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import textwrap
from pathlib import Path

from trajgym.chat import Message
from trajgym.generators.rollout import rollout
from trajgym.generators.scripted import ScriptedTeacher
from trajgym.gym_envs import registry, rules
from trajgym.gym_envs.operators import OPERATORS
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.user.dims import ACTING, DIMENSIONS
from trajgym.gym_envs.world import Tool, World
from trajgym.task import LEVELS, TASK_CLASSES
from trajgym.verdict import MISTAKES, Gates
from trajgym.writers import all_formats

DOCS = Path(__file__).parents[2] / "docs"
README = DOCS.parent / "README.md"
EXAMPLE = ("retail_desk", 7, 102)
"""World, seed and index of the task that the README shows."""


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


def example_text() -> str:
    """The README's trajectory and pair, played anew."""
    world, seed, index = EXAMPLE
    task = make_task(registry.load(world), seed, index)
    trajectory, (pair,) = asyncio.run(rollout(task, 0, ScriptedTeacher(), 1))
    lines = [line for message in trajectory.opening for line in said(message)]
    for number, turn in enumerate(trajectory.turns):
        lines += said(turn.message, f"[{number}] ")
        lines += [line for message in turn.results for line in said(message)]
    lines.append(f"reward {trajectory.outcome.reward}  ended by {trajectory.outcome.ending}, {trajectory.proof}")
    sides = [f"pair at [{pair.turn}]: {pair.code} {MISTAKES[pair.code]}", pair.evidence]
    sides += [*said(pair.chosen, "chosen   "), *said(pair.rejected, "rejected ")]
    return "\n".join(["```text", *lines, "```", "", PAIR, "", "```text", *sides, "```"])


PAIR = "And preference pairs, which differ in one message. The rejected side breaks one rule, which is named:"


def said(message: Message, before: str = "") -> list[str]:
    """The message in lines for the README; what a tool answered is cut short."""
    content = message["content"] or ""
    if message["role"] == "tool":
        return [textwrap.shorten(f"tool {message['name']}: {content}", 110, placeholder=" ...")]
    calls = [f"{call['function']['name']}({call['function']['arguments']})" for call in message.get("tool_calls", ())]
    words = " ".join([f"{before}{message['role']}:", *([content] if content else []), *(f"→ {call}" for call in calls)])
    return textwrap.wrap(words, 118, subsequent_indent="      ", break_long_words=False)


def with_generated(text: str, name: str, generated: str) -> str:
    """`text` with what stands between the marks `name` made anew."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n\n{generated}\n\n{end}{after}"


def test_worlds() -> None:
    page = (DOCS / "worlds.md").read_text("utf-8")
    assert page == with_generated(page, "worlds", worlds_text()), "it is old: python tests/docs/test_docs_tables.py"


def test_the_example_in_the_readme_is_what_comes_out() -> None:
    page = README.read_text("utf-8")
    assert page == with_generated(page, "example", example_text()), "it is old: python tests/docs/test_docs_tables.py"


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
    for path, name, make in ((DOCS / "worlds.md", "worlds", worlds_text), (README, "example", example_text)):
        path.write_text(with_generated(path.read_text("utf-8"), name, make()), "utf-8")
