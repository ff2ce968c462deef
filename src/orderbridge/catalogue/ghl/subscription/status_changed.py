"""A trigger: the status of a subscription changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import moved
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.subscription.status_changed",
    record="subscription",
    title="The status of a subscription changed",
    description="Fires when it becomes active, unpaid, cancelled and so on.",
    happens=moved("status"),
    polled="the list of subscriptions, every minute",
    scopes=("payments/subscriptions.readonly",),
)
