"""What happens to money and goods of an order: charges, refunds, fulfilments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.shapes import paid_and_refunded
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.wire import exact, plain, stamp

_CARDS = (("visa", "4242"), ("mastercard", "5454"), ("amex", "0005"), ("discover", "0012"))
_PROVIDER = {
    "type": "stripe",
    "connectedAccount": {"_id": "612ca676b484b241fef9d962", "accountId": "acct_twin"},
}
_MANUAL = {"type": "manual"}


def charge(
    world: GhlWorld,
    entity: JsonObject,
    amount: Decimal,
    *,
    status: str = "succeeded",
    at: datetime | None = None,
    mode: str = "card",
    entity_type: str = "order",
    recorded: bool = False,
    subscription_id: str | None = None,
    source: JsonObject | None = None,
    snapshot: JsonObject | None = None,
    meta: Any = None,
) -> JsonObject:
    """Add a transaction of an order or an invoice.

    Args:
        entity: The order or invoice.
        recorded: Noted by hand (record-payment) and not taken by a provider.
        subscription_id: The provider's id where the charge belongs to a subscription.
        source: Where the sale came from; by default what the order says.
        snapshot: The customer as known then; by default what the order says.
    """
    moment = at or world.clock.now()
    # An order put in as it is for a test of bad data may lack anything.
    live = entity.get("liveMode") is True
    row: JsonObject = {
        "_id": world.object_id(moment),
        "altId": entity["altId"],
        "altType": "location",
        "contactId": entity.get("contactId"),
        "contactSnapshot": snapshot if snapshot is not None else entity.get("contactSnapshot") or {},
        "currency": entity.get("currency"),
        "amount": plain(amount),
        "status": status,
        "liveMode": live,
        "entityType": entity_type,
        "entityId": entity["_id"],
        "entitySource": source or entity.get("source") or {"type": "manual"},
        "subscriptionId": subscription_id,
        "paymentProvider": _MANUAL if recorded else _PROVIDER,
        "ipAddress": "192.0.2.10",
        "createdAt": stamp(moment),
        "updatedAt": stamp(moment),
        "fulfilledAt": stamp(moment),
        "amountRefunded": 0,
        "meta": meta if isinstance(meta, dict) else {},
        "markAsTest": not live,
        "isParent": False,
        "qboSynced": False,
        "createdBy": world.user_id if recorded else None,
    }
    if entity_type == "invoice":
        row["invoiceId"] = entity["_id"]
    if recorded:
        row["paymentMethod"] = {"mode": mode}
    else:
        brand, last4 = world.rng.choice(_CARDS)
        row["paymentMethod"] = {"card": {"brand": brand, "last4": last4}}
        row["chargeId"] = f"ch_{world.rng.getrandbits(80):020x}"
        row["chargeSnapshot"] = {"id": row["chargeId"], "object": "charge", "status": status}
    if status == "succeeded":
        row["receiptId"] = world.object_id(moment)
    return world.transactions.add(row)


def refund(
    world: GhlWorld,
    order: JsonObject,
    amount: Decimal,
    *,
    at: datetime | None = None,
    reason: str | None = None,
) -> list[JsonObject]:
    """Give ``amount`` back, newest charges first; return the transactions it touched.

    A refund makes no row of its own and sends no webhook: an old row changes. HighLevel has no field for the reason;
    with one, the payment provider's own record of the charge names it, newest refund first (our assumption).
    """
    left = amount
    touched = []
    for row in reversed(world.transactions.where("entityId", order["_id"])):
        if row["status"] != "succeeded" or left <= 0:
            continue
        share = min(left, exact(row["amount"]) - exact(row["amountRefunded"]))
        if share > 0:
            left -= share
            world.transactions.update(
                row,
                amountRefunded=plain(exact(row["amountRefunded"]) + share),
                updatedAt=stamp(at or world.clock.now()),
                **(_with_reason(row, share, reason) if reason else {}),
            )
            touched.append(row)
    return touched


def _with_reason(row: JsonObject, amount: Decimal, reason: str) -> JsonObject:
    snapshot = row.get("chargeSnapshot") or {}
    earlier = (snapshot.get("refunds") or {}).get("data") or []
    refunds = {"object": "list", "data": [{"amount": plain(amount), "reason": reason}, *earlier]}
    return {"chargeSnapshot": snapshot | {"refunds": refunds}}


def dispute(world: GhlWorld, row: JsonObject, *, status: str | None = None) -> JsonObject:
    """Let the customer charge a payment back; what HighLevel's own status says then is not published."""
    snapshot = (row.get("chargeSnapshot") or {}) | {"disputed": True}
    changes = {"status": status} if status else {}
    return world.transactions.update(row, chargeSnapshot=snapshot, updatedAt=world.now(), **changes)


def refundable(world: GhlWorld, order_id: str) -> Decimal:
    """How much of an order's payments could still go back."""
    paid, refunded = paid_and_refunded(world, order_id)
    return paid - refunded


def left_to_fulfil(world: GhlWorld, order: JsonObject) -> dict[str, Decimal]:
    """How many pieces of each price were not handed over yet."""
    left: dict[str, Decimal] = {}
    for item in order["items"]:
        price_id = item["price"]["_id"]
        left[price_id] = left.get(price_id, Decimal(0)) + exact(item["qty"])
    for row in world.fulfilments.where("orderId", order["_id"]):
        for item in row["items"]:
            left[item["price"]["_id"]] -= exact(item["qty"])
    return left


def fulfil(
    world: GhlWorld,
    order: JsonObject,
    quantities: dict[str, Decimal],
    trackings: Sequence[JsonObject],
    *,
    at: datetime | None = None,
) -> JsonObject:
    """Hand goods over: ``quantities`` counts pieces by price id."""
    moment = at or world.clock.now()
    by_price = {item["price"]["_id"]: item for item in order["items"]}
    row = world.fulfilments.add(
        {
            "_id": world.object_id(moment),
            "orderId": order["_id"],
            "altId": order["altId"],
            "altType": "location",
            "trackings": list(trackings),
            "items": [
                {
                    "_id": world.object_id(moment),
                    "name": by_price[price_id]["name"],
                    "product": by_price[price_id]["product"],
                    "price": by_price[price_id]["price"],
                    "qty": plain(quantity),
                }
                for price_id, quantity in quantities.items()
            ],
            "createdAt": stamp(moment),
            "updatedAt": stamp(moment),
        }
    )
    rest = sum(left_to_fulfil(world, order).values())
    # Only "unfulfilled" is published; the other two words are our assumption.
    status = "partially_fulfilled" if rest else "fulfilled"
    world.orders.update(order, fulfillmentStatus=status, updatedAt=stamp(moment))
    return row


def settle(world: GhlWorld, order: JsonObject, *, at: datetime | None = None) -> bool:
    """Complete an order that is paid in full; tell whether its status changed."""
    paid, _refunded = paid_and_refunded(world, order["_id"])
    if order["status"] == "completed" or paid < exact(order.get("amount")):
        return False
    world.orders.update(order, status="completed", updatedAt=stamp(at or world.clock.now()))
    return True
