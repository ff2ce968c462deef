"""A trigger: a contact changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.contact.updated",
    record="contact",
    title="A contact changed",
    description="Fires for any other value; that Act! moves the edit time with every saving is no change. Users of "
    "Act! are contacts too; is_user tells them apart.",
    happens=updated,
    polled="contacts by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
