"""A trigger: an opportunity was given to somebody else."""

from __future__ import annotations

from orderbridge.catalogue.happens import moved
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.opportunity.assigned",
    record="opportunity",
    title="An opportunity was given to somebody else",
    description="Fires too when it is taken away from its user and belongs to nobody.",
    happens=moved("assigned_to", told="OpportunityAssignedToUpdate"),
    webhooks=("OpportunityAssignedToUpdate",),
    polled="the list of all opportunities, every ten minutes",
    scopes=("opportunities.readonly",),
)
