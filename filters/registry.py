"""The filters there are: every file in ``filters/rules``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, get_args

from trajgym.config import did_you_mean
from trajgym.errors import TrajgymError
from trajgym.filters import rules
from trajgym.filters.contract import Filter, Scope

AnyFilter = Filter[Any]
_SCOPES = get_args(Scope)


@cache
def available() -> dict[str, type[AnyFilter]]:
    """The class of each filter by its name, in the order they run in."""
    found: list[type[AnyFilter]] = []
    for module in pkgutil.iter_modules(rules.__path__, f"{rules.__name__}."):
        members = vars(importlib.import_module(module.name)).values()
        found += [
            member
            for member in members
            if isinstance(member, type) and issubclass(member, Filter) and member.__module__ == module.name
        ]
    found.sort(key=lambda kind: (_SCOPES.index(kind.scope), kind.order, kind.name))
    classes = {kind.name: kind for kind in found}
    if len(classes) < len(found):
        raise ValueError("two filters in filters/rules have the same name")
    return classes


def blame(reason: str) -> str:
    """Whose fault it is that a row which reached its goal was dropped for `reason`: the agent's or the environment's."""
    kind = available().get(reason.partition(":")[0])
    return "agent" if kind is not None and reason.startswith(kind.agents_fault) else "environment"


def names() -> list[str]:
    """The names of all filters, in the order they run in."""
    return list(available())


def select(wanted: Sequence[str | AnyFilter] | None, accept: Collection[str] = ()) -> list[AnyFilter]:
    """The filters to run: those of scope row, then set, then pair, each in the order given; the default ones when none
    are given. Pairs are always checked: when no filter of scope pair is named, by the default ones. `accept` names
    parameters that are switched on in the filters that have them (``recorded``, ``unjudged``).

    Raises TrajgymError for an unknown name, one that is named twice, or when no filter of trajectories is left.
    """
    defaults = [_with(kind, accept) for kind in available().values() if kind.default]
    chosen = [_make(item, accept) if isinstance(item, str) else item for item in wanted] if wanted else defaults
    if not any(item.scope == "pair" for item in chosen):
        chosen += [item for item in defaults if item.scope == "pair"]
    seen: set[str] = set()
    for item in chosen:
        if item.name in seen:
            raise TrajgymError(f"The filter {item.name!r} is named twice.", "Name each filter once.")
        seen.add(item.name)
    if all(item.scope == "pair" for item in chosen):
        raise TrajgymError("No filter of trajectories is named.", "Add one, for instance: format")
    return sorted(chosen, key=lambda item: _SCOPES.index(item.scope))


def _with(kind: type[AnyFilter], accept: Collection[str]) -> AnyFilter:
    fields = getattr(kind, "__dataclass_fields__", {})
    return kind(**{name: True for name in accept if name in fields})


def _make(name: str, accept: Collection[str]) -> AnyFilter:
    try:
        return _with(available()[name], accept)
    except KeyError:
        raise TrajgymError(f"There is no filter {name!r}.", did_you_mean(name, available())) from None
