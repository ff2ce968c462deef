"""A trigger: a history entry changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.history.updated",
    record="history",
    title="A history entry changed",
    description="Fires for any other value; that Act! moves the edit time with every saving is no change. Text comes "
    "without its formatting.",
    happens=updated,
    polled="the history by edit time every minute, all of it once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
