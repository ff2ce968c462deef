"""An action: read a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import ID, PERMISSIONS, PHONE_FORMAT, ROW
from orderbridge.catalogue.act.samples import CONTACT_ID
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.contact.get",
    title="Get a contact",
    description="Reads a contact with all its fields; one that is private to somebody else looks deleted.",
    call="GET /api/contacts/{contactId}",
    fields=ID | {"phone_format": PHONE_FORMAT},
    output=ROW,
    permissions=PERMISSIONS,
    example={"contact_id": CONTACT_ID, "phone_format": "E164"},
    example_output={"id": CONTACT_ID, "full_name": "Ada Sample", "business_phone": "+12015550101"},
)
