"""An action: send an estimate."""

from __future__ import annotations

from orderbridge.catalogue.ghl.estimate import ESTIMATE, ESTIMATE_ID, SCOPES
from orderbridge.catalogue.ghl.sending import sending

OPERATION = sending(
    id="ghl.estimate.send",
    title="Send an estimate",
    description=(
        "Makes a draft a sent quote without telling anybody; only where you ask for it the customer gets an e-mail or "
        "a text message."
    ),
    call="POST /invoices/estimate/{estimateId}/send",
    document="estimate_id",
    document_field=ESTIMATE_ID,
    record=ESTIMATE,
    state="estimate_status",
    scopes=SCOPES,
    example={"estimate_id": "6a1b2c3d4e5f60718293a4d1", "user_id": "qXy7W2mBvN5KcL3pRtZ8"},
    example_output={
        "id": "6a1b2c3d4e5f60718293a4d1",
        "verdict": "confirmed",
        "record": {"estimate_status": "sent"},
    },
)
