"""A trigger: an invoice changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.invoice.updated",
    record="invoice",
    title="An invoice changed",
    description="Fires for every change of an invoice that was known, a payment included.",
    happens=updated,
    webhooks=("InvoiceUpdate",),
    polled="invoices of the last 35 days every minute, all of them once a day",
    scopes=("invoices.readonly",),
)
