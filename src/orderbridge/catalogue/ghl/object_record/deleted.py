"""A trigger: a record of a custom object was deleted."""

from __future__ import annotations

from orderbridge.catalogue.happens import deleted
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.object_record.deleted",
    record="record",
    title="A record of a custom object was deleted",
    description="Gives the properties that it had, as the webhook of its deletion shows them.",
    happens=deleted,
    webhooks=("RecordDelete",),
)
