"""An action: read a note."""

from __future__ import annotations

from orderbridge.catalogue.act.note import ID, PERMISSIONS, PLAIN, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.note.get",
    title="Read a note",
    description="Reads one note as plain text instead of Act!'s HTML.",
    call="GET /api/notes/{id}",
    fields=ID,
    fixed=PLAIN,
    output=ROW,
    permissions=PERMISSIONS,
    example={"note_id": "66666666-7777-8888-9999-000000000000"},
    example_output={"id": "66666666-7777-8888-9999-000000000000", "note_text": "Wants slate"},
)
