"""Fill a template."""

from __future__ import annotations

from orderbridge.catalogue.computing import computing
from orderbridge.catalogue.fields import needing, owners_fields, text
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import filled


def _compute(given: JsonObject) -> JsonObject:
    return {"text": filled(given["template"], given["fields"])}


OPERATION = computing(
    id="core.text.format",
    title="Fill a text template",
    description="Fills the places in braces, which may be paths; a place without a value is held, never left blank.",
    fields=needing(
        {
            "template": text("The text with places, such as Order {order.number}."),
            "fields": owners_fields("The values for the places."),
        },
        "template",
        "fields",
    ),
    gives=needing({"text": text("The filled text.")}, "text"),
    compute=_compute,
    example={
        "template": "Order {order.number} of {name}",
        "fields": {"order": {"number": 17}, "name": "Ada"},
    },
    example_output={"text": "Order 17 of Ada"},
)
