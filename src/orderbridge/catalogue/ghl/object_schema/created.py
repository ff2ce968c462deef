"""A trigger: a custom object is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.object_schema.created",
    record="object_schema",
    title="A custom object is new",
    description="HighLevel sends no event when one is deleted.",
    happens=created,
    webhooks=("ObjectSchemaCreate",),
)
