"""An action: list the tasks of an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.opportunity import PERMISSIONS
from orderbridge.catalogue.act.samples import OPPORTUNITY_ID, RECORD_ID
from orderbridge.catalogue.act.task import ROW

OPERATION = children(
    parent="opportunity",
    name="tasks",
    path="/api/opportunities/{opportunityId}/associated-tasks",
    title="List the tasks of an opportunity",
    description="Lists the tasks of an opportunity; a recurring one has a row for every occurrence.",
    row=ROW,
    sample=(OPPORTUNITY_ID, {"id": RECORD_ID, "subject": "Called"}),
    rich=True,
    permissions=PERMISSIONS,
)
