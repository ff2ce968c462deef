"""Selling: a new order with everything that follows from it.

The outcomes come in a fixed cycle, so that even a few sales show refunds, partial payments, failed and
pending charges and goods handed over in parts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from orderbridge.core.jsonio import JsonObject
from orderbridge.core.money import quantized
from orderbridge.emulators.ghl import events, payments
from orderbridge.emulators.ghl.carts import Cart, any_currency, fill_cart
from orderbridge.emulators.ghl.state import GhlWorld
from orderbridge.emulators.ghl.subscriptions import start_subscription
from orderbridge.emulators.ghl.wire import exact, plain, stamp, without_none

_SOURCES: tuple[JsonObject, ...] = (
    {"type": "website", "subType": "store", "name": "Web shop"},
    {"type": "funnel", "subType": "two_step_order_form", "name": "Spring funnel"},
    {"type": "payment_link", "subType": "qr_code", "name": "Market stall"},
    {"type": "point_of_sale", "subType": "tap_to_pay", "name": "Counter"},
    {"type": "manual", "subType": "contact_view", "name": "Kathrin's desk"},
)
_CARRIERS = ("UPS", "DHL", "FedEx")


@dataclass(slots=True)
class Sale:
    """What one sale made."""

    order: JsonObject
    events: list[JsonObject] = field(default_factory=list)
    transactions: list[JsonObject] = field(default_factory=list)
    fulfilments: list[JsonObject] = field(default_factory=list)
    subscriptions: list[JsonObject] = field(default_factory=list)


def sell(
    world: GhlWorld,
    *,
    at: datetime | None = None,
    live: bool = True,
    currency: str | None = None,
    max_items: int = 4,
    contact: JsonObject | None = None,
    outcome: str | None = None,
) -> Sale:
    """Sell to ``contact``, or to anybody; the caller sends the events.

    Args:
        at: When it happened; now by default.
        live: False makes an order of the test mode.
        currency: One of ``CURRENCIES``; any by default.
        max_items: Lines at most.
        outcome: One of ``OUTCOMES``; None takes the next of the cycle.
    """
    moment = at or world.clock.now()
    follows = OUTCOMES[outcome] if outcome else _CYCLE[world.sold % len(_CYCLE)]
    world.sold += 1
    found: list[JsonObject] = []
    if contact is None:
        contact, found = _customer(world, moment)
    cart = fill_cart(
        world, currency or any_currency(world), max_items=max_items, recurring=follows is _subscribed
    )
    order = place_order(world, cart, contact, at=moment, live=live)
    sale = Sale(order, [*found, events.order(world, "OrderCreate", order)])
    follows(world, sale, moment)
    return sale


def place_order(
    world: GhlWorld,
    cart: Cart,
    contact: JsonObject,
    *,
    at: datetime,
    live: bool = True,
    source: JsonObject | None = None,
) -> JsonObject:
    """Add a pending order."""
    chosen = source or (world.rng.choice(_SOURCES) | {"id": world.short_id()})
    row: JsonObject = {
        "_id": world.object_id(at),
        "altId": world.location_id,
        "altType": "location",
        "contactId": contact["id"],
        "currency": cart.currency,
        "amount": plain(cart.amount),
        "status": "pending",
        "liveMode": live,
        "markAsTest": not live,
        "createdAt": stamp(at),
        "updatedAt": stamp(at),
        "fulfillmentStatus": "unfulfilled",
        "contactSnapshot": snapshot_of(contact),
        "amountSummary": {
            "subtotal": plain(cart.subtotal),
            "discount": plain(cart.discount),
            "tax": plain(cart.tax),
            "shipping": plain(cart.shipping),
        },
        "taxSummary": [cart.tax_row] if cart.tax_row else [],
        "source": chosen,
        "items": cart.items,
        "trackingId": world.uuid(),
        "fingerprint": world.uuid(),
        "automaticTaxesCalculated": False,
        "meta": {},
    }
    if cart.coupon:
        row["coupon"] = {"_id": cart.coupon["_id"], "code": cart.coupon["code"]}
    return world.orders.add(row)


def snapshot_of(contact: JsonObject) -> JsonObject:
    """The customer as an order remembers them."""
    names = (
        "id", "locationId", "firstName", "lastName", "email", "phone", "companyName", "dnd", "source",
        "address1", "city", "state", "postalCode", "tags", "country", "dateAdded",
    )  # fmt: skip
    return {name: contact[name] for name in names if contact.get(name) is not None}


def _customer(world: GhlWorld, at: datetime) -> tuple[JsonObject, list[JsonObject]]:
    known = [row for row in world.contacts if row["locationId"] == world.location_id]
    if known and world.rng.random() > 0.08:
        return world.rng.choice(known), []
    number = len(world.contacts) + 1
    row = new_contact(
        world, at=at, firstName="Newcomer", lastName=f"No. {number}", email=f"new.{number}@customers.test"
    )
    return row, [events.contact(world, "ContactCreate", row)]


def new_contact(
    world: GhlWorld, *, at: datetime, location_id: str | None = None, **fields: object
) -> JsonObject:
    """Add a contact."""
    email = fields.get("email")
    row: JsonObject = {
        "id": world.short_id(),
        "locationId": location_id or world.location_id,
        "tags": [],
        "customFields": [],
        "dnd": False,
        "type": "lead",
        "dateAdded": stamp(at),
        "dateUpdated": stamp(at),
        "emailLowerCase": email.lower() if isinstance(email, str) else None,
        "phone": None,
    }
    return world.contacts.add(row | without_none(dict(fields)))


def pay(world: GhlWorld, sale: Sale, amount: Decimal, at: datetime, *, status: str = "succeeded") -> None:
    """Charge ``amount``; an order paid in full is completed and says so."""
    sale.transactions.append(payments.charge(world, sale.order, amount, status=status, at=at))
    if status == "succeeded" and payments.settle(world, sale.order, at=at):
        sale.events.append(events.order(world, "OrderStatusUpdate", sale.order))


def _placed(world: GhlWorld, sale: Sale, at: datetime) -> None:
    """Nothing more happens."""


def _paid(world: GhlWorld, sale: Sale, at: datetime) -> None:
    pay(world, sale, exact(sale.order["amount"]), at)


def _refunded(world: GhlWorld, sale: Sale, at: datetime) -> None:
    _paid(world, sale, at)
    payments.refund(world, sale.order, exact(sale.order["amount"]), at=_after(world, at, days=3))


def _partly_refunded(world: GhlWorld, sale: Sale, at: datetime) -> None:
    _paid(world, sale, at)
    share = quantized(exact(sale.order["amount"]) * 3 / 10, sale.order["currency"])
    payments.refund(world, sale.order, share, at=_after(world, at, days=2))


def _partly_paid(world: GhlWorld, sale: Sale, at: datetime) -> None:
    pay(world, sale, quantized(exact(sale.order["amount"]) / 3, sale.order["currency"]), at)


def _paid_in_two(world: GhlWorld, sale: Sale, at: datetime) -> None:
    first = quantized(exact(sale.order["amount"]) / 3, sale.order["currency"])
    pay(world, sale, first, at)
    pay(world, sale, exact(sale.order["amount"]) - first, _after(world, at, days=1))


def _failed(world: GhlWorld, sale: Sale, at: datetime) -> None:
    pay(world, sale, exact(sale.order["amount"]), at, status="failed")


def _failed_then_paid(world: GhlWorld, sale: Sale, at: datetime) -> None:
    _failed(world, sale, at)
    _paid(world, sale, _after(world, at, days=0))


def _waiting(world: GhlWorld, sale: Sale, at: datetime) -> None:
    pay(world, sale, exact(sale.order["amount"]), at, status="pending")


def _subscribed(world: GhlWorld, sale: Sale, at: datetime) -> None:
    subscription = start_subscription(world, sale.order, at=at)
    sale.subscriptions.append(subscription)
    sale.transactions.append(
        payments.charge(
            world,
            sale.order,
            exact(sale.order["amount"]),
            at=at,
            subscription_id=subscription["subscriptionId"],
        )
    )
    if payments.settle(world, sale.order, at=at):
        sale.events.append(events.order(world, "OrderStatusUpdate", sale.order))


def _partly_fulfilled(world: GhlWorld, sale: Sale, at: datetime) -> None:
    _paid(world, sale, at)
    left = payments.left_to_fulfil(world, sale.order)
    price_id, quantity = next(iter(left.items()))
    part = max(Decimal(1), quantity // 2) if quantity >= 1 else quantity
    _hand_over(world, sale, {price_id: part}, _after(world, at, days=1))


def _fulfilled_in_parts(world: GhlWorld, sale: Sale, at: datetime) -> None:
    _partly_fulfilled(world, sale, at)
    left = {key: count for key, count in payments.left_to_fulfil(world, sale.order).items() if count}
    if left:
        _hand_over(world, sale, left, _after(world, at, days=4))


def _hand_over(world: GhlWorld, sale: Sale, quantities: dict[str, Decimal], at: datetime) -> None:
    number = f"1Z{world.rng.getrandbits(40):010X}"
    tracking = {
        "trackingNumber": number,
        "shippingCarrier": world.rng.choice(_CARRIERS),
        "trackingUrl": f"https://track.customers.test/{number}",
    }
    sale.fulfilments.append(payments.fulfil(world, sale.order, quantities, [tracking], at=at))


def _after(world: GhlWorld, at: datetime, *, days: int) -> datetime:
    # What follows a sale of the past happened later, but never in the future.
    return min(at + timedelta(days=days, seconds=40), world.clock.now())


Outcome = Callable[[GhlWorld, Sale, datetime], None]

_CYCLE: tuple[Outcome, ...] = (
    _paid, _partly_fulfilled, _paid, _refunded, _partly_paid, _fulfilled_in_parts, _failed_then_paid,
    _subscribed, _waiting, _partly_fulfilled, _paid, _partly_refunded, _paid_in_two, _fulfilled_in_parts,
    _failed, _paid,
)  # fmt: skip

OUTCOMES: dict[str, Outcome] = {
    "placed": _placed,
    "paid": _paid,
    "refunded": _refunded,
    "waiting": _waiting,
    "failed": _failed,
    "subscribed": _subscribed,
}
