"""The same pipeline, done the way it is first written: the baseline of `benchmarks.pipeline`.

It runs trajgym's own command line with four parts replaced: the world is built anew from SQL for each episode, tool
arguments are checked by the pure-Python validator, JSON goes through the standard library, and the state that an agent could
come back to (conversation, trace, plan) is copied deeply before every step.

    python -m benchmarks.naive generate --worlds tool_picker ...
"""

from __future__ import annotations

import copy
import json
import sys
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import orjson

from trajgym.gym_envs.backend import Backend, Pool
from trajgym.gym_envs.episode import Episode
from trajgym.gym_envs.world import Tool


class _Fragment:
    """JSON text that stands in a value; the standard library has to parse it first."""

    def __init__(self, text: bytes) -> None:
        self.value = json.loads(text)


def _dumps(value: Any, default: Any = None, option: int | None = None) -> bytes:
    def plain(item: Any) -> Any:
        return item.value if isinstance(item, _Fragment) else default(item) if default else str(item)

    option = option or 0
    sort, end = bool(option & orjson.OPT_SORT_KEYS), b"\n" if option & orjson.OPT_APPEND_NEWLINE else b""
    return json.dumps(value, default=plain, sort_keys=sort, ensure_ascii=False, separators=(",", ":")).encode() + end


def _loads(text: Any) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise orjson.JSONDecodeError(str(error), str(text), 0) from error


def _complaint(self: Tool, args: dict[str, Any]) -> str:
    try:
        jsonschema.validate(args, self.parameters)
    except jsonschema.ValidationError as error:
        return str(error.message)
    return ""


def install() -> None:
    """Put the naive parts in place of ours, in this process."""
    send, lease = Episode.send, Pool.lease

    def copying_send(self: Episode, message: Any) -> Any:
        copy.deepcopy((self.history, self.trace, self.plan))
        return send(self, message)

    def fresh_lease(self: Pool, *how: Any) -> Backend:
        alone = Pool()  # nobody used its databases before, and nobody will again
        alone._bases = self._bases
        return lease(alone, *how)

    Episode.send = copying_send  # type: ignore[method-assign]
    Pool.lease = fresh_lease  # type: ignore[method-assign, assignment]
    Tool.complaint = _complaint  # type: ignore[method-assign]
    _replace_json()


def _replace_json() -> None:
    """Every module that has orjson's functions or the module itself gets the standard library's."""

    class Json:
        dumps = staticmethod(_dumps)
        loads = staticmethod(_loads)
        JSONDecodeError = orjson.JSONDecodeError
        Fragment = _Fragment
        OPT_SORT_KEYS = orjson.OPT_SORT_KEYS
        OPT_APPEND_NEWLINE = orjson.OPT_APPEND_NEWLINE
        OPT_INDENT_2 = orjson.OPT_INDENT_2

    for name, module in list(sys.modules.items()):
        if name.startswith("trajgym") and getattr(module, "orjson", None) is orjson:
            module.orjson = Json  # type: ignore[attr-defined]


def main() -> None:
    import trajgym.filters
    import trajgym.generators
    import trajgym.writers  # noqa: F401  (all rooms are loaded before they are changed)
    from trajgym.cli import main as command_line
    from trajgym.gym_envs import registry

    for world in registry.names():
        registry.load(world)
    install()
    command_line()


if __name__ == "__main__":
    main()
