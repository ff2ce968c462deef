"""An action: change a secondary contact."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import CONTACT_ID, RECORD_ID, written
from orderbridge.catalogue.act.secondary_contact import FIELDS, ID, SECONDARY
from orderbridge.catalogue.changing import changing

OPERATION = changing(
    id="act.secondary_contact.update",
    title="Change a secondary contact",
    description="Changes fields of a secondary contact; what is not given stays.",
    call="PATCH /api/contacts/{contactId}/secondary-contacts/{id}",
    fields=ID | FIELDS,
    record=SECONDARY,
    key="secondary_contact_id",
    merged=("business_address", "custom_fields"),
    # Without it Act! answers an empty 400.
    id_in_body=True,
    permissions=WRITE_PERMISSIONS,
    example={"contact_id": CONTACT_ID, "secondary_contact_id": RECORD_ID, "job_title": "Office manager"},
    example_output=written(RECORD_ID, job_title="Office manager"),
)
