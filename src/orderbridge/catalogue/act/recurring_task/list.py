"""An action: list recurring tasks."""

from __future__ import annotations

from orderbridge.catalogue.act.filters import filtered, linked_to
from orderbridge.catalogue.act.recurring_task import LIST, PERMISSIONS, ROW
from orderbridge.catalogue.fields import record_id
from orderbridge.catalogue.reads import listing

_FIELDS = {"contact_id": record_id("Only those with this contact.")}
OPERATION = listing(
    id="act.recurring_task.list",
    title="List recurring tasks",
    description="Lists the series themselves; the occurrences stand among the tasks.",
    many=LIST,
    fields=_FIELDS,
    query=filtered(_FIELDS, {"contact_id": linked_to("contacts")}),
    row=ROW,
    permissions=PERMISSIONS,
    example={"contact_id": "11111111-2222-3333-4444-555555555555"},
    example_output={
        "rows": [{"id": "66666666-7777-8888-9999-000000000000", "subject": "Call"}],
        "count": 1,
        "more": False,
    },
)
