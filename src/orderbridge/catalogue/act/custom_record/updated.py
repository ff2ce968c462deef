"""A trigger: a record of a custom table changed."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, text
from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.custom_record.updated",
    record="custom_record",
    title="A record of a custom table changed",
    description="Fires for any other value; that Act! moves the edit time with every saving is no change. Its fields "
    "stand under Act!'s own column names.",
    happens=lambda change, given: change.now("table") == given["table"] and updated(change, given),
    polled="the table by edit time every minute, all of it once a day",
    fields={"table": needed(text("The table's name in Act!, not the one that people see.", minLength=1))},
    example={"table": "HighLevelPayments"},
    permissions=("Web API Access", "Access All Non-Private Data"),
)
