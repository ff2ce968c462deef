"""A trigger: a contact is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.contact.created",
    record="contact",
    title="A contact is new",
    description="Fires once for what was made after the flow was switched on. Users of Act! are contacts too; is_user"
    " tells them apart.",
    happens=created,
    polled="contacts by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
