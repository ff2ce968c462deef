"""Orders that are put into HighLevel exactly as given, right but for what a test changes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from support.world import World


def item(name: str = "Course", price: str = "10.00", quantity: Any = 1) -> dict[str, Any]:
    return {
        "name": name,
        "qty": quantity,
        "price": {"_id": "p1", "amount": Decimal(price), "type": "one_time"},
    }


async def order(world: World, **changes: Any) -> str:
    """Put in an order that is right but for ``changes``."""
    contacts = (await world.ghl_truth("contacts"))["contacts"]
    who = next(row for row in contacts if row["email"] and row["locationId"] == world.sandbox.ghl.location_id)
    good = {
        "contactId": who["id"],
        "contactSnapshot": {"id": who["id"], "email": who["email"], "firstName": "Ada", "lastName": "Sample"},
        "currency": "USD",
        "amount": Decimal("20.00"),
        "liveMode": True,
        "items": [item(quantity=2)],
        "amountSummary": {"subtotal": Decimal("20.00"), "discount": 0},
    }
    return await world.raw_order(**(good | changes))
