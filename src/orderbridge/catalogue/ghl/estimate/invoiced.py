"""A trigger: an estimate became an invoice."""

from __future__ import annotations

from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.estimate.invoiced",
    record="estimate",
    title="An estimate became an invoice",
    description="Fires when an invoice was made of it; the invoice fires its own triggers.",
    happens=became("estimate_status", "invoiced"),
    polled="the list of all estimates, every ten minutes",
    scopes=("invoices/estimate.readonly",),
)
