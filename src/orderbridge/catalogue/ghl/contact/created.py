"""A trigger: a contact is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.contact.created",
    record="contact",
    title="A contact is new",
    description="Fires once for a contact made after the flow was switched on, by whichever form, import or call.",
    happens=created,
    webhooks=("ContactCreate",),
    polled="contacts by their last change every minute, all of them once a day",
    scopes=("contacts.readonly",),
)
