"""The excerpts on docs/users-excerpts.md come out of the tasks that they name.

``python tests/docs/test_user_excerpts.py`` chooses one for each dimension that acts and writes the page anew.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from trajgym.chat import Message
from trajgym.gym_envs import registry
from trajgym.gym_envs.episode import Done, Episode
from trajgym.gym_envs.tasks import make_task
from trajgym.gym_envs.user.dims import DIMENSIONS, NEUTRAL
from trajgym.task import Task

PAGE = Path(__file__).parents[2] / "docs" / "users-excerpts.md"
BEGIN, END = "<!-- excerpts: begin -->", "<!-- excerpts: end -->"
SEED = 7
SCANNED = 1200
"""Tasks of each world among which an excerpt is looked for."""
TRIED = 8
"""Of each level, so many of the tasks with the fewest other levels are played."""
MOST_LINES, MOST_WORDS = 6, 330
"""Of a message: lines, and characters."""
SPREAD = (
    "language",
    "surface",
    "verbosity",
    "expertise",
    "accessibility",
    "tone",
    "interruption",
    "channel",
    "feasibility",
)
"""Dimensions that stand all over a conversation: they are not besides what an excerpt shows, if that can be."""
TELLING = {
    "ambiguity": ("relative_time", "unit_or_format"),
    "interruption": ("new_intent_midway", "offtopic_chitchat"),
    "patience": ("low_hangup", "medium"),
    "channel": ("ticket",),
    "feasibility": ("policy_forbidden", "impossible_state"),
}
"""Levels whose signs stand in a few lines, where those of others do not."""
RECIPE = re.compile(r"^## (\w+): (\w+)\n\nTask (\d+) of `(\w+)`, seed (\d+)", re.MULTILINE)


class Recipe(NamedTuple):
    """Which level the task shows."""

    dimension: str
    level: str
    index: int
    world: str
    seed: int

    @property
    def task(self) -> Task:
        return make_task(registry.load(self.world), self.seed, self.index)


def excerpt(recipe: Recipe) -> list[str]:
    """The messages in which the level shows, in lines: what the agent said before, the user, and what the agent does then.
    Empty when it does not show, or when the episode went wrong."""
    task = recipe.task
    if task.profile.get(recipe.dimension) != recipe.level:
        return []
    episode = Episode(task)
    need, at = episode.start(), 0
    while not isinstance(need, Done):
        if not at and recipe.dimension in episode.user.reached:
            at = len(episode.history) - 1
        need = episode.send(episode.oracle())
    said = episode.history
    at = at or (len(said) - 1 if recipe.dimension in episode.user.reached else 0)
    if not at or said[at]["role"] != "user" or need.trajectory.outcome.reward != 1:
        return []
    messages = [said[at]]
    if said[at - 1]["role"] == "assistant" and said[at - 1]["content"]:
        messages.insert(0, said[at - 1])
    # what an opening leads to in the end tells more than the next step does
    late = at == 1 and recipe.dimension != "opening" and recipe.level in DIMENSIONS[recipe.dimension].decisive
    messages += answer(said[at + 1 :], late)
    return [line for message in messages for line in lines_of(message)]


def answer(after: list[Message], late: bool) -> Iterator[Message]:
    """The call that follows at once, if one does, and the first words; when `late` the last words."""
    if after and after[0].get("tool_calls"):
        yield after[0]
    words = [message for message in after if message["role"] == "assistant" and message["content"]]
    yield from words[-1:] if late else words[:1]


def lines_of(message: Message) -> list[str]:
    """A message for the page; what is long is cut, but for what the user says."""
    content = message["content"] or ""
    if message["role"] == "user":
        return [f"user: {content.splitlines()[0]}", *(f"      {line}".rstrip() for line in content.splitlines()[1:])]
    call = next((call["function"] for call in message.get("tool_calls", ())), None)
    words = f"→ {call['name']}({call['arguments']})" if call and not content else content
    return ["assistant: " + textwrap.shorten(words, 240, placeholder=" ...")]


def fits(lines: list[str]) -> bool:
    return 0 < len(lines) <= 3 * MOST_LINES and all(len(line) <= MOST_WORDS for line in lines)


def text_of(recipe: Recipe, lines: list[str]) -> str:
    others = {name: level for name, level in recipe.task.profile.items() if name != recipe.dimension}
    besides = ", ".join(f"{name} {level}" for name, level in others.items())
    wrapped = [part for line in lines for part in (textwrap.wrap(line, 118, subsequent_indent="      ") or [""])]
    return "\n".join(
        [
            f"## {recipe.dimension}: {recipe.level}",
            "",
            f"Task {recipe.index} of `{recipe.world}`, seed {recipe.seed}"
            + (f"; besides: {besides}." if besides else "."),
            "",
            "```text",
            *wrapped,
            "```",
        ]
    )


def recipes() -> list[Recipe]:
    """Those that the page names."""
    found = RECIPE.findall(PAGE.read_text("utf-8"))
    return [Recipe(dimension, level, int(index), world, int(seed)) for dimension, level, index, world, seed in found]


def shown_text(chosen: list[Recipe]) -> str:
    """The page, with the excerpts of `chosen` between its marks."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    texts = [text_of(recipe, excerpt(recipe)) for recipe in chosen]
    return "\n\n".join([before + BEGIN, *texts, END + rest.partition(END)[2]])


def choose() -> Iterator[Recipe]:
    """For each dimension that acts the shortest of the excerpts of its plainest tasks; levels that change what a right agent does go before
    those that change words."""
    stream = [
        (task.profile, Recipe("", "", index, name, SEED))
        for name in registry.names()
        for index in range(SCANNED)
        if (task := make_task(registry.load(name), SEED, index)).tool_view["mode"] == "native"
        and "names" not in task.tool_view
    ]
    for dimension in DIMENSIONS:
        others = [level for level in DIMENSIONS[dimension].levels if level != NEUTRAL[dimension]]
        found = []
        for level in TELLING.get(dimension) or DIMENSIONS[dimension].decisive or others:
            mine = [pair for pair in stream if pair[0].get(dimension) == level]
            mine.sort(key=lambda pair: (noise(pair[0], dimension), len(pair[0])))
            for profile, place in mine[:TRIED]:
                recipe = place._replace(dimension=dimension, level=level)
                lines = excerpt(recipe)
                if fits(lines):
                    found.append((noise(profile, dimension), sum(map(len, lines)), recipe))
        yield min(found)[-1]


def noise(profile: dict[str, str], dimension: str) -> int:
    """How many other levels stand all over the conversation."""
    return sum(name in SPREAD for name in profile if name != dimension)


def test_each_dimension_that_acts_has_one() -> None:
    assert tuple(recipe.dimension for recipe in recipes()) == tuple(DIMENSIONS)


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: str(recipe.dimension))
def test_an_excerpt_is_what_its_task_gives(recipe: Recipe) -> None:
    lines = excerpt(recipe)
    assert fits(lines), "it is old: python tests/docs/test_user_excerpts.py"
    assert text_of(recipe, lines) in PAGE.read_text("utf-8"), "it is old: python tests/docs/test_user_excerpts.py"


def test_an_excerpt_of_another_task_is_noticed() -> None:
    page = PAGE.read_text("utf-8")
    first = recipes()[0]
    others = [first._replace(index=index) for index in range(first.index + 1, first.index + 30)]
    assert not any(text_of(other, excerpt(other)) in page for other in others)
    assert excerpt(first._replace(level=NEUTRAL[first.dimension])) == []


if __name__ == "__main__":
    PAGE.write_text(shown_text(list(choose())), "utf-8")
