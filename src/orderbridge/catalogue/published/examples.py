"""Examples of published calls, made from their schemas."""

from __future__ import annotations

import re
from typing import Any

from orderbridge.catalogue.published.calls import UPLOAD_BODY, PublishedCall
from orderbridge.catalogue.published.request import FILLED
from orderbridge.core.jsonio import JsonObject


def example(call: PublishedCall) -> JsonObject:
    """Return an input that fits: the required fields, each with a value of its kind."""
    given = [name for name in call.path_names if name != "locationId"]
    shown: JsonObject = {}
    if given:
        declared = call.in_path["properties"]
        shown["path"] = {name: _sample(declared.get(name, {}), or_else=_placeholder(name)) for name in given}
    wanted = [name for name in call.query["required"] if name not in FILLED]
    if wanted:
        shown["query"] = {name: _sample(call.query["properties"][name]) for name in wanted}
    if call.body is not None:
        shown["body"] = (
            {"file": {"name": "note.txt", "content_base64": "aGVsbG8="}}
            if (call.body_type == UPLOAD_BODY)
            else _sample_object(call, call.body, frozenset(FILLED))
        )
    return shown


def _sample_object(
    call: PublishedCall, schema: JsonObject, left_out: frozenset[str] = frozenset(), depth: int = 0
) -> Any:
    schema = call.resolved(schema)
    if depth > 6:
        return {}
    if schema.get("type") == "array":
        return [_sample_object(call, schema.get("items", {}), depth=depth + 1)]
    for kind in ("oneOf", "anyOf"):
        if schema.get(kind):
            return _sample_object(call, schema[kind][0], left_out, depth=depth + 1)
    if "properties" in schema or schema.get("type") == "object":
        return {
            name: _sample_object(call, schema.get("properties", {}).get(name, {}), depth=depth + 1)
            for name in schema.get("required", [])
            if name not in left_out
        }
    return _sample(schema)


def _placeholder(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def _sample(schema: JsonObject, *, or_else: str = "text") -> Any:
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if schema.get("format") == "date-time":
        return "2026-01-31T09:00:00Z"
    return {"number": 1, "integer": 1, "boolean": False, "array": [], "object": {}}.get(kind or "", or_else)
