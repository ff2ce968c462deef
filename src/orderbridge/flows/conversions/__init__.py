"""Conversions that a mapping asks for by name: ``convert: phone``, ``convert: {date: {zone: Europe/Berlin}}``.

Nothing is converted that nobody asked for. Each is pure; several are done in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orderbridge.catalogue import schema
from orderbridge.catalogue.core.date import checked_pattern, zone
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import MISSING
from orderbridge.flows.conversions import amounts, countries, dates, phones, words
from orderbridge.flows.conversions.conversion import Conversion, kind_of
from orderbridge.flows.problems import Problem

__all__ = ["NAMES", "Conversion", "apply", "json_schema", "kind_of", "listed", "problems"]

NAMES: dict[str, Conversion] = {
    item.name: item
    for item in (
        words.TEXT, amounts.NUMBER, amounts.MONEY, words.BOOLEAN, dates.DATE, dates.DATE_TIME, phones.PHONE,
        countries.COUNTRY, countries.STATE, words.SPLIT, words.JOIN,
    )
}  # fmt: skip


def json_schema() -> JsonObject:
    """Return the JSON Schema of ``convert``: a name, a name with its options, or a list of these."""
    named = {"type": "string", "enum": list(NAMES)}
    with_options = [
        {
            "type": "object",
            "title": item.title,
            "description": item.description,
            "properties": {item.name: _open(item.schema)},
            "required": [item.name],
            "additionalProperties": False,
        }
        for item in NAMES.values()
    ]
    one: JsonObject = {"anyOf": [named, *with_options]}
    return {"anyOf": [*one["anyOf"], {"type": "array", "items": one, "minItems": 1}]}


def _open(options: JsonObject) -> JsonObject:
    # Every option may also be taken from the record.
    source = {"type": "object", "properties": {"from": {"type": "string"}}, "required": ["from"]}
    properties = {name: {"anyOf": [item, source]} for name, item in options["properties"].items()}
    return options | {"properties": properties}


def listed(convert: Any) -> Iterator[tuple[str, JsonObject]]:
    """Yield the name and the options of each conversion of a mapping.

    Raises:
        FlowError: It is not written as one.
    """
    for item in convert if isinstance(convert, list) else [convert]:
        if isinstance(item, str):
            name = item
            options: Any = {}
        elif isinstance(item, dict) and len(item) == 1:
            [(name, options)] = item.items()
        else:
            raise FlowError(
                "convert takes a name, one name with its options as in {phone: {region: US}}, or a list of these",
                cause="flow.bad_conversion",
            )
        if name not in NAMES or not isinstance(options, dict):
            raise FlowError(
                f"there is no conversion {name!r} with such options; there are {', '.join(NAMES)}",
                cause="flow.bad_conversion",
            )
        yield name, options


def apply(value: Any, name: str, options: JsonObject) -> Any:
    """Convert a value that is neither missing nor null.

    Raises:
        HeldError: The value does not fit; the message tells its kind and what would be right.
        FlowError: The options do not fit.
    """
    if value is MISSING:
        return value
    conversion = NAMES[name]
    schema.check(conversion.schema, options, what=f"conversion {name}", example=conversion.example)
    return conversion.convert(value, options)


def problems(convert: Any, place: str) -> list[Problem]:
    """Return what is wrong with the conversions of a mapping, at ``place``."""
    found = []
    try:
        for name, options in listed(convert):
            found += [Problem(place=f"{place}.{name}", message=said) for said in _wrong(name, options)]
    except FlowError as error:
        found.append(Problem(place=place, message=str(error)))
    return found


def _wrong(name: str, options: JsonObject) -> Iterator[str]:
    conversion = NAMES[name]
    # What is taken from the record is known when it runs.
    known = {key: item for key, item in options.items() if not _from_record(item)}
    wanted = conversion.schema
    required = [item for item in wanted["required"] if item not in options or item in known]
    yield from schema.problems(wanted | {"required": required}, known)
    if unknown := sorted(set(options) - set(known) - set(wanted["properties"])):
        yield f"unknown {', '.join(unknown)}; known are {', '.join(wanted['properties'])}"
    for key, item in known.items():
        try:
            if key in ("read_as", "write_as") and isinstance(item, str):
                checked_pattern(item)
            elif key in ("zone", "write_zone") and isinstance(item, str):
                zone(item)
            elif key == "language" and isinstance(item, str):
                countries.check_language(item)
        except FlowError as error:
            yield str(error)


def _from_record(option: Any) -> bool:
    return isinstance(option, dict) and set(option) == {"from"}
