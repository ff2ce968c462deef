"""An action: create a webhook."""

from __future__ import annotations

from orderbridge.catalogue.act.webhook import FIELDS, PERMISSIONS, WEBHOOK
from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.fields import needing

OPERATION = creating(
    id="act.webhook.create",
    title="Create a webhook",
    description="Lets a self-hosted Act! call an address after changes, up to 15 minutes late; Premium Cloud has none.",
    call="POST /api/webhooks",
    fields=needing(FIELDS, "monitor", "trigger_event", "callback_url"),
    record=WEBHOOK,
    permissions=PERMISSIONS,
    example={
        "monitor": "Contacts",
        "trigger_event": "Updated",
        "callback_url": "https://bridge.example.test/changes",
    },
    example_output={
        "id": "11111111-2222-3333-4444-555555555555",
        "verdict": "confirmed",
        "record": {"monitor": "Contacts"},
    },
)
