"""An action: change a note."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.note import CONTACT_ID, FIELDS, NOTE, NOTE_ID, SCOPES

OPERATION = changing(
    id="ghl.note.update",
    title="Change a note",
    description="Changes a note of a contact; what is not given stays.",
    call="PUT /contacts/{contactId}/notes/{id}",
    fields={"contact_id": CONTACT_ID, "note_id": NOTE_ID} | FIELDS,
    record=NOTE,
    key="note_id",
    whole_record=("body",),
    scopes=SCOPES,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc", "note_id": "n1", "body": "Called back twice"},
    example_output={"id": "n1", "verdict": "confirmed", "record": {"body": "Called back twice"}},
)
