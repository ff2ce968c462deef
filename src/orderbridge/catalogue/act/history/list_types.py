"""An action: list history types."""

from __future__ import annotations

from orderbridge.catalogue.act.history import PERMISSIONS
from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.paging import Listing
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="act.history.list_types",
    title="List history types",
    description="Lists the types that history entries can have here; their ids differ from database to database.",
    many=Listing(call="GET /api/history-types"),
    fields={},
    row=record_schema(description="The type.", id="integer", name="string", is_active="boolean null"),
    permissions=PERMISSIONS,
    example={},
    example_output={"rows": [{"id": 8, "name": "To-do Done"}], "count": 1, "more": False},
)
