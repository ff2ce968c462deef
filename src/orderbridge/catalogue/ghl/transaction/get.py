"""An action: read one transaction."""

from __future__ import annotations

from orderbridge.catalogue.fields import needed, record_id
from orderbridge.catalogue.ghl.transaction import ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.transaction.get",
    title="Get a transaction",
    description="Reads one payment with its source, provider and customer as they were at that time.",
    call="GET /payments/transactions/{transactionId}",
    fields={"transaction_id": needed(record_id("The transaction, by HighLevel's own id."))},
    output=ROW,
    example={"transaction_id": "6a1b2c3d4e5f60718293a4b6"},
    example_output={"id": "6a1b2c3d4e5f60718293a4b6", "status": "succeeded", "amount": 150.1},
)
