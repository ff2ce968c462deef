"""A trigger: a company is new."""

from __future__ import annotations

from orderbridge.catalogue.happens import created
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.company.created",
    record="company",
    title="A company is new",
    description="Fires once for what was made after the flow was switched on. A company is new also when Act! makes "
    "it of a contact's company name.",
    happens=created,
    polled="companies by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
