"""JSON Schemas of published calls, as strict as what was published allows."""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.published.calls import UPLOAD_BODY, PublishedCall
from orderbridge.catalogue.published.request import FILLED
from orderbridge.core.jsonio import JsonObject

_FILE: JsonObject = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "content_base64": {"type": "string"}},
    "required": ["name", "content_base64"],
    "additionalProperties": False,
}


def output_schema(call: PublishedCall) -> JsonObject:
    """Return what a call answers, as far as it is published."""
    return _with_definitions(call, call.output or {})


def input_schema(call: PublishedCall) -> JsonObject:
    """Return what a call takes: ``path``, ``query`` and ``body``, closed, without what is filled in."""
    properties: JsonObject = {}
    required = []
    if call.path_names:
        # The account's own location is filled in, so nothing of the path is demanded here.
        given = [name for name in call.path_names if name != "locationId"]
        names = {name: call.in_path["properties"].get(name, {"type": "string"}) for name in call.path_names}
        properties["path"] = _closed({"type": "object", "properties": names, "required": given})
        required += ["path"] if given else []
    if call.query_names:
        wanted = [name for name in call.query["required"] if name not in FILLED]
        properties["query"] = _closed(
            {"type": "object", "properties": call.query["properties"], "required": wanted}
        )
        required += ["query"] if wanted else []
    if call.body is not None:
        properties["body"] = _body(call)
        required += ["body"] if call.body_required and call.resolved(call.body).get("required") != [] else []
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return _with_definitions(call, schema)


def _body(call: PublishedCall) -> JsonObject:
    schema = call.resolved(call.body)
    if call.body_type == UPLOAD_BODY:
        names = {
            name: _FILE if item.get("format") == "binary" else {"type": "string"}
            for name, item in schema.get("properties", {}).items()
        }
        if _FILE not in names.values():
            names["file"] = _FILE
        return {"type": "object", "properties": names, "additionalProperties": False}
    if schema.get("type", "object") != "object" or "properties" not in schema:
        return dict(call.body or {})
    return _closed(schema | {"required": [item for item in schema.get("required", []) if item not in FILLED]})


def _closed(schema: JsonObject) -> JsonObject:
    # A record whose own keys the owner chose says so itself.
    return schema if "additionalProperties" in schema else schema | {"additionalProperties": False}


def _with_definitions(call: PublishedCall, schema: JsonObject) -> JsonObject:
    names: set[str] = set()
    waiting = _references(schema)
    while waiting:
        name = waiting.pop()
        if name not in names:
            names.add(name)
            waiting |= _references(call.schemas[name])
    return schema | {"$defs": {name: call.schemas[name] for name in sorted(names)}} if names else schema


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = value.get("$ref")
        found = {own.removeprefix("#/$defs/")} if isinstance(own, str) else set()
        return found.union(*(_references(item) for item in value.values()))
    return set().union(*(_references(item) for item in value)) if isinstance(value, list) else set()
