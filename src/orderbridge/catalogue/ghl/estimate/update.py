"""An action: change an estimate."""

from __future__ import annotations

from orderbridge.catalogue.changing import changing
from orderbridge.catalogue.ghl.estimate import CHANGES, ESTIMATE, ESTIMATE_ID, FIXED, SCOPES, WHOLE, kept

OPERATION = changing(
    id="ghl.estimate.update",
    title="Change an estimate",
    description=(
        "Changes a quote; HighLevel wants the whole of it each time, so what you leave out is sent as it is, and its "
        "dates keep their day."
    ),
    call="PUT /invoices/estimate/{estimateId}",
    fields={"estimate_id": ESTIMATE_ID} | CHANGES,
    record=ESTIMATE,
    key="estimate_id",
    whole_record=WHOLE,
    fixed=FIXED,
    fill=kept,
    scopes=("locations.readonly", *SCOPES),
    example={"estimate_id": "6a1b2c3d4e5f60718293a4d1", "name": "Quote 4711, second version"},
    example_output={
        "id": "6a1b2c3d4e5f60718293a4d1",
        "verdict": "confirmed",
        "record": {"name": "Quote 4711, second version"},
    },
)
