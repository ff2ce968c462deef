"""An action: take a note from a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.linking import has_contact
from orderbridge.catalogue.act.note import ID, NOTE, PERMISSIONS
from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.fields import needed, record_id
from orderbridge.catalogue.operation import DELETES, READS, WRITES

OPERATION = acting(
    id="act.note.unlink_contact",
    title="Unlink a contact from a note",
    description="No longer shows a note on a contact; both stay.",
    call="DELETE /api/notes/{id}/contacts/{contactId}",
    fields=ID | {"contact_id": needed(record_id("The contact."))},
    record=NOTE,
    key="note_id",
    until=lambda _given, _before: {"linked": False},
    view=has_contact,
    effects=frozenset({READS, WRITES, DELETES}),
    permissions=PERMISSIONS,
    example={
        "note_id": "66666666-7777-8888-9999-000000000000",
        "contact_id": "11111111-2222-3333-4444-555555555555",
    },
    example_output={"id": "66666666-7777-8888-9999-000000000000", "verdict": "confirmed", "record": {}},
)
