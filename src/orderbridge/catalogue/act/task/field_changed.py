"""A trigger: one field of a task changed."""

from __future__ import annotations

from orderbridge.catalogue.fields import Field, needed, text
from orderbridge.catalogue.happens import field_changed
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.task.field_changed",
    record="task",
    title="One field of a task changed",
    description="Fires when the field that you name is another value, or only for the values that you name; a new "
    "record fires created.",
    happens=field_changed,
    polled="tasks by their edit time every minute, all of them once a day",
    fields={
        "field": needed(
            text("The field in our spelling; a dot leads into it: activity_type_name.", minLength=1)
        ),
        "to": Field(schema={"description": "Fires only when this is the new value."}),
        "from": Field(schema={"description": "Fires only when this was the value before."}),
    },
    example={"field": "start_time"},
    permissions=("Web API Access", "Access All Non-Private Data"),
)
