"""A trigger: a user of the location changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.user.updated",
    record="user",
    title="A user of the location changed",
    description="Fires for a new role and for changed permissions too.",
    happens=updated,
    webhooks=("UserUpdate",),
)
