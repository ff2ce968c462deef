"""A trigger: an opportunity was won."""

from __future__ import annotations

from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.opportunity.won",
    record="opportunity",
    title="An opportunity was won",
    description="Fires when the status becomes won; reopened and won again it fires again.",
    happens=became("status", "Won"),
    polled="opportunities by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
