"""A trigger: an opportunity moved to another stage."""

from __future__ import annotations

from orderbridge.catalogue.happens import moved
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.opportunity.stage_changed",
    record="opportunity",
    title="An opportunity moved to another stage",
    description="Fires for a move within a pipeline and for one to another pipeline.",
    happens=moved("pipeline_stage_id", "pipeline_id", told="OpportunityStageUpdate"),
    webhooks=("OpportunityStageUpdate",),
    polled="the list of all opportunities, every ten minutes",
    scopes=("opportunities.readonly",),
)
