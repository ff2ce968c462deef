"""A trigger: a location is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.location.created",
    record="location",
    title="A location is new",
    description="Fires only for a location that is connected here: a webhook of any other is noted and not run.",
    happens=created,
    webhooks=("LocationCreate",),
)
