"""An action: put a company to an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.linking import linking
from orderbridge.catalogue.act.opportunity import WRITE_PERMISSIONS
from orderbridge.catalogue.act.samples import COMPANY_ID, OPPORTUNITY_ID

OPERATION = linking(
    id="act.opportunity.link_company",
    parent="opportunity",
    child="company",
    link=True,
    title="Link a company to an opportunity",
    description="Puts a company to an opportunity beside those that are there.",
    sample=(OPPORTUNITY_ID, COMPANY_ID),
    permissions=WRITE_PERMISSIONS,
)
