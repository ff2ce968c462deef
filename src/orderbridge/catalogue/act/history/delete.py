"""An action: delete a history entry."""

from __future__ import annotations

from orderbridge.catalogue.act.history import HISTORY, ID, PERMISSIONS
from orderbridge.catalogue.deleting import deleting

OPERATION = deleting(
    id="act.history.delete",
    title="Delete a history entry",
    description="Deletes a history entry for good, on every record that shows it.",
    call="DELETE /api/History/{id}",
    fields=ID,
    record=HISTORY,
    key="history_id",
    permissions=PERMISSIONS,
    example={"history_id": "66666666-7777-8888-9999-000000000000"},
    example_output={
        "id": "66666666-7777-8888-9999-000000000000",
        "verdict": "confirmed",
        "record": {"deleted": True},
    },
)
