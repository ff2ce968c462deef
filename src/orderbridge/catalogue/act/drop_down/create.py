"""An action: create a drop-down list."""

from __future__ import annotations

from orderbridge.catalogue.act.drop_down import DROP_DOWN, FIELDS, ITEMS, WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import RECORD_ID, written
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import choice, needed, needing

OPERATION = creating(
    id="act.drop_down.create",
    title="Create a drop-down list",
    description="Adds a list of values to pick from; a field uses it once somebody assigns it there.",
    call="POST /api/metadata/drop-down/lists",
    fields=needing(FIELDS, "name")
    | {
        "type": needed(choice("What kind of values it has.", ["Character", "Number", "Decimal", "Currency"])),
        "items": ITEMS,
    },
    record=DROP_DOWN,
    permissions=WRITE_PERMISSIONS,
    example={"name": "Plan", "type": "Character", "items": [{"value": "Basic"}, {"value": "Pro"}]},
    example_output=written(RECORD_ID, name="Plan"),
)
