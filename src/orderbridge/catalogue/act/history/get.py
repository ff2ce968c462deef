"""An action: read a history entry."""

from __future__ import annotations

from orderbridge.catalogue.act.history import ID, PERMISSIONS, PLAIN, ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.history.get",
    title="Read a history entry",
    description="Reads one history entry as plain text instead of Act!'s HTML.",
    call="GET /api/History/{id}",
    fields=ID,
    fixed=PLAIN,
    output=ROW,
    permissions=PERMISSIONS,
    example={"history_id": "66666666-7777-8888-9999-000000000000"},
    example_output={"id": "66666666-7777-8888-9999-000000000000", "regarding": "Called"},
)
