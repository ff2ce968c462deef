"""An action: delete a note."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.ghl.note import CONTACT_ID, NOTE, NOTE_ID, SCOPES

OPERATION = deleting(
    id="ghl.note.delete",
    title="Delete a note",
    description="Deletes a note of a contact for good.",
    call="DELETE /contacts/{contactId}/notes/{id}",
    fields={"contact_id": CONTACT_ID, "note_id": NOTE_ID},
    record=NOTE,
    key="note_id",
    scopes=SCOPES,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc", "note_id": "n1"},
    example_output={"id": "n1", "verdict": "confirmed", "record": {"deleted": True}},
)
