"""An action: list webhooks."""

from __future__ import annotations

from orderbridge.catalogue.act.webhook import LIST, PERMISSIONS, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="act.webhook.list",
    title="List webhooks",
    description="Lists the webhooks of a self-hosted Act!; look at suspended, for nobody is told when one gives up.",
    many=LIST,
    fields={},
    row=ROW,
    permissions=PERMISSIONS,
    example={},
    example_output={
        "rows": [{"id": "11111111-2222-3333-4444-555555555555", "monitor": "Contacts"}],
        "count": 1,
        "more": False,
    },
)
