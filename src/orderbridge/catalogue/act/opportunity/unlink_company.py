"""An action: take a company from an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.linking import linking
from orderbridge.catalogue.act.opportunity import WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import COMPANY_ID, OPPORTUNITY_ID

OPERATION = linking(
    id="act.opportunity.unlink_company",
    parent="opportunity",
    child="company",
    link=False,
    title="Unlink a company from an opportunity",
    description="Takes a company from an opportunity; both records stay.",
    sample=(OPPORTUNITY_ID, COMPANY_ID),
    permissions=WRITE_PERMISSIONS,
)
