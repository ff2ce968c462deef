"""What people ask of a list, as the one filter text that Act! takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orderbridge.catalogue.fields import Fields, on_the_wire
from orderbridge.connectors import fields as wire
from orderbridge.connectors.act import odata
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject

Condition = Callable[[Any], str]


def filtered(fields: Fields, conditions: Mapping[str, Condition]) -> Callable[[JsonObject], JsonObject]:
    """Return what makes a request of an input: a filter of every input that has a condition.

    Args:
        fields: The input.
        conditions: By the name of the input's field; every other field goes where it usually does.
    """

    def query(given: JsonObject) -> JsonObject:
        parts = [conditions[name](value) for name, value in given.items() if name in conditions]
        rest = {name: value for name, value in given.items() if name not in conditions}
        return on_the_wire(fields, rest) | ({"$filter": odata.both(*parts)} if parts else {})

    return query


def edited_since(moment: str) -> str:
    """Edited at that moment or later."""
    return odata.edited_since(_moment(moment))


def created_since(moment: str) -> str:
    """Created at that moment or later."""
    return odata.created_since(_moment(moment))


def at_or_after(field: str) -> Condition:
    """``field`` is that moment or a later one."""
    return lambda moment: f"{field} ge {odata.literal(_moment(moment))}"


def before(field: str) -> Condition:
    """``field`` is earlier than that moment."""
    return lambda moment: f"{field} lt {odata.literal(_moment(moment))}"


def equals(field: str) -> Condition:
    """``field`` is that value."""
    return lambda value: odata.eq(field, value)


def contains(field: str) -> Condition:
    """That text occurs in ``field``."""
    return lambda part: odata.contains(field, part)


def linked_to(collection: str) -> Condition:
    """That record is among the linked ones, such as ``contacts``."""
    return lambda record_id: f"{collection}/any(c: c/id eq {odata.literal(record_id)})"


def of_first_link(given: JsonObject) -> JsonObject:
    """Return the filter for the rows of the first record to which an input links its own."""
    for name, collection in _LINKS.items():
        if given.get(name):
            return {"$filter": linked_to(collection)(given[name][0])}
    return {}


_LINKS = {
    "contact_ids": "contacts",
    "opportunity_ids": "opportunities",
    "company_ids": "companies",
    "group_ids": "groups",
}


def _moment(text: str) -> Any:
    moment = wire.instant(text)
    if moment is None:
        raise FlowError(f"{text!r} is no moment with its offset", cause="flow.input_refused")
    return moment
