"""An action: delete a webhook."""

from __future__ import annotations

from orderbridge.catalogue.act.webhook import ID, PERMISSIONS, WEBHOOK
from orderbridge.catalogue.deleting import deleting

OPERATION = deleting(
    id="act.webhook.delete",
    title="Delete a webhook",
    description="Deletes a webhook for good; suspend it where it is wanted later.",
    call="DELETE /api/webhooks/{id}",
    fields=ID,
    record=WEBHOOK,
    key="webhook_id",
    permissions=PERMISSIONS,
    example={"webhook_id": "66666666-7777-8888-9999-000000000000"},
    example_output={
        "id": "66666666-7777-8888-9999-000000000000",
        "verdict": "confirmed",
        "record": {"deleted": True},
    },
)
