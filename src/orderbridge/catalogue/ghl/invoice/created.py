"""A trigger: an invoice is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.invoice.created",
    record="invoice",
    title="An invoice is new",
    description="Fires for drafts too: an invoice is new before it is sent.",
    happens=created,
    webhooks=("InvoiceCreate",),
    polled="invoices of the last 35 days every minute, all of them once a day",
    scopes=("invoices.readonly",),
)
