"""An action: take a contact from an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import linking

OPERATION = linking(
    "act.opportunity.unlink_contact",
    "contact",
    "contacts",
    link=False,
    title="Unlink a contact from an opportunity",
    description="Takes a contact from an opportunity; both records stay.",
)
