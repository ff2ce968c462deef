"""An action: change a stage."""

from __future__ import annotations

from orderbridge.catalogue.act.stage import FIELDS, ID, STAGE, WRITE_PERMISSIONS
from orderbridge.catalogue.changing import changing

OPERATION = changing(
    id="act.stage.update",
    title="Change a stage",
    description="Renames a stage or gives it another probability; the opportunities in it keep theirs.",
    call="PATCH /api/opportunities/stages/{stageId}",
    fields=ID | FIELDS,
    record=STAGE,
    key="stage_id",
    id_in_body=True,
    permissions=WRITE_PERMISSIONS,
    example={"stage_id": "66666666-7777-8888-9999-000000000000", "probability": 90},
    example_output={
        "id": "66666666-7777-8888-9999-000000000000",
        "verdict": "confirmed",
        "record": {"probability": 90},
    },
)
