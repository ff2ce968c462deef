"""An action: read the contact of our own user."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import PERMISSIONS, PHONE_FORMAT, ROW
from orderbridge.catalogue.act.samples import CONTACT_ID
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.contact.my_record",
    title="Get our own record",
    description="Reads the contact of the user that orderbridge signs in as; a good first test of a connection.",
    call="GET /api/contacts/myrecord",
    fields={"phone_format": PHONE_FORMAT},
    output=ROW,
    permissions=PERMISSIONS,
    example_output={"id": CONTACT_ID, "full_name": "Sync User", "is_user": True},
)
