"""An action: read the notes of an order."""

from __future__ import annotations

from orderbridge.catalogue.ghl.order import ORDER_ID
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.order.list_notes",
    title="List the notes of an order",
    description="Reads what people noted at an order; HighLevel does not say how a note looks, so it comes as it is.",
    call="GET /payments/orders/{orderId}/notes",
    fields={"order_id": ORDER_ID},
    output={"type": "object", "properties": {"notes": {"type": "array"}}},
    example={"order_id": "6a1b2c3d4e5f60718293a4b5"},
    example_output={"notes": []},
)
