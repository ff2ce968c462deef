"""An action: create a white-label payment provider."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.ghl.whitelabel_provider import NEW, PROVIDER

OPERATION = creating(
    id="ghl.whitelabel_provider.create",
    title="Create a white-label payment provider",
    description="Offers authorize-net or nmi under a name of your own; there is no call that takes it away again.",
    call="POST /payments/integrations/provider/whitelabel",
    fields=NEW,
    record=PROVIDER,
    scopes=("payments/integration.readonly", "payments/integration.write"),
    example={
        "unique_name": "cedar-pay",
        "title": "Cedar Pay",
        "provider": "nmi",
        "description": "Cards",
        "image_url": "https://studio.example/pay.png",
    },
    example_output={
        "id": "6a1b2c3d4e5f60718293a4ba",
        "verdict": "confirmed",
        "record": {"title": "Cedar Pay"},
    },
)
