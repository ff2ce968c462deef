"""A trigger: an opportunity changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.opportunity.updated",
    record="opportunity",
    title="An opportunity changed",
    description="Fires for any other value; that Act! moves the edit time with every saving is no change. Its amount "
    "comes of its lines.",
    happens=updated,
    polled="opportunities by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
