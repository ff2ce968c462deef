"""A trigger: an invoice is new, has changed or is gone."""

from __future__ import annotations

from orderbridge.catalogue.changes import Change
from orderbridge.catalogue.triggers import on_change
from orderbridge.core.jsonio import JsonObject


def _happens(change: Change, _given: JsonObject) -> bool:
    return change.created or change.updated or change.deleted


OPERATION = on_change(
    id="ghl.invoice.changed",
    record="invoice",
    title="An invoice is new, has changed or is gone",
    description="Fires for every change of an invoice, whatever it is; a flow that mirrors invoices needs all of them.",
    happens=_happens,
    webhooks=(
        "InvoiceCreate", "InvoiceUpdate", "InvoiceSent", "InvoicePartiallyPaid", "InvoicePaid", "InvoiceVoid",
        "InvoiceDelete",
    ),
    polled="invoices of the last 35 days every minute, all of them once a day",
    scopes=("invoices.readonly",),
)  # fmt: skip
