"""An action: give a contact tags."""

from __future__ import annotations

from dataclasses import replace

from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.ghl.contact import CONTACT, CONTACT_ID, SCOPES, TAGS

OPERATION = acting(
    id="ghl.contact.add_tags",
    title="Add tags to a contact",
    description="Adds tags and keeps those that are there; a tag can start a workflow, and that can send messages.",
    call="POST /contacts/{contactId}/tags",
    fields={"contact_id": CONTACT_ID, "tags": replace(TAGS, required=True)},
    record=CONTACT,
    key="contact_id",
    until=lambda given, _before: {"has": sorted(set(given["tags"]))},
    view=lambda row, given: row | {"has": sorted(set(given["tags"]) & set(row.get("tags") or []))},
    scopes=SCOPES,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc", "tags": ["customer"]},
    example_output={"id": "ocQHyuzHvysMo5N5VsXc", "verdict": "confirmed", "record": {"tags": ["customer"]}},
)
