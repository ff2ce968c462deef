"""A trigger: a task is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.task.created",
    record="task",
    title="A task is new",
    description="Fires once for what was made after the flow was switched on. Each occurrence of a series is a task "
    "of its own.",
    happens=created,
    polled="tasks by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
