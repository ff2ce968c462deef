"""An action: delete a secondary contact."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import CONTACT_ID, RECORD_ID
from orderbridge.catalogue.act.secondary_contact import ID, SECONDARY
from orderbridge.catalogue.deleting import deleting

OPERATION = deleting(
    id="act.secondary_contact.delete",
    title="Delete a secondary contact",
    description="Deletes a person who is kept under a contact, for good; the contact stays.",
    call="DELETE /api/contacts/{contactId}/secondary-contacts/{id}",
    fields=ID,
    record=SECONDARY,
    key="secondary_contact_id",
    permissions=WRITE_PERMISSIONS,
    example={"contact_id": CONTACT_ID, "secondary_contact_id": RECORD_ID},
    example_output={"id": RECORD_ID, "verdict": "confirmed", "record": {"id": RECORD_ID, "deleted": True}},
)
