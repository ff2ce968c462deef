"""An action: delete a recurring task."""

from __future__ import annotations

from orderbridge.catalogue.act.recurring_task import ID, PERMISSIONS, RECURRING_TASK
from orderbridge.catalogue.deleting import deleting

OPERATION = deleting(
    id="act.recurring_task.delete",
    title="Delete a recurring task",
    description="Deletes a series with all its occurrences, past ones included, for good.",
    call="DELETE /api/recurring-tasks/{recurringId}",
    fields=ID,
    record=RECURRING_TASK,
    key="series_id",
    permissions=PERMISSIONS,
    example={"series_id": "66666666-7777-8888-9999-000000000000"},
    example_output={
        "id": "66666666-7777-8888-9999-000000000000",
        "verdict": "confirmed",
        "record": {"deleted": True},
    },
)
