"""Where foreign tools come from: a source opens a session for each episode, and sessions share nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class ToolSpec:
    """A foreign tool as its source describes it. `parameters` is a JSON Schema of an object; `reads` is True when the source
    says that it changes nothing."""

    name: str
    description: str
    parameters: dict[str, Any]
    reads: bool = False


class Session(Protocol):
    """The tools of a source, fresh, for one episode."""

    def call(self, name: str, args: dict[str, Any]) -> Any:
        """The result as JSON values. Raises ToolFailure when the tool says no, or does not answer."""
        ...

    def close(self) -> None:
        """Leave nothing behind. Harmless twice."""
        ...


class Source(Protocol):
    """A server or a set of functions."""

    @property
    def name(self) -> str: ...

    @property
    def instructions(self) -> str:
        """What the source says about itself, for the system prompt; may be empty."""
        ...

    @property
    def tools(self) -> list[ToolSpec]: ...

    def open(self, files: Mapping[str, str]) -> Session:
        """A fresh session; `files` (relative path -> text) lie in its folder, where it has one."""
        ...


def fingerprint(tools: list[ToolSpec]) -> int:
    """A number that equal tools share: the version of their world."""
    body = repr([(tool.name, tool.description, tool.parameters) for tool in tools]).encode()
    return int.from_bytes(hashlib.sha256(body).digest()[:4], "big")
