"""A trigger: whether a contact wants messages changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import moved
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.contact.dnd_changed",
    record="contact",
    title="Whether a contact wants messages changed",
    description="Fires when do-not-disturb moves, for all channels or for one of them; honour it in the other system "
    "too.",
    happens=moved("dnd", "dnd_settings", told="ContactDndUpdate"),
    webhooks=("ContactDndUpdate", "ContactUpdate"),
    polled="contacts by their last change every minute, all of them once a day",
    scopes=("contacts.readonly",),
)
