"""A trigger: an invoice was voided."""

from __future__ import annotations

from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.invoice.voided",
    record="invoice",
    title="An invoice was voided",
    description="Fires when the invoice no longer counts; it stays readable.",
    happens=became("status", "void", "voided", told="InvoiceVoid"),
    webhooks=("InvoiceVoid",),
    polled="invoices of the last 35 days every minute, all of them once a day",
    scopes=("invoices.readonly",),
)
