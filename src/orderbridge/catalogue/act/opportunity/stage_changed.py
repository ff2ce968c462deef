"""A trigger: an opportunity moved to another stage."""

from __future__ import annotations

from orderbridge.catalogue.happens import moved
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.opportunity.stage_changed",
    record="opportunity",
    title="An opportunity moved to another stage",
    description="Compares the stage's id: the same name in another sales process is another stage.",
    happens=moved("stage.id"),
    polled="opportunities by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
