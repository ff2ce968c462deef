"""A trigger: a user of the location was deleted."""

from __future__ import annotations

from orderbridge.catalogue.happens import deleted
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.user.deleted",
    record="user",
    title="A user of the location was deleted",
    description="What was assigned to that user is assigned to nobody that can answer.",
    happens=deleted,
    webhooks=("UserDelete",),
)
