"""A trigger: an opportunity was lost."""

from __future__ import annotations

from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.opportunity.lost",
    record="opportunity",
    title="An opportunity was lost",
    description="Fires when the status becomes lost; reopened and lost again it fires again.",
    happens=became("status", "Lost"),
    polled="opportunities by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
