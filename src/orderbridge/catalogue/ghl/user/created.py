"""A trigger: a user of the location is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.user.created",
    record="user",
    title="A user of the location is new",
    description="A user of the whole agency comes without a location and fires nothing here.",
    happens=created,
    webhooks=("UserCreate",),
)
