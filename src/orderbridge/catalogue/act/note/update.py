"""An action: change a note."""

from __future__ import annotations

from orderbridge.catalogue.act.note import FIELDS, ID, NOTE, PERMISSIONS
from orderbridge.catalogue.changing import changing

OPERATION = changing(
    id="act.note.update",
    title="Change a note",
    description="Changes a note; formatting that people gave its text is lost with a new text.",
    # A PUT would demand the note's type, which the database knows best.
    call="PATCH /api/notes/{id}",
    fields=ID | FIELDS,
    record=NOTE,
    key="note_id",
    id_in_body=True,
    permissions=PERMISSIONS,
    example={"note_id": "66666666-7777-8888-9999-000000000000", "note_text": "Wants tiles"},
    example_output={
        "id": "66666666-7777-8888-9999-000000000000",
        "verdict": "confirmed",
        "record": {"note_text": "Wants tiles"},
    },
)
