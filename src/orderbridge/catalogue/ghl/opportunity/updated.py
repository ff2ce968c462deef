"""A trigger: an opportunity changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.opportunity.updated",
    record="opportunity",
    title="An opportunity changed",
    description="Fires once for a change for which HighLevel sends several webhooks.",
    happens=updated,
    webhooks=(
        "OpportunityUpdate",
        "OpportunityStageUpdate",
        "OpportunityStatusUpdate",
        "OpportunityMonetaryValueUpdate",
        "OpportunityAssignedToUpdate",
    ),
    polled="the list of all opportunities, every ten minutes",
    scopes=("opportunities.readonly",),
)
