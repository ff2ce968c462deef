"""An action: list invoice schedules."""

from __future__ import annotations

from orderbridge.catalogue.ghl.invoice_schedule import FILTERS, LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.invoice_schedule.list",
    title="List invoice schedules",
    description="Lists invoices that come again and again, with the state of each.",
    many=LIST,
    fields=FILTERS,
    row=ROW,
    example={"status": "scheduled"},
    example_output={
        "rows": [{"id": "6a1b2c3d4e5f60718293a4c8", "status": "scheduled", "name": "Studio hire"}],
        "count": 1,
        "more": False,
    },
)
