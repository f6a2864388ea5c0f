"""Other names and other words for a world's tools, and the same world behind them.

A task's view may show its tools re-described, renamed (camel case) or scrambled (names that say nothing), so that an agent learns to
read a tool list and not to remember one. Rules, plans and tools know the true names alone: a `Lens` stands where messages come in
and go out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from trajgym.chat import Message, ToolCall, dumps, loads, parse_arguments
from trajgym.seeding import digest

if TYPE_CHECKING:
    from trajgym.gym_envs.world import Tool

STYLES = ("redescribed", "renamed", "scrambled")
_HIDDEN = "?"
"""Put before a true name that the agent was not shown, so that nothing is called by it."""
_SAYS = ("Use it for this: {text}", "What it does: {text}", "{text} (Call it when that is what is needed.)")

Args = dict[str, Any]


class Lens:
    """How the tools `tools` look in style `style`."""

    def __init__(self, tools: Iterable[Tool], style: str) -> None:
        self.style = style
        tools = list(tools)
        self._tools = _names([tool.name for tool in tools], style, "tool")
        parameters = {name for tool in tools for name in tool.parameters.get("properties", {})}
        self._args = _names(sorted(parameters), style, "arg")
        self._true_tools = {shown: name for name, shown in self._tools.items()}
        self._true_args = {shown: name for name, shown in self._args.items()}
        words = {**self._args, **self._tools}
        self._words = {name: shown for name, shown in words.items() if shown != name}
        named = sorted((name for name in self._words if "_" in name), key=len, reverse=True)
        quoted = sorted((name for name in self._words if "_" not in name), key=len, reverse=True)
        parts = [rf"(?<!\{_HIDDEN})\b(?:{'|'.join(map(re.escape, named))})\b"] if named else []
        parts += [rf"(?<=[\"'])(?:{'|'.join(map(re.escape, quoted))})(?=\\?[\"'])"] if quoted else []
        self._pattern = re.compile("|".join(parts)) if parts else None
        self._shown = {tool.name: self._look(tool) for tool in tools}

    def _look(self, tool: Tool) -> Tool:
        properties = {self._args[name]: _bare(part) for name, part in tool.parameters.get("properties", {}).items()}
        parameters = {**tool.parameters, "properties": properties}
        if "required" in parameters:
            parameters["required"] = [self._args[name] for name in tool.parameters["required"]]
        says = _SAYS[digest("says", tool.name)[0] % len(_SAYS)]
        return replace(
            tool,
            name=self._tools[tool.name],
            description=self.words(says.replace("{text}", tool.description)),
            parameters=parameters,
        )

    def tool(self, tool: Tool) -> Tool:
        """`tool` as the agent sees it."""
        return self._shown[tool.name]

    def inward(self, name: str, args: Args | None) -> tuple[str, Args | None]:
        """The true name and arguments of a call as the agent made it."""
        name = self._true_tools.get(name) or (_HIDDEN + name if name in self._tools else name)
        if args is None:
            return name, None
        true = self._true_args
        return name, {true.get(a) or (_HIDDEN + a if a in self._args else a): value for a, value in args.items()}

    def outward(self, name: str, args: Any) -> tuple[str, Any]:
        """A call by its true name and arguments, as the agent makes it."""
        if isinstance(args, dict):
            args = {self._args.get(a, a): value for a, value in args.items()}
        return self._tools.get(name, name), args

    def message(self, message: Message, json_mode: bool) -> Message:
        """An agent's message by the true names, as the agent writes it."""
        if json_mode:
            return {**message, "content": self._program(message["content"] or "")}
        if "tool_calls" not in message:
            return message
        calls: list[ToolCall] = []
        for call in message["tool_calls"]:
            name, args = self.outward(call["function"]["name"], parse_arguments(call["function"]["arguments"]))
            arguments = call["function"]["arguments"] if args is None else dumps(args)
            calls.append({"id": call["id"], "type": "function", "function": {"name": name, "arguments": arguments}})
        return {**message, "tool_calls": calls}

    def _program(self, content: str) -> str:
        try:
            value = loads(content)
        except ValueError:
            return content
        found = [self._object(item) for item in value] if isinstance(value, list) else self._object(value)
        return dumps(found)

    def _object(self, item: Any) -> Any:
        if not isinstance(item, dict) or item.get("tool") == "no_tool":
            return item
        name, args = self.outward(item.get("tool", ""), {key: value for key, value in item.items() if key != "tool"})
        return {"tool": name, **args}

    def words(self, text: str) -> str:
        """`text` (a system prompt, a tool's error) with the names that the agent knows."""
        return text if self._pattern is None else self._pattern.sub(lambda found: self._words[found[0]], text)

    def error(self, text: str) -> str:
        """A tool's error with the names that the agent knows, and those it made up."""
        return self.words(text).replace(f"'{_HIDDEN}", "'").replace(f'"{_HIDDEN}', '"')


def _names(names: list[str], style: str, kind: str) -> dict[str, str]:
    """True name -> the one shown; no two are shown alike."""
    shown: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        look = name
        if style == "renamed":
            head, *rest = name.split("_")
            look = head + "".join(part.capitalize() for part in rest)
        elif style == "scrambled":
            look = f"{'fn' if kind == 'tool' else 'p'}_{digest('scrambled', kind, name).hex()[:5]}"
        while look in taken:
            look += "x"
        taken.add(look)
        shown[name] = look
    return shown


def _bare(schema: Any) -> Any:
    """A parameter's schema without its description, where its type is left to speak for it."""
    return {key: value for key, value in schema.items() if key != "description"} if isinstance(schema, dict) else schema
