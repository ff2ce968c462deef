"""An action: list the history entries of an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.history import ROW
from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.opportunity import PERMISSIONS
from orderbridge.catalogue.act.samples import OPPORTUNITY_ID, RECORD_ID

OPERATION = children(
    parent="opportunity",
    name="history",
    path="/api/opportunities/{id}/history",
    title="List the history entries of an opportunity",
    description="Lists what happened on an opportunity, as plain text instead of Act!'s HTML.",
    row=ROW,
    sample=(OPPORTUNITY_ID, {"id": RECORD_ID, "regarding": "Called"}),
    rich=True,
    permissions=PERMISSIONS,
)
