"""Subscriptions: an order's recurring charge and its renewals."""

from __future__ import annotations

from datetime import datetime, timedelta

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl import payments
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.wire import exact, stamp

_INTERVALS = {"day": "daily", "week": "weekly", "month": "monthly", "year": "yearly"}
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


def start_subscription(
    world: GhlWorld, order: JsonObject, *, at: datetime, status: str = "active"
) -> JsonObject:
    """Add the subscription that an order of a recurring price begins."""
    price = order["items"][0]["price"]
    recurring = price["recurring"]
    provider_id = f"sub_{world.rng.getrandbits(72):018x}"
    return world.subscriptions.add(
        {
            "_id": world.object_id(at),
            "altId": order["altId"],
            "altType": "location",
            "contactId": order["contactId"],
            "contactSnapshot": order["contactSnapshot"],
            "currency": order["currency"],
            "amount": order["amount"],
            "status": status,
            "liveMode": order["liveMode"],
            "markAsTest": not order["liveMode"],
            "entityType": "order",
            "entityId": order["_id"],
            "entitySource": order["source"],
            "subscriptionId": provider_id,
            "subscriptionSnapshot": {
                "id": provider_id,
                "status": status,
                "start_time": stamp(at),
                "quantity": 1,
            },
            "paymentProvider": {"type": "stripe", "connectedAccount": {"_id": "612ca676b484b241fef9d962"}},
            "ipAddress": "192.0.2.10",
            "schedule": {
                "executeAt": stamp(at),
                "rrule": {
                    "intervalType": _INTERVALS[recurring["interval"]],
                    "interval": recurring["intervalCount"],
                    "startDate": stamp(at)[:10],
                    "startTime": stamp(at)[11:19],
                },
            },
            "autoPayment": {"enable": True},
            "recurringProduct": {
                "locationId": order["altId"],
                "name": order["items"][0]["product"]["name"],
                "product": order["items"][0]["product"],
                "price": price,
            },
            "createdAt": stamp(at),
            "updatedAt": stamp(at),
            "meta": {},
        }
    )


def renew(
    world: GhlWorld, subscription: JsonObject, *, at: datetime, status: str = "succeeded"
) -> JsonObject:
    """Charge a subscription again; the row belongs to the original order."""
    order = world.orders.get(subscription["entityId"]) or {}
    row = payments.charge(
        world,
        order,
        exact(subscription["amount"]),
        status=status,
        at=at,
        subscription_id=subscription["subscriptionId"],
    )
    if status == "failed":
        world.subscriptions.update(subscription, status="unpaid", updatedAt=stamp(at))
    return row


def cancel(world: GhlWorld, subscription: JsonObject, *, at: datetime) -> JsonObject:
    """End a subscription."""
    return world.subscriptions.update(
        subscription, status="canceled", canceledAt=stamp(at), canceledBy=world.user_id, updatedAt=stamp(at)
    )


def renewal_times(subscription: JsonObject, started_at: datetime, until: datetime) -> list[datetime]:
    """When the charges after the first one fell due, up to ``until``."""
    recurring = subscription["recurringProduct"]["price"]["recurring"]
    step = timedelta(days=_DAYS[recurring["interval"]] * recurring["intervalCount"])
    times = []
    due = started_at + step
    while due < until:
        times.append(due)
        due += step
    return times
