"""A trigger: a payment is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.transaction.created",
    record="transaction",
    title="A payment is new",
    description="Fires for every charge of orders, invoices and subscriptions, also for one that failed; no webhook "
    "tells of them.",
    happens=created,
    polled="the list of payments, every minute",
    scopes=("payments/transactions.readonly",),
)
