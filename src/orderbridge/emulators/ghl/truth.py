"""What is really so in the HighLevel twin, for tests to compare with."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.ghl.shapes import status_of
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.wire import exact, plain

_PAID = ("succeeded", "refunded")


def truth(world: GhlWorld, only: set[str] | None = None) -> JsonObject:
    """The whole state in exact decimals.

    Args:
        world: The twin's state.
        only: Names of the parts that are wanted; None means all.
    """
    parts: dict[str, Callable[[], object]] = {
        "orders": lambda: [_order(row) for row in world.orders],
        "transactions": lambda: [_transaction(world, row) for row in world.transactions],
        "subscriptions": lambda: [_subscription(row) for row in world.subscriptions],
        "fulfilments": lambda: [_fulfilment(row) for row in world.fulfilments],
        "invoices": lambda: [_invoice(row) for row in world.invoices],
        "contacts": lambda: [_contact(row) for row in world.contacts],
        "opportunities": lambda: list(world.opportunities),
        "totals": lambda: totals(world),
        "invoice_totals": lambda: _invoice_totals(world),
        "webhooks": lambda: world.webhooks.counts.as_dict(),
        "messages": lambda: world.messages,
        "requests": lambda: {
            label: {str(status): count for status, count in counts.items()}
            for label, counts in world.requests.items()
        },
    }
    return {name: part() for name, part in parts.items() if only is None or name in only}


def totals(world: GhlWorld) -> dict[str, JsonObject]:
    """Per currency, over live orders: ordered, paid and refunded."""
    sums: dict[str, dict[str, Decimal]] = {}
    live: set[str] = set()
    for order in world.orders:
        if order.get("liveMode") is not True:
            continue
        live.add(order["_id"])
        entry = sums.setdefault(str(order.get("currency")), _nothing())
        entry["orders"] += 1
        entry["ordered"] += exact(order.get("amount"))
    for row in world.transactions:
        if row["entityId"] in live and row["entityType"] == "order" and row["status"] in _PAID:
            entry = sums.setdefault(str(row["currency"]), _nothing())
            entry["paid"] += exact(row["amount"])
            entry["refunded"] += exact(row["amountRefunded"])
    return {
        currency: {name: plain(value) for name, value in entry.items()} for currency, entry in sums.items()
    }


def _nothing() -> dict[str, Decimal]:
    return {"orders": Decimal(0), "ordered": Decimal(0), "paid": Decimal(0), "refunded": Decimal(0)}


def _invoice_totals(world: GhlWorld) -> dict[str, JsonObject]:
    sums: dict[str, dict[str, Decimal]] = {}
    for row in world.invoices:
        if row["liveMode"] and row["status"] != "void":
            entry = sums.setdefault(row["currency"], {"invoiced": Decimal(0), "paid": Decimal(0)})
            entry["invoiced"] += exact(row["total"])
            entry["paid"] += exact(row["amountPaid"])
    return {
        currency: {name: plain(value) for name, value in entry.items()} for currency, entry in sums.items()
    }


def _order(row: JsonObject) -> JsonObject:
    summary = row.get("amountSummary")
    split: dict[str, Any] = summary if isinstance(summary, dict) else {}
    items = row.get("items")
    return {
        "id": row["_id"],
        "live": row.get("liveMode") is True,
        "contact_id": row.get("contactId"),
        "currency": row.get("currency"),
        "amount": row.get("amount"),
        "subtotal": split.get("subtotal"),
        "discount": split.get("discount"),
        "tax": split.get("tax"),
        "shipping": split.get("shipping"),
        "status": row.get("status"),
        "source_type": (row.get("source") or {}).get("type"),
        "source_id": (row.get("source") or {}).get("id"),
        "items": [
            {
                "name": item.get("name"),
                "qty": item.get("qty"),
                "price": (item.get("price") or {}).get("amount"),
                "price_id": (item.get("price") or {}).get("_id"),
            }
            for item in (items if isinstance(items, list) else [])
            if isinstance(item, dict)
        ],
    }


def _transaction(world: GhlWorld, row: JsonObject) -> JsonObject:
    return {
        "id": row["_id"],
        "entity_id": row["entityId"],
        "entity_type": row["entityType"],
        "subscription_id": row.get("subscriptionId"),
        "amount": row["amount"],
        "refunded": row["amountRefunded"],
        "status": status_of(world, row),
        "currency": row["currency"],
        "live": row["liveMode"],
    }


def _subscription(row: JsonObject) -> JsonObject:
    return {
        "id": row["_id"],
        "subscription_id": row["subscriptionId"],
        "entity_id": row["entityId"],
        "contact_id": row["contactId"],
        "amount": row["amount"],
        "currency": row["currency"],
        "status": row["status"],
        "live": row["liveMode"],
        "plan": row["recurringProduct"]["name"],
    }


def _fulfilment(row: JsonObject) -> JsonObject:
    return {
        "id": row["_id"],
        "order_id": row["orderId"],
        "trackings": row["trackings"],
        "items": [{"price_id": item["price"]["_id"], "qty": item["qty"]} for item in row["items"]],
    }


def _invoice(row: JsonObject) -> JsonObject:
    return {
        "id": row["_id"],
        "live": row["liveMode"],
        "contact_id": row["contactDetails"]["id"],
        "name": row["name"],
        "number": row["invoiceNumber"],
        "status": row["status"],
        "currency": row["currency"],
        "total": row["total"],
        "paid": row["amountPaid"],
        "due": row["amountDue"],
    }


def _contact(row: JsonObject) -> JsonObject:
    names = ("id", "locationId", "firstName", "lastName", "email", "phone", "companyName", "tags")
    return {name: row.get(name) for name in names}
