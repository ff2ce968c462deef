"""An action: list task priorities."""

from __future__ import annotations

from orderbridge.catalogue.act.task import PERMISSIONS
from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="act.task.list_priorities",
    title="List task priorities",
    description="Lists how urgent a task can be, from low to high.",
    many=Listing(call="GET /api/tasks/priorities"),
    fields={},
    row=record_schema(description="The priority.", id="integer", name="string"),
    permissions=PERMISSIONS,
    example={},
    example_output={"rows": [{"id": 4, "name": "High"}], "count": 1, "more": False},
)
