"""A trigger: a line of an opportunity is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.line_item.created",
    record="line_item",
    title="A line of an opportunity is new",
    description="Fires once for what was made after the flow was switched on. The lines of every opportunity are read"
    " once when the first flow listens, two calls each.",
    happens=created,
    polled="with its opportunity, by whose edit time a change is found; all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
