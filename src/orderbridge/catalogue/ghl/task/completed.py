"""A trigger: a task was completed."""

from __future__ import annotations

from orderbridge.catalogue.happens import became
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.task.completed",
    record="task",
    title="A task was completed",
    description="Fires for a task that was never seen before too.",
    happens=became("completed", True, told="TaskComplete"),
    webhooks=("TaskComplete",),
)
