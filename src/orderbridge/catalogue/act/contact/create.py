"""An action: create a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import CONTACT, FIELDS, WRITE_PERMISSIONS, sought
from orderbridge.catalogue.act.samples import CONTACT_ID, written
from orderbridge.catalogue.creating import creating

OPERATION = creating(
    id="act.contact.create",
    title="Create a contact",
    description="Creates a contact, even where one of the same e-mail exists: act.contact.upsert looks first.",
    call="POST /api/contacts",
    fields=FIELDS,
    record=CONTACT,
    search=sought,
    permissions=WRITE_PERMISSIONS,
    example={"first_name": "Ada", "last_name": "Sample", "email": "ada@example.com"},
    example_output=written(CONTACT_ID, full_name="Ada Sample"),
)
