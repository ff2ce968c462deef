"""An action: give the location's own payment provider its keys."""

from __future__ import annotations

from orderbridge.catalogue.fields import group, text
from orderbridge.catalogue.ghl.custom_provider import PROVIDER, SCOPES
from orderbridge.catalogue.ghl.single_record import setting

_KEYS = {
    "api_key": text("The secret key; it is kept in no journal of ours.", required=True, minLength=1),
    "publishable_key": text("The key for the browser.", required=True, minLength=1),
}

OPERATION = setting(
    id="ghl.custom_provider.set_config",
    title="Set the keys of the custom payment provider",
    description="Hands over the keys for live and test payments; that both modes have some is all that can be read.",
    call="POST /payments/custom-provider/connect",
    fields={
        "live": group("Keys for real payments.", _KEYS, required=True),
        "test": group("Keys for test payments.", _KEYS, required=True),
    },
    record=PROVIDER,
    until=lambda _given: {"modes": ["live", "test"]},
    view=lambda row: {"modes": sorted(row.get("payment_provider") or {})},
    # Keys that are there may be others.
    always=True,
    scopes=SCOPES,
    example={
        "live": {"api_key": "YOUR_LIVE_KEY", "publishable_key": "YOUR_LIVE_PUBLIC_KEY"},
        "test": {"api_key": "YOUR_TEST_KEY", "publishable_key": "YOUR_TEST_PUBLIC_KEY"},
    },
    example_output={"id": "6a1b2c3d4e5f60718293a4bb", "verdict": "confirmed", "record": {}},
)
