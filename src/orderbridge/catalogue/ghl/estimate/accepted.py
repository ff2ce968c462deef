"""A trigger: an estimate was accepted."""

from __future__ import annotations

from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.estimate.accepted",
    record="estimate",
    title="An estimate was accepted",
    description="Fires when the customer says yes; accepted and invoiced within ten minutes is seen as invoiced only.",
    happens=became("estimate_status", "accepted"),
    polled="the list of all estimates, every ten minutes",
    scopes=("invoices/estimate.readonly",),
)
