"""An action: delete a note."""

from __future__ import annotations

from orderbridge.catalogue.act.note import ID, NOTE, PERMISSIONS
from orderbridge.catalogue.deleting import deleting

OPERATION = deleting(
    id="act.note.delete",
    title="Delete a note",
    description="Deletes a note for good, on every record that shows it.",
    call="DELETE /api/notes/{id}",
    fields=ID,
    record=NOTE,
    key="note_id",
    permissions=PERMISSIONS,
    example={"note_id": "66666666-7777-8888-9999-000000000000"},
    example_output={
        "id": "66666666-7777-8888-9999-000000000000",
        "verdict": "confirmed",
        "record": {"deleted": True},
    },
)
