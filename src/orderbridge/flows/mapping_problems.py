"""What is wrong with mappings, said before a flow is published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import word
from orderbridge.flows import conversions
from orderbridge.flows.field_mapping import ADD, ADDS_CHOICES, CLEAR, LEAVE_OUT, FieldMapping, Lookup, parse
from orderbridge.flows.model import ActionStep, EachStep, Flow, every
from orderbridge.flows.problems import Problem
from orderbridge.flows.rendering import clearable


def of_flow(flow: Flow) -> list[Problem]:
    """Return what is wrong with the mappings of a flow, each with its place; unknown operations are passed over."""
    found: list[Problem] = []
    for step in every(flow.steps):
        if isinstance(step, ActionStep | EachStep):
            found += of_value(step.for_each, f"steps.{step.id}.for_each")
        if isinstance(step, ActionStep):
            found += _of_step(step)
    return found


def of_value(value: Any, place: str) -> Iterator[Problem]:
    """Yield what is wrong with one value or mapping and with what is within it."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from of_value(item, f"{place}.{number}")
    if not isinstance(value, dict):
        return
    try:
        mapping = parse(value)
    except FlowError as error:
        yield Problem(place=place, message=str(error))
        return
    yield from _contradictions(mapping, place)
    if mapping.convert is not None:
        yield from conversions.problems(mapping.convert, f"{place}.convert")
    if mapping.lookup is not None:
        yield from _table(mapping.lookup, f"{place}.lookup")
    for name in ("otherwise", "if_missing", "if_null", "if_empty"):
        yield from of_value(getattr(mapping, name), f"{place}.{name}")
    for key, item in (mapping.object or {}).items():
        yield from of_value(item, f"{place}.{key}")


def mappings(value: Any, place: str) -> Iterator[tuple[str, Any, FieldMapping | None]]:
    """Yield each place that gets a value, with what stands there and, where it is one, its mapping.

    The parts of a built object are places of their own: ``steps.contact.with.custom_fields.user1``.
    """
    if isinstance(value, dict):
        try:
            mapping = parse(value)
        except FlowError:
            return
        if mapping.object is not None:
            for key, item in mapping.object.items():
                yield from mappings(item, f"{place}.{key}")
            return
        if isinstance(mapping.value, dict):
            for key, item in mapping.value.items():
                yield f"{place}.{key}", item, None
            return
        yield place, mapping.value if "value" in mapping.given else value, mapping
    else:
        yield place, value, None


def _of_step(step: ActionStep) -> Iterator[Problem]:
    try:
        action = operation(step.action)
    except FlowError:
        return
    required = set(action.input_schema.get("required", []))
    properties = action.input_schema.get("properties", {})
    for name, value in step.with_.items():
        place = f"steps.{step.id}.with.{name}"
        yield from of_value(value, place)
        for at, _, mapping in mappings(value, place):
            if mapping is None:
                continue
            yield from _growing(mapping, at, step, action)
            if name in required and at == place and LEAVE_OUT in (mapping.if_missing, mapping.if_null):
                yield Problem(place=at, message=f"{action.ref} requires it, so it cannot be left out")
            rules = (mapping.if_missing, mapping.if_null, mapping.if_empty)
            if at == place and CLEAR in rules and not clearable(properties.get(name, {})):
                yield Problem(
                    place=at, message=f"it cannot be cleared: {action.ref} takes nothing empty for it"
                )


def _growing(mapping: FieldMapping, place: str, step: ActionStep, action: Operation) -> Iterator[Problem]:
    if mapping.unmapped != ADD:
        return
    if action.system != "act":
        yield Problem(
            place=f"{place}.unmapped",
            message="add works for drop-down lists of Act! only; HighLevel's API cannot add a choice to a field. "
            "Use hold, skip or keep",
        )
    elif ADDS_CHOICES not in step.allow:
        yield Problem(
            place=f"{place}.unmapped",
            message=f"add lets a drop-down list grow for everybody and for good: the step must allow {ADDS_CHOICES}",
        )


def _contradictions(mapping: FieldMapping, place: str) -> Iterator[Problem]:
    if mapping.map is not None and mapping.lookup is not None:
        yield Problem(place=place, message="it has a map and a lookup; one of them is enough")
    if mapping.unmapped is not None and not mapping.translates:
        yield Problem(
            place=f"{place}.unmapped", message="it has neither map nor lookup, so nothing can be unmapped"
        )
    if mapping.unmapped is not None and "otherwise" in mapping.given:
        yield Problem(
            place=f"{place}.unmapped", message="otherwise already says what becomes of what is not there"
        )
    if mapping.unmapped == ADD and not mapping.drop_down:
        yield Problem(place=f"{place}.unmapped", message="add needs drop_down, the name of an Act! list")
    if mapping.drop_down and mapping.unmapped != ADD:
        yield Problem(place=f"{place}.drop_down", message="it is of use with unmapped: add only")
    if mapping.map == {} and mapping.unmapped is None and "otherwise" not in mapping.given:
        yield Problem(place=f"{place}.map", message="the value map is empty, so every value would be held")
    if mapping.required and LEAVE_OUT in (mapping.if_missing, mapping.if_null, mapping.if_empty):
        yield Problem(place=place, message="it is required, so leave_out can never be followed")


def _table(table: Lookup, place: str) -> Iterator[Problem]:
    seen: dict[str, JsonObject] = {}
    for number, row in enumerate(table.rows, start=1):
        lack = [name for name in (table.where, table.take) if name not in row]
        if lack:
            yield Problem(place=f"{place}.rows", message=f"row {number} has no {' and no '.join(lack)}")
            continue
        key = word(row[table.where])
        if key in seen and seen[key][table.take] != row[table.take]:
            yield Problem(
                place=f"{place}.rows",
                message=f"row {number} says another {table.take} for {key!r} than before",
            )
        seen.setdefault(key, row)
