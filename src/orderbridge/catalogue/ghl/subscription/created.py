"""A trigger: a subscription began."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.subscription.created",
    record="subscription",
    title="A subscription began",
    description="Fires once for a subscription made after the flow was switched on.",
    happens=created,
    polled="the list of subscriptions, every minute",
    scopes=("payments/subscriptions.readonly",),
)
