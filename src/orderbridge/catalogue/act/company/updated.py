"""A trigger: a company changed."""

from __future__ import annotations

from orderbridge.catalogue.happens import updated
from orderbridge.catalogue.triggers import on_change

OPERATION = on_change(
    id="act.company.updated",
    record="company",
    title="A company changed",
    description="Fires for any other value; that Act! moves the edit time with every saving is no change. A company "
    "is new also when Act! makes it of a contact's company name.",
    happens=updated,
    polled="companies by their edit time every minute, all of them once a day",
    permissions=("Web API Access", "Access All Non-Private Data"),
)
