"""An action: read a recurring task."""

from __future__ import annotations

from orderbridge.catalogue.act.recurring_task import ID, PERMISSIONS, PLAIN, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.recurring_task.get",
    title="Read a recurring task",
    description="Reads one series with its rule.",
    call="GET /api/recurring-tasks/{recurringId}",
    fields=ID,
    fixed=PLAIN,
    output=ROW,
    permissions=PERMISSIONS,
    example={"series_id": "66666666-7777-8888-9999-000000000000"},
    example_output={"id": "66666666-7777-8888-9999-000000000000", "subject": "Call"},
)
