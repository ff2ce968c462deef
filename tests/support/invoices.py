"""Invoices and estimates as people at HighLevel's screens make them."""

from __future__ import annotations

from typing import Any

from support.operations import Operations

_ITEM = {"name": "Consulting", "currency": "USD", "amount": 100, "qty": 1}


async def draft(ops: Operations, **changes: Any) -> str:
    """Make a draft over 100 dollars; returns its id."""
    return str((await ops.ghl("POST", "/invoices/", await _body(ops) | changes))["_id"])


async def sent(ops: Operations, invoice: str) -> None:
    """Send it by hand, which reaches nobody."""
    user = ops.world.sandbox.ghl.user_id
    body = {"userId": user, "action": "send_manually", "liveMode": True}
    await ops.ghl("POST", f"/invoices/{invoice}/send", _alt(ops) | body)


async def paid(ops: Operations, invoice: str, **body: Any) -> None:
    """Record a payment, of all that is due unless ``amount`` is given."""
    whole = _alt(ops) | {"mode": "cash", "notes": ""} | body
    await ops.ghl("POST", f"/invoices/{invoice}/record-payment", whole)


async def estimate(ops: Operations) -> str:
    """Make a draft of an estimate; returns its id."""
    body = await _body(ops)
    body |= {
        "title": "ESTIMATE",
        "frequencySettings": {"enabled": False},
        "items": [_ITEM | {"type": "one_time"}],
    }
    return str((await ops.ghl("POST", "/invoices/estimate", body))["_id"])


async def _body(ops: Operations) -> dict[str, Any]:
    contacts = (await ops.world.ghl_truth("contacts"))["contacts"]
    contact = next(row for row in contacts if row.get("email") and row.get("phone"))
    return _alt(ops) | {
        "name": "Deal 4711",
        "businessDetails": {"name": "Cedar & Clay Studio"},
        "currency": "USD",
        "items": [_ITEM],
        "discount": {"type": "percentage", "value": 0},
        "contactDetails": {
            "id": contact["id"],
            "name": "Somebody",
            "phoneNo": contact["phone"],
            "email": contact["email"],
        },
        "issueDate": "2026-03-02",
        "sentTo": {"email": [contact["email"]]},
        "liveMode": True,
    }


def _alt(ops: Operations) -> dict[str, Any]:
    return {"altId": ops.location, "altType": "location"}
