"""An action: read the location's own payment provider."""

from __future__ import annotations

from orderbridge.catalogue.ghl.custom_provider import ROW
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="ghl.custom_provider.get",
    title="Get the custom payment provider",
    description="Reads the location's own payment provider and which of its modes have keys; keys are not shown.",
    call="GET /payments/custom-provider/connect",
    fields={},
    output=ROW,
    example={},
    example_output={"id": "6a1b2c3d4e5f60718293a4bb", "name": "Cedar Pay"},
)
