"""An action: create an estimate."""

from __future__ import annotations

from orderbridge.catalogue.creating import creating
from orderbridge.catalogue.ghl.estimate import ESTIMATE, FIXED, NEW, SCOPES, completed

OPERATION = creating(
    id="ghl.estimate.create",
    title="Create an estimate",
    description="Makes a draft of a quote that nobody hears of; HighLevel works the total out by itself.",
    call="POST /invoices/estimate",
    fields=NEW,
    record=ESTIMATE,
    fixed=FIXED,
    fill=completed,
    search=lambda given: {"contactId": given["contact_id"]},
    scopes=("contacts.readonly", *SCOPES),
    calls="3",
    example={
        "contact_id": "ocQHyuzHvysMo5N5VsXc",
        "name": "Quote 4711",
        "currency": "USD",
        "items": [{"name": "Vase", "amount": 150.1, "qty": 1, "currency": "USD"}],
    },
    example_output={
        "id": "6a1b2c3d4e5f60718293a4d1",
        "verdict": "confirmed",
        "record": {"estimate_status": "draft", "total": 150.1},
    },
)
