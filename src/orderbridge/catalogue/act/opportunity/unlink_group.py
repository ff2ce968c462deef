"""An action: take a group from an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import linking

OPERATION = linking(
    "act.opportunity.unlink_group",
    "group",
    "groups",
    link=False,
    title="Unlink a group from an opportunity",
    description="Takes a group from an opportunity; both records stay.",
)
