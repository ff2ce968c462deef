"""An action: delete a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import CONTACT, ID, PERMISSIONS
from orderbridge.catalogue.act.samples import CONTACT_ID
from orderbridge.catalogue.deleting import deleting
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject


def _no_user(record: JsonObject) -> None:
    if record.get("is_user"):
        raise HeldError(
            f"the contact {record['id']} stands for a user of Act! and is not deleted; remove the user in Act! first",
            cause="contact.is_user",
        )


OPERATION = deleting(
    id="act.contact.delete",
    title="Delete a contact",
    description="Deletes a contact for good; Act! lets its user delete only contacts that it manages itself, unless it "
    "has the further permission, and a contact that stands for a user is refused here.",
    call="DELETE /api/contacts/{contactId}",
    fields=ID,
    record=CONTACT,
    key="contact_id",
    guard=_no_user,
    permissions=(*PERMISSIONS, "Delete My Contacts", "Delete Other Users' Contacts"),
    example={"contact_id": CONTACT_ID},
    example_output={"id": CONTACT_ID, "verdict": "confirmed", "record": {"id": CONTACT_ID, "deleted": True}},
)
