"""An action: read one contact."""

from __future__ import annotations

from orderbridge.catalogue.ghl.contact import CONTACT_ID, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.contact.get",
    title="Get a contact",
    description="Reads one contact with its tags and custom fields; these carry the field's id and not its name.",
    call="GET /contacts/{contactId}",
    fields={"contact_id": CONTACT_ID},
    inside="contact",
    output=ROW,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc"},
    example_output={"id": "ocQHyuzHvysMo5N5VsXc", "first_name": "Ada", "email": "ada@example.com"},
)
