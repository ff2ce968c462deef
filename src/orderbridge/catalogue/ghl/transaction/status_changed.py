"""A trigger: the status of a payment changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import moved
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.transaction.status_changed",
    record="transaction",
    title="The status of a payment changed",
    description="Fires when a charge that was known moves on, from pending to succeeded or failed for example.",
    happens=moved("status"),
    polled="the list of payments, every minute",
    scopes=("payments/transactions.readonly",),
)
