"""An action: add a stage to a process."""

from __future__ import annotations

from orderbridge.catalogue.act.stage import FIELDS, PROCESS_ID, STAGE, WRITE_PERMISSIONS
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing

OPERATION = creating(
    id="act.stage.create",
    title="Add a stage to a process",
    description="Adds a stage at the end of a process.",
    call="POST /api/opportunities/processes/{processId}/stages",
    fields=PROCESS_ID | needing(FIELDS, "name"),
    record=STAGE,
    permissions=WRITE_PERMISSIONS,
    example={"process_id": "11111111-2222-3333-4444-555555555555", "name": "Shipped", "probability": 100},
    example_output={
        "id": "66666666-7777-8888-9999-000000000000",
        "verdict": "confirmed",
        "record": {"name": "Shipped"},
    },
)
