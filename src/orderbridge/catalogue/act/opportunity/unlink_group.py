"""An action: take a group from an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.linking import linking
from orderbridge.catalogue.act.opportunity import WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import GROUP_ID, OPPORTUNITY_ID

OPERATION = linking(
    id="act.opportunity.unlink_group",
    parent="opportunity",
    child="group",
    link=False,
    title="Unlink a group from an opportunity",
    description="Takes a group from an opportunity; both records stay.",
    sample=(OPPORTUNITY_ID, GROUP_ID),
    permissions=WRITE_PERMISSIONS,
)
