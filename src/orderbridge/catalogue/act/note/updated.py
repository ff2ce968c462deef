"""A trigger: a note changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.note.updated",
    record="note",
    title="A note changed",
    description="Fires for any other value; that Act! moves the edit time with every saving is no change. Text comes "
    "without its formatting.",
    happens=updated,
    polled="notes by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
