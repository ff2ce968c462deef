"""A trigger: a line of an opportunity changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.line_item.updated",
    record="line_item",
    title="A line of an opportunity changed",
    description="Fires for any other value; that Act! moves the edit time with every saving is no change. The lines "
    "of every opportunity are read once when the first flow listens, two calls each.",
    happens=updated,
    polled="with its opportunity, by whose edit time a change is found; all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
