"""An action: list the stages of a process."""

from __future__ import annotations

from orderbridge.catalogue.act.stage import LIST, PERMISSIONS, PROCESS_ID, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="act.stage.list",
    title="List the stages of a process",
    description="Lists the stages of one process in their order, with their probabilities.",
    many=LIST,
    fields=PROCESS_ID,
    row=ROW,
    permissions=PERMISSIONS,
    example={"process_id": "11111111-2222-3333-4444-555555555555"},
    example_output={
        "rows": [{"id": "66666666-7777-8888-9999-000000000000", "name": "Ordered"}],
        "count": 1,
        "more": False,
    },
)
