"""An action: write a history entry once for each reference."""

from __future__ import annotations

from orderbridge.catalogue.act.history import HISTORY, OF_CONTACT, PERMISSIONS, TYPE
from orderbridge.catalogue.act.names import history_type_id
from orderbridge.catalogue.act.once import OnceEntry, once
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import instant, needed, object_of, record_id, text
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.schema import TEXT, object_schema
from orderbridge.connectors.fields import wire_time
from orderbridge.core.jsonio import JsonObject

_FIELDS = {
    "reference": needed(text("Your name for what happened; the same one is written once.", minLength=1)),
    "type": needed(TYPE),
    "regarding": needed(text("What it is about, in a few words.", minLength=1)),
    "details": text("The text, plain."),
    "happened_at": instant("When it happened; left out, now."),
    "contact_id": needed(record_id("The contact.")),
    "opportunity_id": record_id("An opportunity that shows it as well."),
}


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    type_id = await history_type_id(ctx, given["type"])
    at = given.get("happened_at") or wire_time(ctx.clock.now())
    opportunity = given.get("opportunity_id")
    return await once(
        OnceEntry(
            ctx=ctx,
            kind="history_entry",
            reference=given["reference"],
            record=HISTORY,
            call="POST /api/History",
            text_field="details",
            values={
                "regarding": given["regarding"],
                "details": given.get("details") or "",
                # Left out, Act! would call it a Call Attempted.
                "historyTypeID": type_id,
                "startTime": at,
                "endTime": at,
                "contacts": [{"id": given["contact_id"]}],
                "opportunities": [{"id": opportunity}] if opportunity else [],
            },
            near=(OF_CONTACT, {"id": given["contact_id"]}),
            shown={"regarding": given["regarding"], "history_type_id": type_id},
        )
    )


OPERATION = Operation(
    id="act.history.log_once",
    system="act",
    title="Write a history entry once",
    description="Writes what happened to a contact and its opportunity once for each reference, its type by name.",
    input_schema=object_of(_FIELDS),
    output_schema=object_schema(["id", "verdict"], id=TEXT, verdict=TEXT),
    permissions=PERMISSIONS,
    effects=frozenset({READS, WRITES}),
    calls="4, or 1 when it was done before",
    proof="read back by id; found again by its line among the contact's history",
    run=_run,
    example={
        "reference": "order-1-shipped",
        "type": "To-do Done",
        "regarding": "Order shipped",
        "contact_id": "11111111-2222-3333-4444-555555555555",
    },
    example_output={"id": "66666666-7777-8888-9999-000000000000", "verdict": "confirmed"},
)
