"""A trigger: a line of an opportunity was deleted."""

from __future__ import annotations

from orderbridge.catalogue.happens import deleted
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.line_item.deleted",
    record="line_item",
    title="A line of an opportunity was deleted",
    description="Fires when a line is taken out and when its opportunity is deleted or made private.",
    happens=deleted,
    polled="with its opportunity, by whose edit time it is found; all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
