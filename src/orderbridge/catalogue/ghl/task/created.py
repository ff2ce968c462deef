"""A trigger: a task is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.task.created",
    record="task",
    title="A task is new",
    description="Only webhooks tell of tasks, and what they carry is taken as the task.",
    happens=created,
    webhooks=("TaskCreate",),
)
