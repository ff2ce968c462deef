"""An action: create a secondary contact."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import CONTACT_ID, RECORD_ID, written
from orderbridge.catalogue.act.secondary_contact import FIELDS, PARENT, SECONDARY
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing

OPERATION = creating(
    id="act.secondary_contact.create",
    title="Create a secondary contact",
    description="Keeps a further person under a contact; promoted later, they become a contact of their own.",
    call="POST /api/contacts/{contactId}/secondary-contacts",
    fields=PARENT | needing(FIELDS, "last_name"),
    record=SECONDARY,
    permissions=WRITE_PERMISSIONS,
    example={"contact_id": CONTACT_ID, "first_name": "Robin", "last_name": "Assistant"},
    example_output=written(RECORD_ID, full_name="Robin Assistant"),
)
