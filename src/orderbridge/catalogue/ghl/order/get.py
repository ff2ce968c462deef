"""An action: read one order."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, record_id, record_schema
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.order.get",
    title="Get an order",
    description="Reads one order with its items, discount and customer; tax and shipping only come with webhooks.",
    call="GET /payments/orders/{orderId}",
    fields={"order_id": needed(record_id("The order."))},
    output=record_schema(
        description="The order.",
        id="string",
        status="string",
        currency="string",
        amount="number",
        contact_id="string null",
        items="array",
        created_at="string",
    ),
    example={"order_id": "6a1b2c3d4e5f60718293a4b5"},
    example_output={
        "id": "6a1b2c3d4e5f60718293a4b5",
        "status": "completed",
        "currency": "USD",
        "amount": 150.1,
    },
)
