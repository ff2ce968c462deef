"""A trigger: a contact was deleted."""

from __future__ import annotations

from orderbridge.catalogue.happens import deleted
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="ghl.contact.deleted",
    record="contact",
    title="A contact was deleted",
    description="Gives the last known state. What our user can no longer see counts as deleted: only a look at the "
    "whole list together with a lookup by id finds it.",
    happens=deleted,
    webhooks=("ContactDelete",),
    polled="all contacts, once a day",
    scopes=("contacts.readonly",),
)
