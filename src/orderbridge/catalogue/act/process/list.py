"""An action: list processes."""

from __future__ import annotations

from orderbridge.catalogue.act.process import LIST, PERMISSIONS, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="act.process.list",
    title="List processes",
    description="Lists the sales processes with their stages; a pipeline of HighLevel is a process here.",
    many=LIST,
    fields={},
    row=ROW,
    permissions=PERMISSIONS,
    example={},
    example_output={
        "rows": [{"id": "11111111-2222-3333-4444-555555555555", "name": "Main Sales"}],
        "count": 1,
        "more": False,
    },
)
