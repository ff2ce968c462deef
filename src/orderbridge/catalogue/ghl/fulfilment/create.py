"""An action: note that goods of an order were handed over."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.ghl.fulfilment import FULFILMENT, NEW

OPERATION = creating(
    id="ghl.fulfilment.create",
    title="Create a fulfilment",
    description=(
        "Notes that goods of an order were handed over; it cannot be changed or taken back, and the customer hears of "
        "it only where you say so."
    ),
    call="POST /payments/orders/{orderId}/fulfillments",
    fields=NEW,
    record=FULFILMENT,
    fixed={"notifyCustomer": False, "trackings": []},
    scopes=("payments/orders.readonly", "payments/orders.write"),
    example={
        "order_id": "6a1b2c3d4e5f60718293a4b5",
        "items": [{"price_id": "6a1b2c3d4e5f60718293a4b8", "qty": 1}],
        "trackings": [{"tracking_number": "1Z999", "shipping_carrier": "UPS"}],
    },
    example_output={
        "id": "6a1b2c3d4e5f60718293a4b7",
        "verdict": "confirmed",
        "record": {"trackings": [{"tracking_number": "1Z999"}]},
    },
)
