"""An action: write a note."""

from __future__ import annotations

from orderbridge.catalogue.act.filters import of_first_link
from orderbridge.catalogue.act.note import FIELDS, NOTE, PERMISSIONS
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing

OPERATION = creating(
    id="act.note.create",
    title="Write a note",
    description="Writes a note on contacts, companies, groups or opportunities; each call writes another one.",
    call="POST /api/notes",
    fields=needing(FIELDS, "note_text"),
    record=NOTE,
    search=of_first_link,
    permissions=PERMISSIONS,
    example={"note_text": "Wants slate", "contact_ids": ["11111111-2222-3333-4444-555555555555"]},
    example_output={
        "id": "66666666-7777-8888-9999-000000000000",
        "verdict": "confirmed",
        "record": {"note_text": "Wants slate"},
    },
)
