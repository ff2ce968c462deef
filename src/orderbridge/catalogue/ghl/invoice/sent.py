"""A trigger: an invoice was sent."""

from __future__ import annotations

from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.invoice.sent",
    record="invoice",
    title="An invoice was sent",
    description="Fires when the status becomes sent; sending it again fires nothing.",
    happens=became("status", "sent", told="InvoiceSent"),
    webhooks=("InvoiceSent",),
    polled="invoices of the last 35 days every minute, all of them once a day",
    scopes=("invoices.readonly",),
)
