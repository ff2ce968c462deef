"""An action: list the history of a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import PERMISSIONS
from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.samples import CONTACT_ID, RECORD_ID
from orderbridge.catalogue.fields import record_schema

OPERATION = children(
    parent="contact",
    name="history",
    title="List the history of a contact",
    description="Lists what happened with a contact, its details as plain text.",
    path="/api/contacts/{id}/history",
    row=record_schema(
        description="What happened.",
        id="string",
        regarding="string null",
        details="string null",
        start_time="string null",
        history_type="object null",
        contacts="array null",
    ),
    sample=(CONTACT_ID, {"id": RECORD_ID, "regarding": "Called back"}),
    rich=True,
    permissions=PERMISSIONS,
)
