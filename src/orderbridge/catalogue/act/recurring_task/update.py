"""An action: change a recurring task."""

from __future__ import annotations

from orderbridge.catalogue.act.recurring_task import FIELDS, ID, PERMISSIONS, RECURRING_TASK, SENT, resolve
from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.resolving import resolving

OPERATION = resolving(
    changing(
        id="act.recurring_task.update",
        title="Change a recurring task",
        description="Changes what all occurrences of a series share; its rule stays, so make a new one for another.",
        call="PATCH /api/recurring-tasks/{recurringId}",
        fields=ID | SENT,
        record=RECURRING_TASK,
        key="series_id",
        id_in_body=True,
        permissions=PERMISSIONS,
        example={"series_id": "66666666-7777-8888-9999-000000000000", "location": "By phone"},
        example_output={
            "id": "66666666-7777-8888-9999-000000000000",
            "verdict": "confirmed",
            "record": {"location": "By phone"},
        },
    ),
    fields=ID | FIELDS,
    resolve=resolve,
    calls="3, and one where a type is named",
)
