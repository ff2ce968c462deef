"""What is known of an operation's input before anything has happened: names, plain values, effects, secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from orderbridge.catalogue import schema
from orderbridge.catalogue.operation import NEEDS_CONSENT, Operation
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import redact, redact_text
from orderbridge.flows.field_mapping import SOURCES
from orderbridge.flows.model import ActionStep
from orderbridge.flows.places import Loc
from orderbridge.flows.references import certain, is_mapping, is_open, known, texts

Found = Iterator[tuple[Loc, str]]

_NO_SECRETS = "a secret does not belong into a flow, which is shown and exported; it belongs to a connection"
_EFFECTS = {
    "messages_people": "messages people", "moves_money": "moves money", "deletes": "deletes",
}  # fmt: skip


def problems(action: Operation, given: JsonObject, loc: Loc) -> Found:
    """Yield what is wrong with an action's fields."""
    whole = action.input_schema
    fields: JsonObject = whole.get("properties", {})
    if whole.get("additionalProperties") is False:
        for name in given:
            if name not in fields:
                yield (*loc, name), unknown_field(name, fields, action.ref)
    for name in whole.get("required", []):
        if name not in given:
            yield loc, f"{name} is missing; {action.ref} needs it"
    shared: JsonObject = {key: whole[key] for key in ("$defs", "definitions") if key in whole}
    for name, value in given.items():
        yield from _value(fields.get(name, {}), shared, value, (*loc, name))


def unknown_field(name: str, known_fields: Mapping[str, Any], ref: str) -> str:
    """Say that there is no such field."""
    near = get_close_matches(name, known_fields, n=1)
    takes = f"did you mean {near[0]}?" if near else f"it takes {', '.join(sorted(known_fields)) or 'nothing'}"
    return f"{ref} has no such field; {takes}"


def _value(wanted: JsonObject, shared: JsonObject, value: Any, loc: Loc) -> Found:
    if certain(value):
        yield from _fits(wanted, shared, known(value), loc)
    elif isinstance(value, list):
        if not _takes(wanted, []):
            yield loc, "a list cannot stand here"
        for number, item in enumerate(value):
            yield from _value(_part(wanted.get("items")), shared, item, (*loc, number))
    elif is_mapping(value):
        # What is none is said by ``mapping_problems``, which knows what a mapping may hold.
        yield from _mapping(wanted, shared, value, loc)


def _mapping(wanted: JsonObject, shared: JsonObject, value: Mapping[str, Any], loc: Loc) -> Found:
    if isinstance(value.get("map"), Mapping):
        for key, item in value["map"].items():
            yield from _fits(wanted, shared, item, (*loc, "map", str(key)))
    elif isinstance(value.get("text"), str):
        if is_open(value["text"]) and not _takes(wanted, ""):
            yield (*loc, "text"), f"a text cannot stand here, it must be {_kinds(wanted)}"
    elif isinstance(value.get("object"), Mapping):
        inner = _part(wanted.get("properties"))
        for key, item in value["object"].items():
            if inner and wanted.get("additionalProperties") is False and key not in inner:
                yield (*loc, "object", key), unknown_field(key, inner, "this object")
            yield from _value(_part(inner.get(key)), shared, item, (*loc, "object", key))
    if "otherwise" in value:
        yield from _value(wanted, shared, value["otherwise"], (*loc, "otherwise"))


def _fits(wanted: JsonObject, shared: JsonObject, value: Any, loc: Loc) -> Found:
    if value is None and not wanted.get("type"):
        return
    for said in schema.problems(shared | wanted, value)[:3]:
        where, _, what = said.partition(": ")
        # The way of the schema's own library begins with $.
        yield loc, what if where == "$" else f"{where.removeprefix('$.')}: {what}"


def _takes(wanted: JsonObject, example: Any) -> bool:
    kind = wanted.get("type")
    return kind is None or not schema.problems({"type": kind}, example)


def _kinds(wanted: JsonObject) -> str:
    kind = wanted.get("type")
    names = kind if isinstance(kind, list) else [kind]
    return " or ".join(f"{'an' if str(name)[0] in 'aio' else 'a'} {name}" for name in names if name != "null")


def _part(value: Any) -> JsonObject:
    return value if isinstance(value, dict) else {}


def consent(action: Operation, step: ActionStep) -> Iterator[tuple[str, bool]]:
    """Yield what the owner has not agreed to, and whether it happens with some events only."""
    allowed = set(step.allow)
    for effect in sorted(action.effects & NEEDS_CONSENT - allowed):
        yield f"{action.ref} {_EFFECTS[effect]}, and the owner has not agreed to it: allow: [{effect}]", False
    for name, effect in action.conditional.items():
        if effect in allowed | action.effects or name not in step.with_:
            continue
        value = step.with_[name]
        if not certain(value):
            yield (
                f"{action.ref} {_EFFECTS[effect]} when {name} is true; it is refused then without allow: [{effect}]",
                True,
            )
        elif known(value):
            yield (
                f"{action.ref} {_EFFECTS[effect]} with {name}, and the owner has not agreed to it: allow: [{effect}]",
                False,
            )


def secrets(action: Operation | None, given: JsonObject, loc: Loc) -> Found:
    """Yield the places of plain texts that are secrets, or look like one."""
    private = action.private if action is not None else frozenset()
    for name, value in given.items():
        for text, way in texts(value, ()):
            if _is_secret(text, (name, *way), private):
                yield (*loc, name, *way), _NO_SECRETS


def _is_secret(text: str, way: Loc, private: frozenset[str]) -> bool:
    if redact_text(text) != text:
        return True
    # The words for which a value map stands are no names of fields, and a path only says from where it comes.
    if not text or is_open(text) or "map" in way or way[-1] in ("from", "expression"):
        return False
    names = [way[0], *(part for part in way[1:] if isinstance(part, str) and part not in SOURCES)]
    # A field that is private as a whole is one; of an object of headers only those that are named like one.
    return (len(names) == 1 and way[0] in private) or redact({names[-1]: text}) != {names[-1]: text}
