"""A trigger: a custom object changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.object_schema.updated",
    record="object_schema",
    title="A custom object changed",
    description="Fires when its labels or the fields that it is searched by are others.",
    happens=updated,
    webhooks=("ObjectSchemaUpdate",),
)
