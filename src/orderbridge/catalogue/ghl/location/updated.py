"""A trigger: a location changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.location.updated",
    record="location",
    title="A location changed",
    description="Fires for its name, its mail address and what else its webhook carries.",
    happens=updated,
    webhooks=("LocationUpdate",),
)
