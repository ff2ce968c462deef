"""A trigger: a contact now meets a rule."""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.changes import Change
from orderbridge.catalogue.fields import Field, needed, text
from orderbridge.catalogue.triggers import on_change
from orderbridge.core.jsonio import JsonObject


def _fits(value: Any, wanted: Any) -> bool:
    return value is not None and str(value).strip().casefold() == str(wanted).strip().casefold()


def _happens(change: Change, given: JsonObject) -> bool:
    if change.deleted or not _fits(change.now(given["field"]), given["value"]):
        return False
    return change.created or not _fits(change.was(given["field"]), given["value"])


OPERATION = on_change(
    id="act.contact.became",
    record="contact",
    title="A contact now meets a rule",
    description="Fires when the field that you name gets the value that you name, also in a new contact.",
    happens=_happens,
    fields={
        "field": needed(text("The field in our spelling: id_status, custom_fields.region.", minLength=1)),
        "value": needed(Field(schema={"description": "The value; upper and lower case do not matter."})),
    },
    example={"field": "id_status", "value": "Lead"},
    polled="contacts by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
