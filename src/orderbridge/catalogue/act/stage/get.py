"""An action: read a stage."""

from __future__ import annotations

from orderbridge.catalogue.act.stage import ID, PERMISSIONS, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.stage.get",
    title="Read a stage",
    description="Reads one stage with the process that it belongs to.",
    call="GET /api/opportunities/stages/{stageId}",
    fields=ID,
    output=ROW,
    permissions=PERMISSIONS,
    example={"stage_id": "66666666-7777-8888-9999-000000000000"},
    example_output={"id": "66666666-7777-8888-9999-000000000000", "name": "Ordered"},
)
