"""An action: put a contact to an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import linking

OPERATION = linking(
    "act.opportunity.link_contact",
    "contact",
    "contacts",
    link=True,
    title="Link a contact to an opportunity",
    description="Puts a contact to an opportunity beside those that are there, and reads the opportunity back.",
)
