"""A trigger: a payment of an invoice is new or has changed."""

from __future__ import annotations

from orderbridge.catalogue.changes import Change
from orderbridge.catalogue.triggers import on_change
from orderbridge.core.jsonio import JsonObject


def _happens(change: Change, _given: JsonObject) -> bool:
    return not change.deleted and change.state.get("entity_type") == "invoice"


OPERATION = on_change(
    id="ghl.invoice.payment_changed",
    record="transaction",
    title="A payment of an invoice is new or has changed",
    description=(
        "Fires for every charge, refund and change of status of what was paid on an invoice; payments of orders fire "
        "another trigger."
    ),
    happens=_happens,
    polled="the list of payments, every minute",
    scopes=("payments/transactions.readonly",),
)
