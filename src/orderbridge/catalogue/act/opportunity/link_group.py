"""An action: put a group to an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.linking import linking
from orderbridge.catalogue.act.opportunity import WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import GROUP_ID, OPPORTUNITY_ID

OPERATION = linking(
    id="act.opportunity.link_group",
    parent="opportunity",
    child="group",
    link=True,
    title="Link a group to an opportunity",
    description="Puts a group to an opportunity beside those that are there.",
    sample=(OPPORTUNITY_ID, GROUP_ID),
    permissions=WRITE_PERMISSIONS,
)
