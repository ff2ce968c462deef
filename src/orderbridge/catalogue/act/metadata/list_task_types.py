"""An action: list the types of tasks."""

from __future__ import annotations

from orderbridge.catalogue.act.samples import listed
from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.reads import listing
from orderbridge.catalogue.records import ODATA, Listing

OPERATION = listing(
    id="act.metadata.list_task_types",
    title="List task types",
    description="Lists the types of tasks with the results that a cleared one can have; a database's own types have "
    "ids from 1000 on.",
    many=Listing(call="GET /api/task-types", paging=ODATA, page_rows=500),
    fields={},
    row=record_schema(
        description="The type.",
        id="integer",
        name="string null",
        is_active="boolean null",
        is_custom="boolean null",
        history_types="array null",
    ),
    example={"limit": 200},
    example_output=listed(id=1000, name="Fulfilment", is_custom=True),
)
