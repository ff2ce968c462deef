"""A trigger: a note is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.note.created",
    record="note",
    title="A note is new",
    description="Fires once for what was made after the flow was switched on. Text comes without its formatting.",
    happens=created,
    polled="notes by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
