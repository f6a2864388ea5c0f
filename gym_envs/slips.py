"""Arguments and values that are plausible and wrong, for the operators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from trajgym.gym_envs.world import Tool
from trajgym.seeding import Rng

if TYPE_CHECKING:
    from trajgym.gym_envs.episode import Episode

T = TypeVar("T")


def turned(tools: list[T], rng: Rng) -> list[T]:
    """`tools` from a drawn place on."""
    start = rng.below(len(tools)) if tools else 0
    return tools[start:] + tools[:start]


def filled(episode: Episode, tool: Tool, known: dict[str, Any]) -> dict[str, Any] | None:
    """Arguments for `tool` out of what is known: same names first, choices, and free text of the user's."""
    args: dict[str, Any] = {}
    texts = [value for value in known.values() if isinstance(value, str)]
    for name in tool.parameters.get("required", ()):
        schema = tool.parameters["properties"][name]
        if name in known:
            args[name] = known[name]
        elif "enum" in schema:
            args[name] = schema["enum"][0]
        elif schema.get("type") == "string" and "pattern" not in schema and "format" not in schema and texts:
            args[name] = texts[0]
        else:
            return None
    return None if tool.complaint(args) else args


def siblings(episode: Episode, tool: Tool, name: str, value: Any, rng: Rng) -> Iterator[Any]:
    """Values of the same kind that are plausible and wrong."""
    alike = episode.plan.look_alikes.get(str(value), [])
    if alike:
        yield rng.choice(alike)
    schema = tool.parameters["properties"].get(name, {})
    if isinstance(value, dict):
        for part, item in value.items():
            for other in siblings(episode, tool, "", item, rng):
                yield {**value, part: other}
    elif "enum" in schema:
        others = [option for option in schema["enum"] if option != value]
        if others:
            yield rng.choice(others)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value * 60 if value < 1000 and rng.chance(0.5) else value + rng.choice((1, 5, 10))
    elif isinstance(value, float):
        yield round(value + rng.choice((1.0, 10.0)), 2)
    elif isinstance(value, list) and value and isinstance(value[0], str):
        for item in value:
            for other in episode.plan.look_alikes.get(item, []):
                yield [other if v == item else v for v in value]
    elif isinstance(value, str) and len(value) >= 10 and value[4:5] == "-" and value[:4].isdigit():
        day = int(value[8:10])
        yield f"{value[:8]}{day + 1 if day < 28 else day - 1:02d}{value[10:]}"
