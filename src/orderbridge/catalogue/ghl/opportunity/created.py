"""A trigger: an opportunity is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.opportunity.created",
    record="opportunity",
    title="An opportunity is new",
    description="Fires once for an opportunity made after the flow was switched on.",
    happens=created,
    webhooks=("OpportunityCreate",),
    polled="the list of all opportunities, every ten minutes",
    scopes=("opportunities.readonly",),
)
