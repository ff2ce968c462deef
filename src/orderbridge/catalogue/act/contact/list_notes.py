"""An action: list the notes of a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import PERMISSIONS
from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.samples import CONTACT_ID, RECORD_ID
from orderbridge.catalogue.fields import record_schema

OPERATION = children(
    parent="contact",
    name="notes",
    title="List the notes of a contact",
    description="Lists the notes on a contact as plain text.",
    path="/api/contacts/{id}/notes",
    row=record_schema(
        description="The note.",
        id="string",
        note_text="string null",
        note_type_id="integer null",
        display_date="string null",
        contacts="array null",
    ),
    sample=(CONTACT_ID, {"id": RECORD_ID, "note_text": "Prefers mornings"}),
    rich=True,
    permissions=PERMISSIONS,
)
