"""An action: take a company from an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import linking

OPERATION = linking(
    "act.opportunity.unlink_company",
    "company",
    "companies",
    link=False,
    title="Unlink a company from an opportunity",
    description="Takes a company from an opportunity; both records stay.",
)
