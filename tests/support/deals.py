"""An order's customer and opportunity in Act!, made by the operations that a flow would use."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from support.operations import Operations

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A customer with one order.

    Attributes:
        order_id: In HighLevel.
        source_id: The customer in HighLevel.
        contact_id: The customer in Act!.
        opportunity_id: The order in Act!.
    """

    order_id: str
    source_id: str
    contact_id: str
    opportunity_id: str

    @property
    def ids(self) -> dict[str, str]:
        """The ids in Act!, as operations take them."""
        return {"contact_id": self.contact_id, "opportunity_id": self.opportunity_id}


async def a_deal(ops: Operations) -> Deal:
    """Make a new customer and an opportunity for a new order of theirs."""
    number = next(_numbers)
    order_id, source_id = f"order-{number}", f"customer-{number}"
    person = {"first_name": "Ada", "last_name": f"Sample {number}", "email": f"ada{number}@deals.example"}
    contact = await ops.run(
        "act.contact.find_or_create", source_id=source_id, person=person, subject=f"order {number}"
    )
    opportunity = await ops.run(
        "act.opportunity.upsert_by_order",
        order_id=order_id,
        name=f"HighLevel order {number}",
        source="HighLevel",
        status="Won",
        contact_id=contact["id"],
        currency="USD",
        lines=[{"key": "GHL-1", "name": "Oak table", "price": 249, "quantity": 2}],
    )
    return Deal(
        order_id=order_id,
        source_id=source_id,
        contact_id=contact["id"],
        opportunity_id=opportunity["id"],
    )
