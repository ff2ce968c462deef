"""A trigger: a task was cleared."""

from __future__ import annotations

from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.task.cleared",
    record="task",
    title="A task was cleared",
    description="Fires when it is done; clearing writes a history entry, which fires a trigger of its own.",
    happens=became("is_cleared", True),
    polled="tasks by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
