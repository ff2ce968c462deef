"""An action: delete a contact."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.ghl.contact import CONTACT, CONTACT_ID, SCOPES

OPERATION = deleting(
    id="ghl.contact.delete",
    title="Delete a contact",
    description="Deletes a contact with its notes and tasks; its orders and invoices stay without it.",
    call="DELETE /contacts/{contactId}",
    fields={"contact_id": CONTACT_ID},
    record=CONTACT,
    key="contact_id",
    scopes=SCOPES,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc"},
    example_output={"id": "ocQHyuzHvysMo5N5VsXc", "verdict": "confirmed", "record": {"deleted": True}},
)
