"""An action: list the tasks of a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import PERMISSIONS
from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.samples import CONTACT_ID, RECORD_ID
from orderbridge.catalogue.fields import record_schema

OPERATION = children(
    parent="contact",
    name="tasks",
    title="List the tasks of a contact",
    description="Lists the calendar entries of a contact; a series gives a row for each occurrence.",
    path="/api/contacts/{contactId}/associated-tasks",
    row=record_schema(
        description="The task, one occurrence of it.",
        id="string",
        series_id="string null",
        subject="string null",
        details="string null",
        start_time="string null",
        is_cleared="boolean null",
        activity_type_name="string null",
    ),
    sample=(CONTACT_ID, {"id": RECORD_ID, "subject": "Call back"}),
    rich=True,
    permissions=PERMISSIONS,
)
