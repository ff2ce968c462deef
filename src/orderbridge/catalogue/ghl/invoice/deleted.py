"""A trigger: an invoice was deleted."""

from __future__ import annotations

from orderbridge.catalogue.happens import deleted
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.invoice.deleted",
    record="invoice",
    title="An invoice was deleted",
    description="Only drafts can be deleted. What our user can no longer see counts as deleted: only a look at the "
    "whole list together with a lookup by id finds it.",
    happens=deleted,
    webhooks=("InvoiceDelete",),
    polled="the list of all invoices, once a day",
    scopes=("invoices.readonly",),
)
