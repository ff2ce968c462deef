"""An action: write a note once for each reference."""

from __future__ import annotations

from orderbridge.catalogue.act.note import NOTE, OF_CONTACT, PERMISSIONS
from orderbridge.catalogue.act.once import OnceEntry, once
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import needed, object_of, record_id, text
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.catalogue.schema import TEXT, object_schema
from orderbridge.core.jsonio import JsonObject

_FIELDS = {
    "reference": needed(text("Your name for the note; the same one is written once.", minLength=1)),
    "note_text": needed(text("The text, plain.", minLength=1)),
    "contact_id": needed(record_id("The contact.")),
    "opportunity_id": record_id("An opportunity that shows it as well."),
}


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    opportunity = given.get("opportunity_id")
    return await once(
        OnceEntry(
            ctx=ctx,
            kind="note",
            reference=given["reference"],
            record=NOTE,
            call="POST /api/notes",
            text_field="noteText",
            values={
                "noteText": given["note_text"],
                "contacts": [{"id": given["contact_id"]}],
                "opportunities": [{"id": opportunity}] if opportunity else [],
            },
            near=(OF_CONTACT, {"id": given["contact_id"]}),
            shown={},
        )
    )


OPERATION = Operation(
    id="act.note.create_once",
    system="act",
    title="Write a note once",
    description="Writes a note on a contact and its opportunity once for each reference, however often asked.",
    input_schema=object_of(_FIELDS),
    output_schema=object_schema(["id", "verdict"], id=TEXT, verdict=TEXT),
    permissions=PERMISSIONS,
    effects=frozenset({READS, WRITES}),
    calls="3, or none when it was done before",
    proof="read back by id; found again by its line among the contact's notes",
    run=_run,
    example={
        "reference": "order-1",
        "note_text": "Bought slate",
        "contact_id": "11111111-2222-3333-4444-555555555555",
    },
    example_output={"id": "66666666-7777-8888-9999-000000000000", "verdict": "confirmed"},
)
