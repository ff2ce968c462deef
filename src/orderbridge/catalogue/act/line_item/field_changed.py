"""A trigger: one field of a line of an opportunity changed."""

from __future__ import annotations

from orderbridge.catalogue.fields import Field, needed, text
from orderbridge.catalogue.happens import field_changed
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.line_item.field_changed",
    record="line_item",
    title="One field of a line of an opportunity changed",
    description="Fires when the field that you name is another value, or only for the values that you name; a new "
    "record fires created.",
    happens=field_changed,
    polled="with its opportunity, by whose edit time a change is found; all of them once a day",
    fields={
        "field": needed(
            text("The field in our spelling; a dot leads into it: custom_fields.region.", minLength=1)
        ),
        "to": Field(schema={"description": "Fires only when this is the new value."}),
        "from": Field(schema={"description": "Fires only when this was the value before."}),
    },
    example={"field": "price"},
    permissions=("Web API Access", "Access All Non-Private Data"),
)
