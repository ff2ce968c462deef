"""An order read afresh, with everything that belongs to it.

A webhook or a poll is only a hint that something moved. What moved is found by reading the order, its
payments, fulfilments and subscriptions and comparing them with what was last accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.connectors.ghl.models import Fulfilment, Order, Subscription, Transaction
from orderbridge.core import jsonio
from orderbridge.core.errors import BadRecordError, NotFoundError
from orderbridge.core.jsonio import JsonObject

ORDER, TRANSACTION, FULFILMENT, SUBSCRIPTION = "order", "transaction", "fulfilment", "subscription"
INVOICE_SOURCE = "invoice"
# The one published word for it.
UNFULFILLED = "unfulfilled"
# Under which a backfill hands an order's payments over, as their list shows them.
LISTED = "transactions_listed"
CANCELLED_STATUSES = frozenset({"cancelled", "canceled", "voided", "failed"})
PAID_STATUSES = frozenset({"succeeded", "refunded", "partially_refunded"})


class Part(NamedTuple):
    """An order, or a record that belongs to one.

    Attributes:
        state: In our names, without the time of its last edit where that is no news by itself.
        edited_at: That time.
    """

    kind: str
    record_id: str
    state: JsonObject
    edited_at: datetime | None


def canonical(record: Any) -> JsonObject:
    """Return a record as plain JSON values with exact decimals, for storing, comparing and mapping."""
    value: JsonObject = msgspec.to_builtins(record, builtin_types=(Decimal,))
    return {name: item for name, item in value.items() if name not in _ONLY_WHERE_SO or item}


# Kept only where they say something: what was accepted before they were read has not changed.
_ONLY_WHERE_SO = frozenset({"refund_reason", "disputed"})


async def read_bundle(
    client: GhlClient,
    order_id: str,
    *,
    live: bool,
    bodies: Iterable[bytes],
    last: JsonObject | None,
    listed: Sequence[Transaction] | None = None,
) -> list[Part]:
    """Read an order and what belongs to it.

    Args:
        live: Whether the connection wants live orders or test orders; the others are marked, not hidden.
        bodies: Webhook bodies that wait for this order: only they split tax from shipping.
        last: The order as it was last accepted, whose split stays true while its money has not moved.
        listed: Its payments, where a backfill has just read them in their list; None asks for them.

    Returns:
        The order and its parts in the order in which they have to be carried over.

    Raises:
        NotFoundError: HighLevel shows no such order.
        BadRecordError: The order is not one that can be understood; nothing of it is carried over.
    """
    order = await client.order(order_id)
    transactions = sorted(
        [item async for item in client.transactions(entity_id=order_id)] if listed is None else listed,
        key=lambda item: (item.created_at is None, item.created_at, item.id),
    )
    # No list shows fulfilments; a backfill believes an order that says that it has none.
    none_yet = listed is not None and order.fulfilment_status == UNFULFILLED
    fulfilments = [] if none_yet else await client.fulfilments(order_id)
    subscriptions: list[Subscription] = []
    if any(item.recurring for item in order.items) or any(item.subscription_id for item in transactions):
        rows = [item async for item in client.subscriptions(entity_id=order_id)]
        subscriptions = [await client.subscription(item.id) for item in rows]
    state = canonical(order)
    state |= _split(order, bodies, last)
    state |= payment_state(order, transactions)
    state["sale_state"] = "cancelled" if order.status in CANCELLED_STATUSES else state["payment_status"]
    state["wanted_mode"] = order.live is live
    if order.source_type == INVOICE_SOURCE:
        # An order that HighLevel made of a paid invoice is that invoice, and no second sale.
        state["invoice_id"] = order.source_id
    if order.contact_id and not (order.contact.email or order.contact.phone):
        state["contact"] = canonical(await _contact(client, order))
    # When a webhook changed only the time, nothing happened.
    state.pop("updated_at", None)
    bundle = [Part(ORDER, order.id, state, order.updated_at)]
    bundle += [
        Part(
            TRANSACTION,
            item.id,
            _part(item, order, item.live is live) | _renewal(item, transactions),
            item.updated_at,
        )
        for item in transactions
    ]
    bundle += [
        Part(SUBSCRIPTION, item.id, _part(item, order, item.live is live), item.updated_at)
        for item in subscriptions
    ]
    bundle += [
        Part(FULFILMENT, item.id, _part(item, order, order.live is live), item.updated_at)
        for item in _in_time(fulfilments)
    ]
    return bundle


async def _contact(client: GhlClient, order: Order) -> Any:
    try:
        contact = await client.contact(order.contact_id or "")
    except NotFoundError:
        # Deleted since: the order is there all the same, and its run says what is missing.
        return order.contact
    return msgspec.structs.replace(
        order.contact,
        first_name=order.contact.first_name or contact.first_name,
        last_name=order.contact.last_name or contact.last_name,
        email=contact.email,
        phone=contact.phone,
        company=order.contact.company or contact.company,
    )


def _renewal(item: Transaction, transactions: list[Transaction]) -> JsonObject:
    """Say of a charge that an earlier one of the same subscription precedes it; they come oldest first."""
    first = next((one for one in transactions if one.subscription_id == item.subscription_id), item)
    return {"renewal": True} if item.subscription_id and first is not item else {}


def _in_time(fulfilments: Iterable[Fulfilment]) -> list[Fulfilment]:
    return sorted(fulfilments, key=lambda item: (item.created_at is None, item.created_at, item.id))


def _part(record: Transaction | Subscription | Fulfilment, order: Order, wanted_mode: bool) -> JsonObject:
    state = canonical(record)
    if not isinstance(record, Transaction):
        # A payment's tells when it came to its status; it is no news by itself.
        state.pop("updated_at", None)
    state["wanted_mode"] = wanted_mode and order.live == getattr(record, "live", order.live)
    # Needed to find the customer; the parts do not always name them.
    state["order"] = {
        "id": order.id,
        "contact_id": order.contact_id,
        "currency": order.currency,
        "live": order.live,
    }
    return state


def payment_state(order: Order, transactions: Iterable[Transaction]) -> JsonObject:
    """Derive how far an order is paid; HighLevel has a filter for this but no field."""
    paid = refunded = Decimal(0)
    for item in transactions:
        if item.status in PAID_STATUSES and item.currency == order.currency and item.live == order.live:
            paid += item.amount
            refunded += item.refunded
    if paid and refunded >= paid:
        status = "refunded"
    elif paid >= order.amount and (paid or not order.amount):
        status = "partially_refunded" if refunded else "paid"
    else:
        status = "partially_paid" if paid else "unpaid"
    return {"paid": paid, "refunded": refunded, "payment_status": status}


def _split(order: Order, bodies: Iterable[bytes], last: JsonObject | None) -> JsonObject:
    """Find tax and shipping: in the order itself, in a waiting webhook, or in what was accepted before."""
    if order.tax is not None and order.shipping is not None:
        return {}
    for body in reversed(list(bodies)):
        try:
            told = Order.parse(jsonio.decode(body))
        except (BadRecordError, ValueError):
            continue
        if told.id == order.id and told.amount == order.amount and told.tax is not None:
            return {"tax": told.tax, "shipping": told.shipping}
    return kept_split(order, last)


def kept_split(order: Order, last: JsonObject | None) -> JsonObject:
    """Return tax and shipping as they were accepted before; nothing where the order's money has moved since."""
    same_money = last is not None and all(
        last.get(key) == value
        for key, value in (
            ("amount", order.amount),
            ("discount", order.discount),
            ("subtotal", order.subtotal),
        )
    )
    if same_money and last is not None:
        return {"tax": last.get("tax"), "shipping": last.get("shipping")}
    return {}


EVENT_TYPES = {kind: f"ghl.{kind}.changed" for kind in (ORDER, TRANSACTION, SUBSCRIPTION, FULFILMENT)}
