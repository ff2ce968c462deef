"""An action: change a process."""

from __future__ import annotations

from orderbridge.catalogue.act.process import FIELDS, ID, PROCESS, WRITE_PERMISSIONS
from orderbridge.catalogue.changing import changing

OPERATION = changing(
    id="act.process.update",
    title="Change a process",
    description="Renames a sales process or takes it out of use; nothing deletes one, for its opportunities would "
    "lose their place.",
    call="PATCH /api/opportunities/processes/{processId}",
    fields=ID | FIELDS,
    record=PROCESS,
    key="process_id",
    id_in_body=True,
    permissions=WRITE_PERMISSIONS,
    example={"process_id": "11111111-2222-3333-4444-555555555555", "status": "Inactive"},
    example_output={
        "id": "11111111-2222-3333-4444-555555555555",
        "verdict": "confirmed",
        "record": {"status": "Inactive"},
    },
)
