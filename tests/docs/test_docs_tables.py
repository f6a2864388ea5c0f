"""What the pages say of worlds, dimensions, mistakes and formats is what the code has.

``python tests/docs/test_docs_tables.py`` writes what is generated on the pages and in the README anew.
"""

from __future__ import annotations

import ast
import asyncio
import importlib.util
import os
import re
import sys
import textwrap
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from trajgym.chat import Message
from trajgym.generators.rollout import rollout
from trajgym.generators.scripted import ScriptedTeacher
from trajgym.gym_envs import registry
from trajgym.gym_envs.difficulty import KNOBS, Size, size
from trajgym.gym_envs.operators import OPERATORS
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.user.dims import DIMENSIONS
from trajgym.gym_envs.world import Tool, World
from trajgym.task import LEVELS, TASK_CLASSES
from trajgym.verdict import MISTAKES, Gates
from trajgym.writers import all_formats

DOCS = Path(__file__).parents[2] / "docs"
README = DOCS.parent / "README.md"
TESTS = DOCS.parent / "tests" / "gym_envs"
ENVS = DOCS.parent / "gym_envs"
RULES = ("rules.py", "word_rules.py", "deeds.py")
RULE_TESTS = ("test_rules.py", "test_deeds.py", "test_swarm.py", "test_persona_chat.py")
ANYWHERE = ("M04",)
"""Mistakes of form, for which a world needs nothing of its own."""
EXAMPLE = ("retail_desk", 7, 1144)
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


def table(head: list[str], lines: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *lines])


def knobs_text() -> str:
    top = max(knob.top for knob in KNOBS.values())
    lines = [[f"`{knob.name}`", *knob.positions, *[""] * (top - knob.top)] for knob in KNOBS.values()]
    return table(["knob", *map(str, range(top + 1))], lines)


def levels_row(name: str) -> list[str]:
    world = registry.load(name)
    found = {level: size(world, level) for level in world.levels}
    return [" / ".join(f"{n:.1f}" for n in found[level]) if level in found else "" for level in LEVELS]


def levels_text() -> str:
    lines = [[f"`{name}`", *levels_row(name)] for name in registry.names()]
    return table(["world", *(f"L{level}" for level in LEVELS)], lines)


def proposed() -> dict[str, list[str]]:
    """World -> the codes of which tests/gym_envs/test_operators.py finds pairs there."""
    spec = importlib.util.spec_from_file_location("operators_of_worlds", TESTS / "test_operators.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name: codes.split() for name, codes in sorted(module.CODES.items())}


def codes_text() -> str:
    marks = {
        name: ["●" if code in codes else "○" if code in ANYWHERE else "" for code in MISTAKES]
        for name, codes in proposed().items()
    }
    return table(["world", *(code[1:] for code in MISTAKES)], [[f"`{name}`", *cells] for name, cells in marks.items()])


def naming(source: str) -> dict[str, list[str]]:
    """Code -> the functions of a module that name it."""
    found: dict[str, list[str]] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            constants = [child.value for child in ast.walk(node) if isinstance(child, ast.Constant)]
            for code in sorted(set(MISTAKES) & {value for value in constants if isinstance(value, str)}):
                found.setdefault(code, []).append(node.name)
    return found


def rules_text() -> str:
    by_rule: dict[str, list[str]] = {}
    for file in RULES:
        for code, functions in naming((ENVS / file).read_text("utf-8")).items():
            by_rule.setdefault(code, []).extend(
                f"`{file}` {', '.join(function.lstrip('_') for function in functions)}".split("\n")
            )
    tests = {name: (TESTS / name).read_text("utf-8") for name in RULE_TESTS}
    lines = []
    for code in MISTAKES:
        expecting = [name for name, text in tests.items() if f'"{code}"' in text]
        operator = OPERATORS[code].__name__
        lines.append([code, "; ".join(by_rule.get(code, [])), operator, ", ".join(expecting)])
    return table(["code", "rules", "operator", "tests"], lines)


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


GENERATED: list[tuple[Path, str, Callable[[], str]]] = [
    (DOCS / "worlds.md", "worlds", worlds_text),
    (DOCS / "curriculum.md", "knobs", knobs_text),
    (DOCS / "curriculum.md", "levels", levels_text),
    (DOCS / "pairs.md", "codes", codes_text),
    (DOCS / "pairs.md", "rules", rules_text),
    (README, "example", example_text),
]


@pytest.mark.parametrize("name", registry.names()[:: 1 if os.environ.get("ALL_WORLDS") else 3])
def test_a_row_of_the_levels_is_not_old(name: str) -> None:
    """The whole table takes most of a minute, so here is every third row; ``make test-worlds`` looks at all of them."""
    row = next(row for row in rows("curriculum.md", "world") if row[0] == name)
    assert row[1:] == levels_row(name), "it is old: python tests/docs/test_docs_tables.py"


CHECKED = [entry for entry in GENERATED if entry[1] != "levels"]


@pytest.mark.parametrize(("path", "name", "make"), CHECKED, ids=[name for _, name, _ in CHECKED])
def test_what_is_generated_is_not_old(path: Path, name: str, make: Callable[[], str]) -> None:
    page = path.read_text("utf-8")
    assert page == with_generated(page, name, make()), "it is old: python tests/docs/test_docs_tables.py"


@pytest.mark.parametrize("name", registry.names())
def test_levels_grow(name: str) -> None:
    """Calls, tools and facts never fall from one level to the next (but for the noise of 200 tasks), and grow over all. (The page
    is not old, as another test sees.)"""
    row = next(row for row in rows("curriculum.md", "world") if row[0] == name)
    found = [Size(*map(float, cell.split(" / "))) for cell in row[1:] if cell]
    assert len(found) == len(registry.load(name).levels)
    assert shrinking(found) == []


def shrinking(found: list[Size]) -> list[str]:
    wrong = []
    for measure in Size._fields:
        values = [getattr(each, measure) for each in found]
        falls = any(later < 0.95 * earlier for earlier, later in pairwise(values))
        if falls or (len(values) > 1 and values[-1] <= 1.05 * values[0]):
            wrong.append(measure)
    return wrong


def test_a_level_that_falls_is_noticed() -> None:
    good = [Size(2.0, 8.0, 1.0), Size(3.0, 11.0, 1.1), Size(4.0, 14.0, 1.4)]
    assert shrinking(good) == []
    assert shrinking([good[0], good[2], good[1]]) == ["calls", "tools", "hidden"]
    assert shrinking([*good, good[2]._replace(hidden=1.0)]) == ["hidden"]


def test_every_rule_and_operator_has_a_test() -> None:
    for line in rules_text().split("\n")[2:]:
        code, by_rule, operator, tests = [part.strip() for part in line.strip("|").split(" | ")]
        assert by_rule and operator and tests, code


def test_gates() -> None:
    assert [row[0] for row in rows("worlds.md", "gate")] == Gates().failed()


def test_parts_of_a_world_exist() -> None:
    named = [name for row in rows("worlds.md", "part") for name in re.findall(r"\w+(?=[`(,]|$)", row[0].split("(")[0])]
    assert {"name", "tools", "clauses", "fill", "plan"} <= set(named)
    assert [name for name in named if not hasattr(World, name) and name not in World.__annotations__] == []


def test_dimensions() -> None:
    table = rows("users.md", "dimension")
    assert tuple(row[0] for row in table) == tuple(DIMENSIONS)
    for name, levels, meaning in table:
        neutral, *others = levels.split(", ")
        assert neutral == DIMENSIONS[name].neutral
        assert sorted([neutral, *others]) == sorted(DIMENSIONS[name].levels)
        assert meaning


def test_task_classes() -> None:
    assert sorted(row[0] for row in rows("users.md", "task class")) == sorted(TASK_CLASSES)


def test_mistakes() -> None:
    table = rows("pairs.md", "code")
    assert [(code, name) for code, name, _, _ in table] == list(MISTAKES.items())
    found_by_a_rule = {code for file in RULES for code in re.findall(r'"(M\d\d)"', (ENVS / file).read_text("utf-8"))}
    for code, _, rule, operator in table:
        assert (operator == "yes") == (code in OPERATORS), code
        assert rule.startswith("none yet") == (code not in found_by_a_rule), code


def test_formats() -> None:
    table = [(row[0], row[1], row[2]) for row in rows("formats.md", "format")]
    parts = [(form.name, part.file, part.config) for form in all_formats().values() for part in form.parts]
    assert sorted(table) == sorted(parts)


if __name__ == "__main__":
    sys.path.insert(0, str(TESTS))
    for path, name, make in GENERATED:
        path.write_text(with_generated(path.read_text("utf-8"), name, make()), "utf-8")
