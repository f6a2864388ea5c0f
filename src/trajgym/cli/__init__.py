"""The command line. What a command prints on stdout is data, on stderr words for people; see docs/cli.md."""

from trajgym.cli.main import main

__all__ = ["main"]
