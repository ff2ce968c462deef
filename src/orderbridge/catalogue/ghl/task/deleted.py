"""A trigger: a task was deleted."""

from __future__ import annotations

from orderbridge.catalogue.happens import deleted
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.task.deleted",
    record="task",
    title="A task was deleted",
    description="Gives the task as its webhook shows it.",
    happens=deleted,
    webhooks=("TaskDelete",),
)
