"""An action: read what is attached."""

from __future__ import annotations

from orderbridge.catalogue.act.attachment import OWNER, PERMISSIONS, owner_of
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import object_of
from orderbridge.catalogue.operation import Operation
from orderbridge.catalogue.schema import object_schema
from orderbridge.core.jsonio import JsonObject


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    owner = await owner_of(ctx, given)
    return {"found": owner.file is not None, "file": owner.file}


OPERATION = Operation(
    id="act.attachment.get",
    system="act",
    title="Read what is attached",
    description="Reads name and size of the file of a history entry, a note or a task; its content is not loaded.",
    input_schema=object_of(OWNER),
    output_schema=object_schema(
        ["found", "file"], found={"type": "boolean"}, file={"type": ["object", "null"]}
    ),
    permissions=PERMISSIONS,
    calls="1",
    run=_run,
    example={"record_kind": "note", "record_id": "11111111-2222-3333-4444-555555555555"},
    example_output={"found": True, "file": {"file_name": "offer.txt", "file_size": 5}},
)
