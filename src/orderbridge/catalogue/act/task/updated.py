"""A trigger: a task changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.task.updated",
    record="task",
    title="A task changed",
    description="Fires for any other value; that Act! moves the edit time with every saving is no change. Each "
    "occurrence of a series is a task of its own.",
    happens=updated,
    polled="tasks by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
