"""A trigger: a history entry is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.history.created",
    record="history",
    title="A history entry is new",
    description="Fires once for what was made after the flow was switched on. Text comes without its formatting.",
    happens=created,
    polled="the history by edit time every minute, all of it once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
