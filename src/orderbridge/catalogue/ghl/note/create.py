"""An action: note something about a contact."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing
from orderbridge.catalogue.ghl.note import CONTACT_ID, FIELDS, NOTE, SCOPES

OPERATION = creating(
    id="ghl.note.create",
    title="Create a note",
    description="Writes a note on a contact, once for each step; good for telling HighLevel what happened in Act!.",
    call="POST /contacts/{contactId}/notes",
    fields={"contact_id": CONTACT_ID} | needing(FIELDS, "body"),
    record=NOTE,
    scopes=SCOPES,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc", "body": "Called back"},
    example_output={"id": "n1", "verdict": "confirmed", "record": {"body": "Called back"}},
)
