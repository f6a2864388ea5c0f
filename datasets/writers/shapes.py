"""JSON Schemas that the formats share."""

from __future__ import annotations

from typing import Any

STRING: dict[str, Any] = {"type": "string"}
NAME = {"type": "string", "pattern": "^[a-zA-Z0-9_-]{1,64}$"}

TOOLS: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["type", "function"],
        "additionalProperties": False,
        "properties": {
            "type": {"const": "function"},
            "function": {
                "type": "object",
                "required": ["name", "description", "parameters"],
                "additionalProperties": False,
                "properties": {
                    "name": NAME,
                    "description": STRING,
                    "parameters": {"type": "object"},
                    "strict": {"type": "boolean"},
                },
            },
        },
    },
}


def closed(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    """The schema of an object with these properties and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def calls(arguments: dict[str, Any]) -> dict[str, Any]:
    """The schema of ``tool_calls`` whose arguments have the schema `arguments`."""
    function = closed(("name", "arguments"), name=NAME, arguments=arguments)
    call = closed(("id", "type", "function"), id={"type": "string", "minLength": 1}, type={"const": "function"})
    call["properties"]["function"] = function
    return {"type": "array", "minItems": 1, "items": call}


def messages(roles: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The schema of a list of messages, one schema for each role. Each role is asked for with if/then, so that an error
    names the field that is wrong and not just the message."""
    return {
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "required": ["role"],
            "properties": {"role": {"enum": list(roles)}},
            "allOf": [
                {"if": {"properties": {"role": {"const": role}}, "required": ["role"]}, "then": schema}
                for role, schema in roles.items()
            ],
        },
    }


def one(assistant: dict[str, Any]) -> dict[str, Any]:
    """The schema of one side of a preference: a list of exactly one assistant message."""
    return {**messages({"assistant": assistant}), "maxItems": 1}
