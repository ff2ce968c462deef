"""An action: change a webhook."""

from __future__ import annotations

from orderbridge.catalogue.act.webhook import FIELDS, ID, PERMISSIONS, WEBHOOK
from orderbridge.catalogue.changing import changing

OPERATION = changing(
    id="act.webhook.update",
    title="Change a webhook",
    description="Changes what a webhook watches or whom it calls; a token that is not given stays.",
    call="PATCH /api/webhooks/{id}",
    fields=ID | FIELDS,
    record=WEBHOOK,
    key="webhook_id",
    id_in_body=True,
    permissions=PERMISSIONS,
    example={"webhook_id": "11111111-2222-3333-4444-555555555555", "description": "For the shop"},
    example_output={
        "id": "11111111-2222-3333-4444-555555555555",
        "verdict": "confirmed",
        "record": {"description": "For the shop"},
    },
)
