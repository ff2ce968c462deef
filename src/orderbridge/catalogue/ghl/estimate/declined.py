"""A trigger: an estimate was declined."""

from __future__ import annotations

from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.estimate.declined",
    record="estimate",
    title="An estimate was declined",
    description="Fires when the customer says no.",
    happens=became("estimate_status", "declined"),
    polled="the list of all estimates, every ten minutes",
    scopes=("invoices/estimate.readonly",),
)
