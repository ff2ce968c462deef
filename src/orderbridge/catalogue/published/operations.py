"""Every published call as an operation: callable as it is, with its schema checked, or denied with a reason."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.operation import API, DENIED, READS, Operation, Run
from orderbridge.catalogue.published.calls import SYSTEMS, UPLOAD_BODY, PublishedCall, every
from orderbridge.catalogue.published.effects import effects_of
from orderbridge.catalogue.published.request import in_words, prepare_placed
from orderbridge.core.jsonio import JsonObject

_TITLES = {"ghl": "HighLevel", "act": "Act!"}
_VERBS = {"GET": "reads", "POST": "sends", "PUT": "replaces", "PATCH": "changes", "DELETE": "deletes"}
_FILE: JsonObject = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "content_base64": {"type": "string"}},
    "required": ["name", "content_base64"],
    "additionalProperties": False,
}


@cache
def operations() -> tuple[Operation, ...]:
    """Return an operation for each published call of both systems."""
    return tuple(_operation(call) for system in SYSTEMS for call in every(system))


def _operation(call: PublishedCall) -> Operation:
    effects = effects_of(call)
    denied = call.denied
    return Operation(
        id=f"{call.system}.api.{call.id}",
        system=call.system,
        tier=DENIED if denied else API,
        title=_title(call),
        description=_description(call, denied),
        input_schema=_input(call),
        output_schema=_with_definitions(call, call.output or {}),
        example=_example(call),
        method=call.method,
        path=call.path,
        scopes=call.scopes,
        calls="1",
        effects=effects,
        repeatable=effects == {READS},
        denied=denied,
        run=None if denied else _run(call),
    )


def _run(call: PublishedCall) -> Run:
    async def run(ctx: ActionContext, given: JsonObject) -> JsonObject:
        request = prepare_placed(
            call,
            ctx,
            in_path=given.get("path", {}),
            query=given.get("query", {}),
            body=given.get("body"),
        )
        if effects_of(call) == {READS}:
            return {"answer": await request.send(ctx)}
        return {
            "answer": await ctx.unproved(call.system, call.id, request.shown(), lambda: request.send(ctx))
        }

    return run


def _title(call: PublishedCall) -> str:
    words = call.id.partition(".")[2].replace("_", " ")
    return words[:1].upper() + words[1:]


def _description(call: PublishedCall, denied: str | None) -> str:
    if denied:
        return f"{_TITLES[call.system]}'s `{call.name}` cannot be called from here: {denied}."
    old = " HighLevel and Act! keep deprecated calls for a while only." if call.deprecated else ""
    proof = "" if effects_of(call) == {READS} else " Not read back: its answer is all that is known of it."
    return (
        f"{_VERBS[call.method].capitalize()} what {_TITLES[call.system]} publishes as `{call.name}`, under its own "
        f"names.{in_words(call)}{proof}{old}"
    )


def _input(call: PublishedCall) -> JsonObject:
    properties: JsonObject = {}
    required = []
    if call.path_names:
        # The account's own location is filled in, so nothing of the path is demanded here.
        given = [name for name in call.path_names if name != "locationId"]
        names = {name: call.in_path["properties"].get(name, {"type": "string"}) for name in call.path_names}
        properties["path"] = _closed({"type": "object", "properties": names, "required": given})
        required += ["path"] if given else []
    if call.query_names:
        wanted = [name for name in call.query["required"] if name not in ("altId", "altType", "locationId")]
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
    left_out = {"altId", "altType", "locationId"}
    return _closed(
        schema | {"required": [item for item in schema.get("required", []) if item not in left_out]}
    )


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


def _example(call: PublishedCall) -> JsonObject:
    given = [name for name in call.path_names if name != "locationId"]
    example: JsonObject = {}
    if given:
        declared = call.in_path["properties"]
        example["path"] = {
            name: _sample(declared.get(name, {}), or_else=_placeholder(name)) for name in given
        }
    wanted = [name for name in call.query["required"] if name not in ("altId", "altType", "locationId")]
    if wanted:
        example["query"] = {name: _sample(call.query["properties"][name]) for name in wanted}
    if call.body is not None:
        example["body"] = (
            {"file": {"name": "note.txt", "content_base64": "aGVsbG8="}}
            if (call.body_type == UPLOAD_BODY)
            else _sample_object(call, call.body, {"altId", "altType", "locationId"})
        )
    return example


def _sample_object(call: PublishedCall, schema: JsonObject, left_out: set[str], depth: int = 0) -> Any:
    schema = call.resolved(schema)
    if depth > 6:
        return {}
    if schema.get("type") == "array":
        return [_sample_object(call, schema.get("items", {}), set(), depth + 1)]
    for kind in ("oneOf", "anyOf"):
        if schema.get(kind):
            return _sample_object(call, schema[kind][0], left_out, depth + 1)
    if "properties" in schema or schema.get("type") == "object":
        return {
            name: _sample_object(call, schema.get("properties", {}).get(name, {}), set(), depth + 1)
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
