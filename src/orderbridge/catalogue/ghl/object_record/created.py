"""A trigger: a record of a custom object is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.object_record.created",
    record="record",
    title="A record of a custom object is new",
    description="The body does not say which custom object it is of; look at the keys of its properties.",
    happens=created,
    webhooks=("RecordCreate",),
)
