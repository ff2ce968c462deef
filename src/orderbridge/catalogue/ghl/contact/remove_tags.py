"""An action: take tags from a contact."""

from __future__ import annotations

from dataclasses import replace

from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.ghl.contact import CONTACT, CONTACT_ID, SCOPES, TAGS
from orderbridge.catalogue.operation import DELETES, READS, WRITES

OPERATION = acting(
    id="ghl.contact.remove_tags",
    title="Remove tags from a contact",
    description="Takes tags away and keeps all others; the tag itself stays in the location.",
    call="DELETE /contacts/{contactId}/tags",
    fields={"contact_id": CONTACT_ID, "tags": replace(TAGS, required=True)},
    record=CONTACT,
    key="contact_id",
    until=lambda _given, _before: {"still_has": []},
    view=lambda row, given: row | {"still_has": sorted(set(given["tags"]) & set(row.get("tags") or []))},
    effects=frozenset({READS, WRITES, DELETES}),
    scopes=SCOPES,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc", "tags": ["prospect"]},
    example_output={"id": "ocQHyuzHvysMo5N5VsXc", "verdict": "confirmed", "record": {"tags": []}},
)
