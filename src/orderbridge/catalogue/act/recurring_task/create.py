"""An action: create a recurring task."""

from __future__ import annotations

from orderbridge.catalogue.act.filters import of_first_link
from orderbridge.catalogue.act.recurring_task import (
    FIELDS,
    PERMISSIONS,
    RECURRING_TASK,
    REPEATS,
    SENT,
    resolve,
)
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing
from orderbridge.catalogue.resolving import resolving

OPERATION = resolving(
    creating(
        id="act.recurring_task.create",
        title="Create a recurring task",
        description="Puts a series of tasks into somebody's calendar; Act! ignores a rule that is given with a "
        "plain task.",
        call="POST /api/recurring-tasks",
        fields=SENT,
        record=RECURRING_TASK,
        search=of_first_link,
        permissions=PERMISSIONS,
        makes_tasks=True,
        example={
            "subject": "Call",
            "type": "Call",
            "start_time": "2026-03-02T09:00:00Z",
            "every": "week",
            "until": "2026-06-30",
            "contact_ids": ["11111111-2222-3333-4444-555555555555"],
        },
        example_output={
            "id": "66666666-7777-8888-9999-000000000000",
            "verdict": "confirmed",
            "record": {"subject": "Call"},
        },
    ),
    fields=needing(FIELDS | REPEATS, "type", "subject", "start_time", "contact_ids", "every"),
    resolve=resolve,
    calls="3",
)
