"""Python functions as tools: schemas from their signatures, descriptions from their docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic.errors import PydanticSchemaGenerationError
from pydantic_core import PydanticSerializationError, to_jsonable_python

from trajgym.errors import TrajgymError
from trajgym.gym_envs.failure import ToolFailure
from trajgym.gym_envs.foreign.source import Session, ToolSpec

Function = Callable[..., Any]


class Functions:
    """A source of tools. Give the functions themselves when they keep nothing between calls; else a function that makes
    them anew: it is called for each episode.

    Raises TrajgymError for what cannot be a tool.
    """

    def __init__(
        self, functions: Sequence[Function] | Callable[[], Sequence[Function]], name: str = "functions"
    ) -> None:
        self._make = functions if callable(functions) else lambda: functions
        self._models: dict[str, type[BaseModel]] = {}
        self.name = name
        self.instructions = ""
        self.tools: list[ToolSpec] = []
        for function in self._make():
            model = _model(function)
            if model.__name__ in self._models:
                raise TrajgymError(f"Two functions are named {model.__name__!r}.", "A tool needs a name of its own.")
            self._models[model.__name__] = model
            said = inspect.getdoc(function) or model.__name__.replace("_", " ")
            self.tools.append(ToolSpec(model.__name__, said.split("\n\n")[0], _schema(model)))
        if not self.tools:
            raise TrajgymError("There is no function.", "Give at least one.")

    def open(self, files: Mapping[str, str]) -> Session:
        if files:
            raise TrajgymError(
                "Functions have no folder for a task's files.", "Make the functions with what they need."
            )
        return _Session({function.__name__: function for function in self._make()}, self._models)

    def __repr__(self) -> str:
        return f"Functions({', '.join(self._models)})"


class _Session:
    def __init__(self, functions: dict[str, Function], models: dict[str, type[BaseModel]]) -> None:
        self._functions = functions
        self._models = models

    def call(self, name: str, args: dict[str, Any]) -> Any:
        try:
            values = self._models[name].model_validate(args)
        except ValidationError as error:
            first = error.errors()[0]
            raise ToolFailure("invalid_arguments", f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        given = {field: getattr(values, field) for field in values.model_fields_set}
        try:
            return to_jsonable_python(self._functions[name](**given))
        except PydanticSerializationError:
            raise ToolFailure("tool_error", "The result is not JSON.") from None
        except Exception as error:  # noqa: BLE001  whatever a foreign function raises is its answer, not our end
            raise ToolFailure("tool_error", f"{type(error).__name__}: {error}") from None

    def close(self) -> None:
        self._functions = {}


def _model(function: Function) -> type[BaseModel]:
    """The arguments of `function` as a model that checks and converts them."""
    name = getattr(function, "__name__", "")
    if not name.isidentifier():
        raise TrajgymError(f"{function!r:.80} has no name to be called by.", "Give functions that were made with def.")
    if inspect.iscoroutinefunction(function):
        raise TrajgymError(f"{name} is a coroutine function.", "Give a plain one that runs it to its end.")
    fields: dict[str, Any] = {}
    hints = get_type_hints(function, include_extras=True)
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise TrajgymError(f"{name} takes {parameter}: a tool's arguments have names.", "Name each of them.")
        default = ... if parameter.default is parameter.empty else parameter.default
        fields[parameter.name] = (hints.get(parameter.name, Any), default)
    try:
        return create_model(name, __config__=ConfigDict(extra="forbid"), **fields)
    except PydanticSchemaGenerationError as error:
        raise TrajgymError(f"{name} has an argument that no JSON can give: {error.message.splitlines()[0]}.") from None


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema()
    schema.pop("title", None)
    for found in schema.get("properties", {}).values():
        found.pop("title", None)
    return {"type": "object", "properties": {}, **schema}
