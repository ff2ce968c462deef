"""A trigger: a contact changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.contact.updated",
    record="contact",
    title="A contact changed",
    description="Fires for any other value, tags and custom fields included; the time of the change alone is none.",
    happens=updated,
    webhooks=("ContactUpdate", "ContactTagUpdate", "ContactDndUpdate"),
    polled="contacts by their last change every minute, all of them once a day",
    scopes=("contacts.readonly",),
)
