"""An action: record a payment of an order."""

from __future__ import annotations

from orderbridge.catalogue.fields import choice, flag, group, text
from orderbridge.catalogue.ghl.order import ORDER, ORDER_ID
from orderbridge.catalogue.ghl.recorded_payment import FIELDS, recording

OPERATION = recording(
    id="ghl.order.record_payment",
    title="Record a payment of an order",
    description=(
        "Notes money that was received elsewhere, once for each reference; it charges nobody, and HighLevel answers "
        "'not found' for some orders that it shows."
    ),
    call="POST /payments/orders/{orderId}/record-payment",
    document=ORDER,
    fields={"order_id": ORDER_ID}
    | FIELDS
    | {
        "card": group(
            "The card, where it was one.",
            {
                "type": choice("Its brand.", ["visa", "mastercard", "other"], required=True),
                "last4": text("Its last four digits.", required=True),
            },
        ),
        "is_partial_payment": flag(
            "Say so where more is to come; HighLevel may take the order as paid otherwise."
        ),
    },
    fixed={},
    example={
        "order_id": "6a1b2c3d4e5f60718293a4b5",
        "reference": "receipt 4711",
        "amount": 50.05,
        "mode": "bank_transfer",
    },
)
