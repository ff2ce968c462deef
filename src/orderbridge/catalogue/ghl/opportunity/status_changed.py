"""A trigger: the status of an opportunity changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import moved
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.opportunity.status_changed",
    record="opportunity",
    title="The status of an opportunity changed",
    description="Fires when it becomes open, won, lost or abandoned.",
    happens=moved("status", told="OpportunityStatusUpdate"),
    webhooks=("OpportunityStatusUpdate",),
    polled="the list of all opportunities, every ten minutes",
    scopes=("opportunities.readonly",),
)
