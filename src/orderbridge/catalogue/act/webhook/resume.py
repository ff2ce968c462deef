"""An action: resume a webhook."""

from __future__ import annotations

from orderbridge.catalogue.act.webhook import ID, PERMISSIONS, WEBHOOK
from orderbridge.catalogue.acting import acting
from orderbridge.core.jsonio import JsonObject


def _view(record: JsonObject, _given: JsonObject) -> JsonObject:
    return {"is_suspended": bool(record.get("suspended"))}


OPERATION = acting(
    id="act.webhook.resume",
    title="Resume a webhook",
    description="Lets a webhook call again that was suspended, by a person or after three failures.",
    call="PUT /api/webhooks/{id}/continue",
    fields=ID,
    record=WEBHOOK,
    key="webhook_id",
    until=lambda _given, _before: {"is_suspended": False},
    view=_view,
    permissions=PERMISSIONS,
    example={"webhook_id": "11111111-2222-3333-4444-555555555555"},
    example_output={"id": "11111111-2222-3333-4444-555555555555", "verdict": "confirmed", "record": {}},
)
