"""A trigger: a record of a custom table was deleted."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, text
from orderbridge.catalogue.happens import deleted
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.custom_record.deleted",
    record="custom_record",
    title="A record of a custom table was deleted",
    description="A record counts as deleted when a look at the whole list misses it and it is not found by its id; "
    "one that was made private looks the same to us.",
    happens=lambda change, given: change.now("table") == given["table"] and deleted(change, given),
    polled="a look at all of them, once a day",
    fields={"table": needed(text("The table's name in Act!, not the one that people see.", minLength=1))},
    example={"table": "HighLevelPayments"},
    permissions=("Web API Access", "Access All Non-Private Data"),
)
