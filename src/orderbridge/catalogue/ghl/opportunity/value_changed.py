"""A trigger: the value of an opportunity changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import moved
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.opportunity.value_changed",
    record="opportunity",
    title="The value of an opportunity changed",
    description="Fires for another amount; 100 and 100.00 are the same.",
    happens=moved("monetary_value", told="OpportunityMonetaryValueUpdate"),
    webhooks=("OpportunityMonetaryValueUpdate",),
    polled="the list of all opportunities, every ten minutes",
    scopes=("opportunities.readonly",),
)
