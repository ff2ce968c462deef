"""A trigger: an opportunity is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.opportunity.created",
    record="opportunity",
    title="An opportunity is new",
    description="Fires once for what was made after the flow was switched on. Its amount comes of its lines.",
    happens=created,
    polled="opportunities by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
