"""A trigger: an invoice was paid."""

from __future__ import annotations

from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.invoice.paid",
    record="invoice",
    title="An invoice was paid",
    description="Fires when nothing is left to pay; which payment it was stands in the list of transactions, not in "
    "the invoice.",
    happens=became("status", "paid", told="InvoicePaid"),
    webhooks=("InvoicePaid",),
    polled="invoices of the last 35 days every minute, all of them once a day",
    scopes=("invoices.readonly",),
)
