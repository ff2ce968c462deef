"""An action: create a process."""

from __future__ import annotations

from orderbridge.catalogue.act.process import FIELDS, PROCESS, STAGES, WRITE_PERMISSIONS
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing

OPERATION = creating(
    id="act.process.create",
    title="Create a process",
    description="Creates a sales process with its stages; Act! allows the same name twice, so look first.",
    call="POST /api/opportunities/processes",
    fields=needing(FIELDS, "name") | STAGES,
    record=PROCESS,
    permissions=WRITE_PERMISSIONS,
    example={"name": "Web shop", "stages": [{"name": "Ordered", "probability": 80}]},
    example_output={
        "id": "11111111-2222-3333-4444-555555555555",
        "verdict": "confirmed",
        "record": {"name": "Web shop"},
    },
)
