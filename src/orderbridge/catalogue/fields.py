"""The fields of an operation: what each means, what it may hold, and what the provider calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orderbridge.catalogue.names import theirs, to_theirs
from orderbridge.core.jsonio import JsonObject


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of an operation's input.

    Attributes:
        schema: JSON Schema with a description.
        required: Whether it must be given.
        wire: The provider's name; None means the usual spelling of ours.
        raw: The value's keys are the owner's own and are sent as they are.
        read_as: The name under which our spelling of the record shows it when it is read back; None means
            the same name.
        proved: False for what the provider takes and never shows again.
        effect: What a given, true value brings with it, such as ``messages_people``.
        sent: False for what only the operation itself uses.
        normal: How the provider writes such a value, for sending and for comparing: ``VIP`` as ``vip``.
        packed: The shape in which the provider wants the value sent, where it shows it in another.
        spread: The value's own keys stand beside the other fields (rows of a custom table).
        shows: Makes of ours what a record shows that is read back; None compares ours itself.
    """

    schema: JsonObject
    required: bool = False
    wire: str | None = None
    raw: bool = False
    read_as: str | None = None
    proved: bool = True
    effect: str | None = None
    sent: bool = True
    normal: Callable[[Any], Any] | None = None
    packed: Callable[[Any], Any] | None = None
    spread: bool = False
    shows: Callable[[Any], Any] | None = None


Fields = Mapping[str, Field]


def _field(schema: JsonObject, description: str, more: Mapping[str, Any]) -> Field:
    own = {key: more[key] for key in more if key in Field.__dataclass_fields__}
    rest = {key: more[key] for key in more if key not in own}
    return Field(schema=schema | {"description": description} | rest, **own)


def text(description: str, **more: Any) -> Field:
    """A text; blank counts as a text too, so give ``minLength=1`` where it must not be."""
    return _field({"type": "string"}, description, more)


def record_id(description: str, **more: Any) -> Field:
    """The id of a record over there; opaque."""
    return _field({"type": "string", "minLength": 1}, description, more)


def choice(description: str, options: Sequence[str], **more: Any) -> Field:
    """One of a few words."""
    return _field({"type": "string", "enum": list(options)}, description, more)


def money(description: str, **more: Any) -> Field:
    """An exact amount in major units; the currency stands beside it."""
    return _field({"type": "number"}, description, more)


def number(description: str, **more: Any) -> Field:
    """A number, exact."""
    return _field({"type": "number"}, description, more)


def whole(description: str, **more: Any) -> Field:
    """A whole number."""
    return _field({"type": "integer"}, description, more)


def anything(description: str, **more: Any) -> Field:
    """A value of any kind."""
    return _field({}, description, more)


def numbers(description: str, **more: Any) -> Field:
    """A list of exact numbers."""
    return _field({"type": "array", "items": {"type": "number"}}, description, more)


def flag(description: str, **more: Any) -> Field:
    """Yes or no."""
    return _field({"type": "boolean"}, description, more)


def day(description: str, **more: Any) -> Field:
    """A day, ``2026-01-31``."""
    return _field({"type": "string", "format": "date"}, description, more)


def instant(description: str, **more: Any) -> Field:
    """A moment with its offset, ``2026-01-31T09:00:00Z``."""
    return _field({"type": "string", "format": "date-time"}, description, more)


def texts(description: str, **more: Any) -> Field:
    """A list of texts."""
    return _field({"type": "array", "items": {"type": "string"}}, description, more)


def group(description: str, fields: Fields, *, open: bool = False, **more: Any) -> Field:
    """An object with fields of its own; an ``open`` one may have further properties, which are left out."""
    return _field(object_of(fields) | {"additionalProperties": open}, description, more)


def rows(description: str, fields: Fields, *, open: bool = False, **more: Any) -> Field:
    """A list of objects; ``open`` ones may have further properties, which are left out."""
    item = object_of(fields) | {"additionalProperties": open}
    return _field({"type": "array", "items": item}, description, more)


def embedded(description: str, name: str, **more: Any) -> Field:
    """The id of a record that the provider takes and shows as an object: ``{"stage": {"id": …}}``.

    Args:
        description: What it is.
        name: The key of that object, the same in both spellings.
        more: Further attributes of ``Field`` and of its schema.
    """
    own: dict[str, Any] = {"wire": name, "read_as": name, "packed": _with_id, "shows": _with_id}
    return _field({"type": "string", "minLength": 1}, description, own | more)


def linked(description: str, name: str, **more: Any) -> Field:
    """The ids of records that the provider takes and shows as objects: ``{"contacts": [{"id": …}]}``."""
    own: dict[str, Any] = {"wire": name, "read_as": name, "packed": _with_ids, "shows": _with_ids}
    schema: JsonObject = {
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "uniqueItems": True,
    }
    return _field(schema, description, own | more)


def _with_id(record_id: str) -> JsonObject:
    return {"id": record_id}


def _with_ids(ids: Sequence[str]) -> list[JsonObject]:
    return [{"id": item} for item in ids]


def owners_fields(description: str, **more: Any) -> Field:
    """An object whose keys the account's owner chose: custom fields by their internal name."""
    return _field({"type": "object"}, description, {"raw": True} | more)


def needed(field: Field) -> Field:
    """The same field, which must be given."""
    return replace(field, required=True)


def needing(fields: Fields, *names: str) -> dict[str, Field]:
    """The same fields, of which ``names`` must be given."""
    return {name: needed(field) if name in names else field for name, field in fields.items()}


def object_of(fields: Fields) -> JsonObject:
    """Return the JSON Schema of an object with these fields and no others."""
    return {
        "type": "object",
        "properties": {name: field.schema for name, field in fields.items()},
        "required": [name for name, field in fields.items() if field.required],
        "additionalProperties": False,
    }


def on_the_wire(fields: Fields, given: JsonObject) -> JsonObject:
    """Return what was given under the provider's names; what was not given is left out."""
    sent: JsonObject = {}
    for name, value in given.items():
        field = fields[name]
        if not field.sent:
            continue
        packed = field.packed(value) if field.packed else value
        if field.spread:
            sent |= packed
            continue
        sent[field.wire or theirs(name)] = packed if field.raw else to_theirs(packed)
    return sent


def as_written(fields: Fields, given: JsonObject) -> JsonObject:
    """Return what was given as the provider writes it."""
    normal = {name: field.normal for name, field in fields.items() if field.normal}
    return {name: normal[name](value) if name in normal else value for name, value in given.items()}


def cut(schema: JsonObject, value: Any) -> Any:
    """Return a value without what its schema does not know, at every depth.

    A record that is sent back as a whole shows more than may be sent.
    """
    if isinstance(value, Mapping) and schema.get("additionalProperties") is False:
        known: JsonObject = schema["properties"]
        return {name: cut(known[name], item) for name, item in value.items() if name in known}
    if isinstance(value, list) and "items" in schema:
        return [cut(schema["items"], item) for item in value]
    return value


def record_schema(*, description: str, **properties: str) -> JsonObject:
    """Return the JSON Schema of a provider's record in our names: its main fields, and whatever else it has.

    Args:
        description: What the record is.
        properties: Each main field with its JSON types, ``"string null"``.
    """
    return {
        "type": "object",
        "description": description,
        "properties": {name: {"type": types.split()} for name, types in properties.items()},
    }
