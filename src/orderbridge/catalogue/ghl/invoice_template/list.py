"""An action: list invoice templates."""

from __future__ import annotations

from orderbridge.catalogue.fields import text
from orderbridge.catalogue.ghl.invoice_template import LIST, ROW
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="ghl.invoice_template.list",
    title="List invoice templates",
    description="Lists what invoices of this location can begin with.",
    many=LIST,
    fields={"search": text("Part of the name.")},
    row=ROW,
    example={"search": "course"},
    example_output={
        "rows": [{"id": "6a1b2c3d4e5f60718293a4c7", "name": "Weekend course", "total": 128.4}],
        "count": 1,
        "more": False,
    },
)
