"""An action: read a webhook."""

from __future__ import annotations

from orderbridge.catalogue.act.webhook import ID, PERMISSIONS, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.webhook.get",
    title="Read a webhook",
    description="Reads one webhook with its failed attempts and whether it is suspended.",
    call="GET /api/webhooks/{id}",
    fields=ID,
    output=ROW,
    permissions=PERMISSIONS,
    example={"webhook_id": "11111111-2222-3333-4444-555555555555"},
    example_output={"id": "11111111-2222-3333-4444-555555555555", "monitor": "Contacts"},
)
