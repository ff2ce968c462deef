"""A trigger: a subscription is new or has changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import of_order
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.subscription.changed",
    record="subscription",
    title="A subscription is new or has changed",
    description="Fires for every change of a subscription; HighLevel tells nobody, so subscriptions are polled.",
    happens=of_order(lambda change, _given: not change.deleted),
    part_of="order",
    webhooks=(),
    polled="the list of subscriptions, every minute",
)
