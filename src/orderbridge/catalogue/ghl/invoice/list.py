"""An action: list invoices."""

from __future__ import annotations

from orderbridge.catalogue.ghl.invoice import FILTERS, LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.invoice.list",
    title="List invoices",
    description="Lists invoices, newest first; 'overdue' exists only on HighLevel's screens, compare the due date.",
    many=LIST,
    fields=FILTERS,
    row=ROW,
    example={"status": "sent"},
    example_output={
        "rows": [{"id": "6a1b2c3d4e5f60718293a4c1", "status": "sent", "total": 150.1}],
        "count": 1,
        "more": False,
    },
)
