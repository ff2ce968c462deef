"""An action: ask for the next estimate number."""

from __future__ import annotations

from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.estimate.generate_number",
    title="Generate an estimate number",
    description="Tells the number that the next quote would get; it is not reserved, two callers may hear the same.",
    call="GET /invoices/estimate/number/generate",
    fields={},
    output={"type": "object", "properties": {"estimate_number": {"type": ["integer", "string"]}}},
    example={},
    example_output={"estimate_number": 101},
)
