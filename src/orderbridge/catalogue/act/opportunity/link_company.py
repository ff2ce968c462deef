"""An action: put a company to an opportunity."""

from __future__ import annotations

from orderbridge.catalogue.act.opportunity import linking

OPERATION = linking(
    "act.opportunity.link_company",
    "company",
    "companies",
    link=True,
    title="Link a company to an opportunity",
    description="Puts a company to an opportunity beside those that are there, and reads the opportunity back.",
)
