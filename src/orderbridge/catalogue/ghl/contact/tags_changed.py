"""A trigger: the tags of a contact changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import moved
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.contact.tags_changed",
    record="contact",
    title="The tags of a contact changed",
    description="Fires when a tag was added or taken away; a new contact with tags fires created only.",
    happens=moved("tags", told="ContactTagUpdate"),
    webhooks=("ContactTagUpdate", "ContactUpdate"),
    polled="contacts by their last change every minute, all of them once a day",
    scopes=("contacts.readonly",),
)
