"""A trigger: an opportunity was deleted."""

from __future__ import annotations

from orderbridge.catalogue.happens import deleted
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.opportunity.deleted",
    record="opportunity",
    title="An opportunity was deleted",
    description="Gives the last known state. What our user can no longer see counts as deleted: only a look at the "
    "whole list together with a lookup by id finds it.",
    happens=deleted,
    webhooks=("OpportunityDelete",),
    polled="the list of all opportunities, every ten minutes",
    scopes=("opportunities.readonly",),
)
