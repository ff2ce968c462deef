"""Ids and answers that stand in the examples of Act!'s operations."""

from __future__ import annotations

from typing import Any

from orderbridge.core.jsonio import JsonObject

CONTACT_ID = "11111111-2222-3333-4444-555555555555"
COMPANY_ID = "22222222-2222-3333-4444-555555555555"
GROUP_ID = "33333333-2222-3333-4444-555555555555"
PRODUCT_ID = "44444444-2222-3333-4444-555555555555"
USER_ID = "55555555-2222-3333-4444-555555555555"
RECORD_ID = "66666666-2222-3333-4444-555555555555"
OPPORTUNITY_ID = "aaaaaaaa-2222-3333-4444-555555555555"


def written(record_id: str, **record: Any) -> JsonObject:
    """What a proved write gives, shortened."""
    return {"id": record_id, "verdict": "confirmed", "record": {"id": record_id} | record}


def listed(**row: Any) -> JsonObject:
    """What a list gives, with one row of it."""
    return {"rows": [row], "count": 1, "more": False}
