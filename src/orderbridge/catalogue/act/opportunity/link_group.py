"""An action: put a group to an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import linking

OPERATION = linking(
    "act.opportunity.link_group",
    "group",
    "groups",
    link=True,
    title="Link a group to an opportunity",
    description="Puts a group to an opportunity beside those that are there, and reads the opportunity back.",
)
