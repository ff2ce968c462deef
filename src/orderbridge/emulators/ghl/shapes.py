"""How one order, transaction or subscription looks in a list, by id, and in a webhook.

Rows are stored in the by-id shape with camelCase snapshots and everything the twin knows; each view
leaves out what HighLevel leaves out there.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.wire import exact, snake, without_none

_ORDER_ROW = (
    "_id", "altId", "altType", "contactId", "currency", "amount", "status", "liveMode",
    "fulfillmentStatus", "createdAt", "updatedAt", "createdBy",
)  # fmt: skip
_ORDER_DETAIL = (
    "_id", "altId", "altType", "contactId", "currency", "amount", "status", "liveMode", "createdAt",
    "updatedAt", "fulfillmentStatus", "source", "items", "coupon", "trackingId",
    "fingerprint", "meta", "markAsTest", "automaticTaxesCalculated", "createdBy",
)  # fmt: skip
_ORDER_WEBHOOK = (
    "_id", "altId", "altType", "status", "taxSummary", "fulfillmentStatus", "contactId", "currency",
    "amount", "liveMode", "amountSummary", "source", "createdAt", "updatedAt", "contactSnapshot",
)  # fmt: skip
_MONEY_ROW = (
    "_id", "altId", "altType", "contactId", "mergedFromContactId", "currency", "amount", "liveMode",
    "entityType", "entityId", "subscriptionId", "subscriptionSnapshot", "chargeId", "chargeSnapshot",
    "ipAddress", "createdAt", "updatedAt", "amountRefunded", "paymentMethod", "fulfilledAt", "createdBy",
)  # fmt: skip
_MONEY_DETAIL = (
    "_id", "altType", "altId", "contactId", "coupon", "currency", "amount", "liveMode", "createdAt",
    "updatedAt", "entityType", "entityId", "entitySource", "chargeId", "chargeSnapshot", "invoiceId",
    "subscriptionId", "subscriptionSnapshot", "paymentProvider", "ipAddress", "meta", "markAsTest",
    "isParent", "amountRefunded", "receiptId", "qboSynced", "schedule", "autoPayment",
    "recurringProduct", "canceledAt", "canceledBy", "mergedFromContactId", "createdBy",
)  # fmt: skip


def _picked(row: JsonObject, names: tuple[str, ...]) -> JsonObject:
    return {name: row[name] for name in names if row.get(name) is not None}


def _object(value: Any) -> JsonObject:
    return value if isinstance(value, dict) else {}


def full_name(snapshot: JsonObject) -> str | None:
    """First and last name of a contact or of its snapshot."""
    return " ".join(part for part in (snapshot.get("firstName"), snapshot.get("lastName")) if part) or None


def snake_snapshot(snapshot: JsonObject) -> JsonObject:
    """The contact snapshot of REST answers; webhooks have it in camelCase."""
    first, last = snapshot.get("firstName"), snapshot.get("lastName")
    lowered = {
        "first_name_lower_case": first.lower() if first else None,
        "last_name_lower_case": last.lower() if last else None,
        "full_name_lower_case": (full_name(snapshot) or "").lower() or None,
        "type": "lead",
    }
    return {snake(name): value for name, value in snapshot.items()} | without_none(lowered)


def order_row(world: GhlWorld, order: JsonObject) -> JsonObject:
    """An order in the list: no items, flat source, subtotal and discount but no tax and no shipping."""
    snapshot, source = _object(order.get("contactSnapshot")), _object(order.get("source"))
    summary = _object(order.get("amountSummary"))
    items = [item for item in order.get("items") or [] if isinstance(item, dict)]
    recurring = sum(1 for item in items if _object(item.get("price")).get("type") == "recurring")
    row = _picked(order, _ORDER_ROW)
    row |= without_none(
        {
            "contactName": full_name(snapshot),
            "contactEmail": snapshot.get("email"),
            "subtotal": summary.get("subtotal"),
            "discount": summary.get("discount"),
            "totalProducts": len(items),
            "onetimeProducts": len(items) - recurring,
            "recurringProducts": recurring,
            "couponCode": _object(order.get("coupon")).get("code"),
            "sourceSubType": source.get("subType"),
            "sourceName": source.get("name"),
            "sourceId": source.get("id"),
            "sourceMeta": source.get("meta"),
        }
    )
    row["sourceType"] = source.get("type", "manual")
    return row


def order_detail(world: GhlWorld, order: JsonObject) -> JsonObject:
    """An order by id: items, snake_case snapshot, and a summary without tax and shipping."""
    if order["_id"] in world.literal_orders:
        return order
    detail = _picked(order, _ORDER_DETAIL)
    summary = order["amountSummary"]
    if world.faults["by_id_split"]:
        detail["taxSummary"] = order["taxSummary"]
    else:
        summary = {"subtotal": summary["subtotal"], "discount": summary["discount"]}
    detail["amountSummary"] = summary
    detail["contactSnapshot"] = snake_snapshot(order["contactSnapshot"])
    detail["traceId"] = world.uuid()
    return detail


def order_event(order: JsonObject) -> JsonObject:
    """An order in a webhook: camelCase snapshot, the whole split, items without ids of their own."""
    body = _picked(order, _ORDER_WEBHOOK)
    items = order.get("items")
    if isinstance(items, list):
        body["items"] = [
            {name: item[name] for name in ("name", "qty", "product", "price") if name in item}
            for item in items
            if isinstance(item, dict)
        ]
    return body


def transaction_row(world: GhlWorld, row: JsonObject) -> JsonObject:
    """A transaction in the list: flat source and provider."""
    source, provider = row["entitySource"], row["paymentProvider"]
    shown = _picked(row, _MONEY_ROW)
    shown |= without_none(
        {
            "contactName": full_name(row["contactSnapshot"]),
            "contactEmail": row["contactSnapshot"].get("email"),
            "entitySourceSubType": source.get("subType"),
            "entitySourceName": source.get("name"),
            "entitySourceId": source.get("id"),
            "entitySourceMeta": source.get("meta"),
            "paymentProviderType": provider.get("type"),
            "paymentProviderConnectedAccount": _object(provider.get("connectedAccount")).get("_id"),
        }
    )
    shown["entitySourceType"] = source["type"]
    shown["status"] = status_of(world, row)
    return shown


def transaction_detail(world: GhlWorld, row: JsonObject) -> JsonObject:
    """A transaction by id: nested source and provider, no name, no method."""
    detail = _picked(row, _MONEY_DETAIL)
    if world.faults["transaction_hides_meta"]:
        detail.pop("meta", None)
    detail["status"] = status_of(world, row)
    detail["contactSnapshot"] = snake_snapshot(row["contactSnapshot"])
    detail["traceId"] = world.uuid()
    return detail


def subscription_row(world: GhlWorld, row: JsonObject) -> JsonObject:
    """A subscription in the list."""
    shown = transaction_row(world, row)
    shown.pop("entitySourceSubType", None)
    return shown


def subscription_detail(world: GhlWorld, row: JsonObject) -> JsonObject:
    """A subscription by id: adds the schedule and the plan."""
    return transaction_detail(world, row)


def status_of(world: GhlWorld, row: JsonObject) -> str:
    """The status shown: a full refund stays ``succeeded`` unless the switch says otherwise."""
    refunded = exact(row.get("amountRefunded"))
    if world.faults["refunded_status"] and refunded and refunded >= exact(row["amount"]):
        return "refunded"
    return str(row["status"])


def paid_and_refunded(world: GhlWorld, order_id: str) -> tuple[Decimal, Decimal]:
    """What was paid for an order and what of it went back."""
    paid = refunded = Decimal(0)
    for row in world.transactions.where("entityId", order_id):
        if row["status"] == "succeeded":
            paid += exact(row["amount"])
            refunded += exact(row.get("amountRefunded"))
    return paid, refunded


def payment_status(world: GhlWorld, order: JsonObject) -> str:
    """What the ``paymentStatus`` filter compares with; it is never part of an answer."""
    paid, refunded = paid_and_refunded(world, order["_id"])
    if paid and refunded >= paid:
        return "refunded"
    if not paid:
        return "unpaid"
    return "paid" if paid >= exact(order.get("amount")) else "partially_paid"


def fulfilment(row: JsonObject) -> JsonObject:
    """A fulfilment; which order it belongs to is only in the path."""
    return {name: value for name, value in row.items() if name != "orderId"}
