"""An action: read a process."""

from __future__ import annotations

from orderbridge.catalogue.act.process import ID, PERMISSIONS, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.process.get",
    title="Read a process",
    description="Reads one sales process with its stages in their order.",
    call="GET /api/opportunities/processes/{processId}",
    fields=ID,
    output=ROW,
    permissions=PERMISSIONS,
    example={"process_id": "11111111-2222-3333-4444-555555555555"},
    example_output={"id": "11111111-2222-3333-4444-555555555555", "name": "Main Sales", "stages": []},
)
