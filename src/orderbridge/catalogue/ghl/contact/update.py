"""An action: change a contact."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.contact import CONTACT, CONTACT_ID, FIELDS, SCOPES

OPERATION = changing(
    id="ghl.contact.update",
    title="Change a contact",
    description=(
        "Changes fields of a contact; what is not given stays, and tags are left alone because HighLevel would replace "
        "them all."
    ),
    call="PUT /contacts/{contactId}",
    fields={"contact_id": CONTACT_ID} | FIELDS,
    record=CONTACT,
    key="contact_id",
    scopes=SCOPES,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc", "city": "Graz"},
    example_output={"id": "ocQHyuzHvysMo5N5VsXc", "verdict": "confirmed", "record": {"city": "Graz"}},
)
