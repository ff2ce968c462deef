"""An action: list task types."""

from __future__ import annotations

from orderbridge.catalogue.act.task import PERMISSIONS
from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="act.task.list_types",
    title="List task types",
    description="Lists the types that tasks can have here; their ids differ from database to database.",
    many=Listing(call="GET /api/task-types"),
    fields={},
    row=record_schema(description="The type.", id="integer", name="string", is_active="boolean null"),
    permissions=PERMISSIONS,
    example={},
    example_output={"rows": [{"id": 2, "name": "To-do"}], "count": 1, "more": False},
)
