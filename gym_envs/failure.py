"""How a tool says no."""

from __future__ import annotations


class ToolFailure(Exception):
    """A tool says no: `code` (not_found, not_allowed, invalid, conflict, ...) and a sentence for the agent."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
