"""An action: register the location's own payment provider."""

from __future__ import annotations

from orderbridge.catalogue.ghl.custom_provider import FIELDS, PROVIDER, SCOPES
from orderbridge.catalogue.ghl.single_record import setting

OPERATION = setting(
    id="ghl.custom_provider.register",
    title="Register the custom payment provider",
    description="Makes your own server a payment provider of this location; one that was there is replaced.",
    call="POST /payments/custom-provider/provider",
    fields=FIELDS,
    record=PROVIDER,
    until=lambda given: {name: item for name, item in given.items() if FIELDS[name].proved},
    scopes=SCOPES,
    example={
        "name": "Cedar Pay",
        "description": "Cards and vouchers",
        "payments_url": "https://pay.studio.example/pay",
        "query_url": "https://pay.studio.example/query",
        "image_url": "https://pay.studio.example/logo.png",
        "supports_subscription_schedule": False,
    },
    example_output={
        "id": "6a1b2c3d4e5f60718293a4bb",
        "verdict": "confirmed",
        "record": {"name": "Cedar Pay"},
    },
)
