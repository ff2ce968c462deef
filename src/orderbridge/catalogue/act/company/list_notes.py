"""An action: list the notes of a company."""

from __future__ import annotations

from orderbridge.catalogue.act.company import PERMISSIONS
from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.samples import COMPANY_ID, RECORD_ID
from orderbridge.catalogue.fields import record_schema

OPERATION = children(
    parent="company",
    name="notes",
    title="List the notes of a company",
    description="Lists the notes on a company as plain text.",
    path="/api/companies/{id}/notes",
    row=record_schema(
        description="The note.",
        id="string",
        note_text="string null",
        note_type_id="integer null",
        display_date="string null",
        contacts="array null",
    ),
    sample=(COMPANY_ID, {"id": RECORD_ID, "note_text": "Closed in August"}),
    rich=True,
    permissions=PERMISSIONS,
)
