"""An action: remove the location's own payment provider."""

from __future__ import annotations

from orderbridge.catalogue.ghl.custom_provider import PROVIDER, SCOPES
from orderbridge.catalogue.ghl.single_record import setting
from orderbridge.catalogue.operation import DELETES, READS, WRITES

OPERATION = setting(
    id="ghl.custom_provider.delete",
    title="Delete the custom payment provider",
    description="Takes the location's own payment provider away with its keys; nobody can pay through it any more.",
    call="DELETE /payments/custom-provider/provider",
    fields={},
    record=PROVIDER,
    until=lambda _given: {"there": False},
    view=lambda row: {"there": bool(row)},
    effects=frozenset({READS, WRITES, DELETES}),
    scopes=SCOPES,
    example={},
    example_output={"id": None, "verdict": "confirmed", "record": {}},
)
