"""An action: write a history entry."""

from __future__ import annotations

from orderbridge.catalogue.act.filters import of_first_link
from orderbridge.catalogue.act.history import FIELDS, HISTORY, PERMISSIONS, TYPE, TYPE_ID
from orderbridge.catalogue.act.names import history_type_id
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing
from orderbridge.catalogue.resolving import resolving
from orderbridge.core.jsonio import JsonObject


async def _resolve(ctx: ActionContext, given: JsonObject) -> JsonObject:
    rest = {name: value for name, value in given.items() if name != "type"}
    return rest | {"type_id": await history_type_id(ctx, given["type"])}


OPERATION = resolving(
    creating(
        id="act.history.create",
        title="Write a history entry",
        description="Writes what happened, with a type by its name; Act! puts it down to the user that orderbridge "
        "signs in as, whatever is asked.",
        call="POST /api/History",
        fields=FIELDS | TYPE_ID,
        record=HISTORY,
        search=of_first_link,
        permissions=PERMISSIONS,
        example={
            "regarding": "Called",
            "type": "Call Completed",
            "contact_ids": ["11111111-2222-3333-4444-555555555555"],
        },
        example_output={
            "id": "66666666-7777-8888-9999-000000000000",
            "verdict": "confirmed",
            "record": {"regarding": "Called"},
        },
    ),
    fields=needing({"type": TYPE} | FIELDS, "type", "regarding"),
    resolve=_resolve,
    calls="3",
)
