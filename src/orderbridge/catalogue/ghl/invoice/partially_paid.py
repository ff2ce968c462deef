"""A trigger: an invoice was paid in part."""

from __future__ import annotations

from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.invoice.partially_paid",
    record="invoice",
    title="An invoice was paid in part",
    description="Fires once when the first part is paid; look at amount_paid of ghl.invoice.updated for further "
    "parts.",
    happens=became("status", "partially_paid", told="InvoicePartiallyPaid"),
    webhooks=("InvoicePartiallyPaid",),
    polled="invoices of the last 35 days every minute, all of them once a day",
    scopes=("invoices.readonly",),
)
