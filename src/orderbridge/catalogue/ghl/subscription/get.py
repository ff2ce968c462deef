"""An action: read one subscription."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, record_id
from orderbridge.catalogue.ghl.subscription import ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.subscription.get",
    title="Get a subscription",
    description="Reads one subscription with its plan and its schedule.",
    call="GET /payments/subscriptions/{subscriptionId}",
    fields={
        "subscription_id": needed(
            record_id("The subscription, by HighLevel's id and not the payment provider's.")
        )
    },
    output=ROW,
    example={"subscription_id": "6a1b2c3d4e5f60718293a4b9"},
    example_output={"id": "6a1b2c3d4e5f60718293a4b9", "subscription_id": "sub_1", "status": "active"},
)
