"""A trigger: one field of a record of a custom table changed."""

from __future__ import annotations

from orderbridge.catalogue.fields import Field, needed, text
from orderbridge.catalogue.happens import field_changed
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.custom_record.field_changed",
    record="custom_record",
    title="One field of a record of a custom table changed",
    description="Fires when the field that you name is another value, or only for the values that you name; a new "
    "record fires created.",
    happens=lambda change, given: change.now("table") == given["table"] and field_changed(change, given),
    polled="the table by edit time every minute, all of it once a day",
    fields={
        "table": needed(text("The table's name in Act!, not the one that people see.", minLength=1)),
        "field": needed(text("The field in our spelling; a dot leads into it: cust_region.", minLength=1)),
        "to": Field(schema={"description": "Fires only when this is the new value."}),
        "from": Field(schema={"description": "Fires only when this was the value before."}),
    },
    example={"table": "HighLevelPayments", "field": "cust_region", "to": "North"},
    permissions=("Web API Access", "Access All Non-Private Data"),
)
