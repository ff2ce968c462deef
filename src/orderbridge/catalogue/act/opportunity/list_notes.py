"""An action: list the notes of an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.note import ROW
from orderbridge.catalogue.act.opportunity import PERMISSIONS
from orderbridge.catalogue.act.samples import OPPORTUNITY_ID, RECORD_ID

OPERATION = children(
    parent="opportunity",
    name="notes",
    path="/api/opportunities/{id}/notes",
    title="List the notes of an opportunity",
    description="Lists the notes on an opportunity, as plain text instead of Act!'s HTML.",
    row=ROW,
    sample=(OPPORTUNITY_ID, {"id": RECORD_ID, "note_text": "Called"}),
    rich=True,
    permissions=PERMISSIONS,
)
