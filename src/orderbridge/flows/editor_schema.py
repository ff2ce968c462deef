"""The JSON Schema of a flow's file, for editors: completion, descriptions, and red lines while typing."""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.operation import DENIED, Operation
from orderbridge.catalogue.registry import curated, every
from orderbridge.core.jsonio import JsonObject
from orderbridge.flows.model import Flow

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_CONNECTION = {"type": "string", "minLength": 1}


def schema() -> JsonObject:
    """Return the JSON Schema, made of the models and the catalogue."""
    made: JsonObject = Flow.model_json_schema(by_alias=True)
    made["properties"] |= {
        "source": _CONNECTION | {"description": "Name of the connection whose changes start it."},
        "target": _CONNECTION | {"description": "Name of the connection that it works on."},
    }
    listed = [item for item in every().values() if item.tier != DENIED]
    made["properties"]["trigger"] = _one_of([item for item in listed if item.listens is not None])
    step = made["$defs"]["ActionStep"]
    step["properties"]["action"] = _one_of([item for item in listed if item.listens is None])
    # Only of our own: with the fields of all published calls an editor would wait for every key.
    step["allOf"] = [_fields(item) for item in curated().values() if item.listens is None]
    return {"$schema": _DRAFT, "title": "A flow of orderbridge"} | {
        key: value for key, value in made.items() if key != "title"
    }


def _one_of(operations: list[Operation]) -> JsonObject:
    return {
        "type": "string",
        "anyOf": [
            {"enum": [item.ref for item in operations]},
            # Without its version it is the newest.
            {"pattern": "^(ghl|act|core)\\.[a-z0-9_.]+$"},
        ],
    }


def _fields(action: Operation) -> JsonObject:
    given = action.input_schema
    names: dict[str, Any] = {
        name: {"description": field["description"]} if "description" in field else {}
        for name, field in given.get("properties", {}).items()
    }
    wanted: JsonObject = {"properties": names, "description": action.description}
    if given.get("additionalProperties") is False:
        wanted["additionalProperties"] = False
    if given.get("required"):
        wanted["required"] = list(given["required"])
    then: JsonObject = {"properties": {"with": wanted}}
    if given.get("required"):
        then["required"] = ["with"]
    return {"if": {"properties": {"action": {"const": action.ref}}}, "then": then}
