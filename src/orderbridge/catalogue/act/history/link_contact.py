"""An action: put a history entry to a contact."""

from __future__ import annotations

from orderbridge.catalogue.act.history import HISTORY, ID, PERMISSIONS
from orderbridge.catalogue.act.linking import has_contact
from orderbridge.catalogue.acting import acting
from orderbridge.catalogue.fields import needed, record_id

OPERATION = acting(
    id="act.history.link_contact",
    title="Link a contact to a history entry",
    description="Shows a history entry on a further contact as well.",
    call="PUT /api/history/{id}/contacts/{contactId}",
    fields=ID | {"contact_id": needed(record_id("The contact."))},
    record=HISTORY,
    key="history_id",
    until=lambda _given, _before: {"linked": True},
    view=has_contact,
    permissions=PERMISSIONS,
    example={
        "history_id": "66666666-7777-8888-9999-000000000000",
        "contact_id": "11111111-2222-3333-4444-555555555555",
    },
    example_output={"id": "66666666-7777-8888-9999-000000000000", "verdict": "confirmed", "record": {}},
)
