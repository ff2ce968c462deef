"""An action: change a history entry."""

from __future__ import annotations

from orderbridge.catalogue.act.history import FIELDS, HISTORY, ID, PERMISSIONS, TYPE, TYPE_ID
from orderbridge.catalogue.act.names import history_type_id
from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.resolving import resolving
from orderbridge.core.jsonio import JsonObject


async def _resolve(ctx: ActionContext, given: JsonObject) -> JsonObject:
    if "type" not in given:
        return given
    rest = {name: value for name, value in given.items() if name != "type"}
    return rest | {"type_id": await history_type_id(ctx, given["type"])}


OPERATION = resolving(
    changing(
        id="act.history.update",
        title="Change a history entry",
        description="Changes fields of a history entry; whom it belongs to cannot be changed.",
        call="PATCH /api/History/{id}",
        fields=ID | FIELDS | TYPE_ID,
        record=HISTORY,
        key="history_id",
        id_in_body=True,
        permissions=PERMISSIONS,
        example={"history_id": "66666666-7777-8888-9999-000000000000", "regarding": "Called back"},
        example_output={
            "id": "66666666-7777-8888-9999-000000000000",
            "verdict": "confirmed",
            "record": {"regarding": "Called back"},
        },
    ),
    fields=ID | {"type": TYPE} | FIELDS,
    resolve=_resolve,
    calls="3, and one where a type is named",
)
