"""An action: read one note."""

from __future__ import annotations

from orderbridge.catalogue.ghl.note import CONTACT_ID, NOTE_ID, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.note.get",
    title="Get a note",
    description="Reads one note of a contact; the contact must be named too.",
    call="GET /contacts/{contactId}/notes/{id}",
    fields={"contact_id": CONTACT_ID, "note_id": NOTE_ID},
    inside="note",
    output=ROW,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc", "note_id": "n1"},
    example_output={"id": "n1", "body": "Called back"},
)
