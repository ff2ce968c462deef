"""An action: take the keys of one mode away."""

from __future__ import annotations

from orderbridge.catalogue.fields import flag, needed
from orderbridge.catalogue.ghl.custom_provider import PROVIDER, SCOPES
from orderbridge.catalogue.ghl.single_record import setting
from orderbridge.core.jsonio import JsonObject


def _mode(given: JsonObject) -> str:
    return "live" if given["live_mode"] else "test"


OPERATION = setting(
    id="ghl.custom_provider.disconnect",
    title="Disconnect the custom payment provider",
    description="Takes the live or the test keys of the location's own payment provider away; it stays registered.",
    call="POST /payments/custom-provider/disconnect",
    fields={"live_mode": needed(flag("Live keys; false takes the test keys."))},
    record=PROVIDER,
    until=lambda given: {_mode(given): False},
    view=lambda row: {mode: mode in (row.get("payment_provider") or {}) for mode in ("live", "test")},
    scopes=SCOPES,
    example={"live_mode": False},
    example_output={"id": "6a1b2c3d4e5f60718293a4bb", "verdict": "confirmed", "record": {}},
)
