"""An action: change a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import ADDRESSES, CONTACT, FIELDS, ID, WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import CONTACT_ID, written
from orderbridge.catalogue.changing import changing

OPERATION = changing(
    id="act.contact.update",
    title="Change a contact",
    description="Changes fields of a contact; what is not given stays, and a custom field that Act! does not know "
    "comes out as ignored.",
    call="PATCH /api/contacts/{contactId}",
    fields=ID | FIELDS,
    record=CONTACT,
    key="contact_id",
    merged=(*ADDRESSES, "custom_fields"),
    # Without it Act! answers an empty 400.
    id_in_body=True,
    permissions=WRITE_PERMISSIONS,
    example={"contact_id": CONTACT_ID, "mobile_phone": "201-555-0101", "business_address": {"city": "Leeds"}},
    example_output=written(CONTACT_ID, mobile_phone="201-555-0101"),
)
