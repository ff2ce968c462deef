"""A trigger: a record of a custom object changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.object_record.updated",
    record="record",
    title="A record of a custom object changed",
    description="Fires when a property, an owner or a follower is another.",
    happens=updated,
    webhooks=("RecordUpdate",),
)
