"""An action: list the secondary contacts of a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.contact import PERMISSIONS, ROW
from orderbridge.catalogue.act.samples import CONTACT_ID, RECORD_ID, listed
from orderbridge.catalogue.act.secondary_contact import LIST, PARENT
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="act.secondary_contact.list",
    title="List secondary contacts",
    description="Lists the people who are kept under a contact, such as an assistant.",
    many=LIST,
    fields=PARENT,
    row=ROW,
    permissions=PERMISSIONS,
    example={"contact_id": CONTACT_ID},
    example_output=listed(id=RECORD_ID, full_name="Robin Assistant", contact_type="Secondary"),
)
