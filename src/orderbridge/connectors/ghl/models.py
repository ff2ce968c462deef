"""HighLevel records in our own words; the provider's spellings stop in this module.

Source: HighLevel API notes, section 5 (payments), 8 (contacts); field names as seen on the wire.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar

import msgspec

from orderbridge.connectors.fields import (
    child,
    instant,
    number,
    objects,
    optional_number,
    required_text,
    text,
)
from orderbridge.core.jsonio import JsonObject

T = TypeVar("T")

LIVE = "live"
TEST = "test"


class OrderItem(msgspec.Struct, frozen=True, kw_only=True):
    """One position of an order.

    Attributes:
        unit_price: Per piece, in the order's currency. HighLevel sends no line total.
        recurring: True when the price is a subscription's.
    """

    id: str | None
    name: str
    product_id: str | None
    price_id: str | None
    sku: str | None
    unit_price: Decimal
    quantity: Decimal
    recurring: bool = False

    @classmethod
    def parse(cls, data: JsonObject, *, what: str) -> OrderItem:
        """Read one element of ``items``."""
        price, product = child(data, "price"), child(data, "product")
        return cls(
            id=text(data, "_id"),
            name=text(data, "name") or text(product, "name") or "Item",
            product_id=text(product, "_id"),
            price_id=text(price, "_id"),
            sku=text(price, "sku"),
            unit_price=number(price, "amount", what=what),
            quantity=number(data, "qty", what=what, default=Decimal(1)),
            recurring=text(price, "type") == "recurring",
        )


class ContactSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What an order remembers of its contact; snake_case in REST, camelCase in webhooks."""

    id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None

    @classmethod
    def parse(cls, data: JsonObject, *, contact_id: str | None) -> ContactSnapshot:
        """Read ``contactSnapshot`` in either spelling."""
        return cls(
            id=contact_id or text(data, "id", "_id"),
            first_name=text(data, "firstName", "first_name"),
            last_name=text(data, "lastName", "last_name"),
            email=text(data, "email"),
            phone=text(data, "phone"),
            company=text(data, "companyName", "company_name"),
        )


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order, from the by-id answer, from a webhook, or (without items) from the list.

    Attributes:
        amount: What the customer owes: subtotal less discount plus tax plus shipping.
        tax: None where the source does not say (only webhooks split it from shipping).
        shipping: None where the source does not say.
        live: False for test-mode orders, which never reach a live database.
    """

    id: str
    location_id: str | None
    contact_id: str | None
    status: str
    fulfilment_status: str | None
    currency: str
    amount: Decimal
    subtotal: Decimal | None
    discount: Decimal
    tax: Decimal | None
    shipping: Decimal | None
    coupon_code: str | None
    live: bool
    source_type: str | None
    source_sub_type: str | None
    source_name: str | None
    source_id: str | None
    created_at: datetime | None
    updated_at: datetime | None
    items: tuple[OrderItem, ...] = ()
    contact: ContactSnapshot = ContactSnapshot()

    @classmethod
    def parse(cls, data: JsonObject) -> Order:
        """Read an order in any of its three shapes.

        Raises:
            BadRecordError: No id, no currency, or an amount that is not a number.
        """
        order_id = required_text(data, "_id", what="HighLevel order")
        what = f"HighLevel order {order_id}"
        summary, source, coupon = child(data, "amountSummary"), child(data, "source"), child(data, "coupon")
        money = summary or data
        contact_id = text(data, "contactId")
        return cls(
            id=order_id,
            location_id=text(data, "altId", "locationId"),
            contact_id=contact_id,
            status=text(data, "status") or "unknown",
            fulfilment_status=text(data, "fulfillmentStatus"),
            currency=required_text(data, "currency", what=what).upper(),
            amount=number(data, "amount", what=what),
            subtotal=optional_number(money, "subtotal", what=what),
            discount=number(money, "discount", what=what, default=Decimal(0)),
            tax=optional_number(money, "tax", what=what),
            shipping=optional_number(money, "shipping", what=what),
            coupon_code=text(coupon, "code") or text(data, "couponCode"),
            live=data.get("liveMode") is not False and data.get("markAsTest") is not True,
            source_type=text(source, "type") or text(data, "sourceType"),
            source_sub_type=text(source, "subType") or text(data, "sourceSubType"),
            source_name=text(source, "name") or text(data, "sourceName"),
            source_id=text(source, "id") or text(data, "sourceId"),
            created_at=instant(data.get("createdAt")),
            updated_at=instant(data.get("updatedAt")),
            items=tuple(OrderItem.parse(item, what=what) for item in objects(data, "items")),
            contact=ContactSnapshot.parse(child(data, "contactSnapshot"), contact_id=contact_id),
        )


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """A charge, with what was refunded of it.

    Attributes:
        status: ``succeeded``, ``failed``, ``pending`` seen; an open set.
        refunded: How much of ``amount`` went back; never negative.
        entity_id: The order or invoice that was paid: the join key.
        subscription_id: The payment provider's id, not HighLevel's.
        refund_reason: Why money went back, where the provider's own record of the charge says so.
        disputed: Whether the provider says that the customer charged it back.
    """

    id: str
    location_id: str | None
    contact_id: str | None
    currency: str
    amount: Decimal
    refunded: Decimal
    status: str
    live: bool
    entity_type: str | None
    entity_id: str | None
    source_type: str | None
    subscription_id: str | None
    charge_id: str | None
    provider: str | None
    method: str | None
    created_at: datetime | None
    updated_at: datetime | None
    refund_reason: str | None = None
    disputed: bool = False

    @classmethod
    def parse(cls, data: JsonObject) -> Transaction:
        """Read a transaction from the list or by id."""
        transaction_id = required_text(data, "_id", what="HighLevel transaction")
        what = f"HighLevel transaction {transaction_id}"
        return cls(
            id=transaction_id,
            location_id=text(data, "altId"),
            contact_id=text(data, "contactId"),
            currency=required_text(data, "currency", what=what).upper(),
            amount=number(data, "amount", what=what),
            refunded=number(data, "amountRefunded", what=what, default=Decimal(0)),
            status=text(data, "status") or "unknown",
            live=data.get("liveMode") is not False and data.get("markAsTest") is not True,
            entity_type=text(data, "entityType"),
            entity_id=text(data, "entityId"),
            source_type=text(child(data, "entitySource"), "type") or text(data, "entitySourceType"),
            subscription_id=text(data, "subscriptionId"),
            charge_id=text(data, "chargeId"),
            provider=text(child(data, "paymentProvider"), "type") or text(data, "paymentProviderType"),
            method=_method(data),
            created_at=instant(data.get("createdAt")),
            updated_at=instant(data.get("updatedAt")),
            refund_reason=_refund_reason(child(data, "chargeSnapshot")),
            disputed=child(data, "chargeSnapshot").get("disputed") is True,
        )


def _refund_reason(snapshot: JsonObject) -> str | None:
    # HighLevel has no field for it. What it shows of the provider's charge may (inferred: Stripe's own shape, newest
    # refund first).
    rows = objects(child(snapshot, "refunds"), "data")
    return next((found for row in rows if (found := text(row, "reason"))), None)


def _method(data: JsonObject) -> str | None:
    # Text in some answers; an object with a mode, or with a card's brand and last digits, in the list.
    if isinstance(data.get("paymentMethod"), str):
        return text(data, "paymentMethod")
    method = child(data, "paymentMethod")
    brand = text(child(method, "card"), "brand")
    return text(method, "mode") or (f"card ({brand})" if brand else None)


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A repeating charge.

    Attributes:
        interval_type: ``yearly`` … ``daily`` as HighLevel's recurrence rule says, only in the by-id answer.
        interval: How many of ``interval_type`` lie between two charges.
    """

    id: str
    location_id: str | None
    contact_id: str | None
    currency: str
    amount: Decimal
    status: str
    live: bool
    entity_id: str | None
    entity_type: str | None
    subscription_id: str | None
    plan_name: str | None
    plan_id: str | None
    interval_type: str | None
    interval: int | None
    started_at: datetime | None
    canceled_at: datetime | None
    created_at: datetime | None
    updated_at: datetime | None

    @classmethod
    def parse(cls, data: JsonObject) -> Subscription:
        """Read a subscription from the list or by id."""
        record_id = required_text(data, "_id", what="HighLevel subscription")
        what = f"HighLevel subscription {record_id}"
        schedule = child(data, "schedule")
        rule = child(schedule, "rrule")
        recurring = child(data, "recurringProduct")
        price = child(recurring, "price")
        return cls(
            id=record_id,
            location_id=text(data, "altId"),
            contact_id=text(data, "contactId"),
            currency=required_text(data, "currency", what=what).upper(),
            amount=number(data, "amount", what=what),
            status=text(data, "status") or "unknown",
            live=data.get("liveMode") is not False and data.get("markAsTest") is not True,
            entity_id=text(data, "entityId"),
            entity_type=text(data, "entityType"),
            subscription_id=text(data, "subscriptionId"),
            plan_name=text(recurring, "name") or text(price, "name"),
            plan_id=text(price, "_id") or text(child(recurring, "product"), "_id") or text(recurring, "_id"),
            interval_type=text(rule, "intervalType"),
            interval=int(number(rule, "interval", what=what, default=Decimal(1))) if rule else None,
            started_at=instant(schedule.get("executeAt")) or instant(text(rule, "startDate")),
            canceled_at=instant(data.get("canceledAt")),
            created_at=instant(data.get("createdAt")),
            updated_at=instant(data.get("updatedAt")),
        )


class FulfilledItem(msgspec.Struct, frozen=True, kw_only=True):
    """How many pieces of one price were handed over."""

    price_id: str | None
    name: str
    quantity: Decimal


class Tracking(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel's number and who carries it; each part may be missing."""

    number: str | None
    carrier: str | None
    url: str | None


class Fulfilment(msgspec.Struct, frozen=True, kw_only=True):
    """Goods handed over for an order; HighLevel offers no change, no delete and no webhook."""

    id: str
    order_id: str
    trackings: tuple[Tracking, ...]
    items: tuple[FulfilledItem, ...]
    created_at: datetime | None
    updated_at: datetime | None

    @classmethod
    def parse(cls, data: JsonObject, *, order_id: str) -> Fulfilment:
        """Read one fulfilment of ``order_id``."""
        record_id = required_text(data, "_id", what=f"fulfilment of HighLevel order {order_id}")
        what = f"HighLevel fulfilment {record_id}"
        return cls(
            id=record_id,
            order_id=order_id,
            trackings=tuple(
                Tracking(
                    number=text(item, "trackingNumber"),
                    carrier=text(item, "shippingCarrier"),
                    url=text(item, "trackingUrl"),
                )
                for item in objects(data, "trackings")
            ),
            items=tuple(
                FulfilledItem(
                    price_id=text(child(item, "price"), "_id"),
                    name=text(item, "name") or text(child(item, "product"), "name") or "Item",
                    quantity=number(item, "qty", what=what, default=Decimal(1)),
                )
                for item in objects(data, "items")
            ),
            created_at=instant(data.get("createdAt")),
            updated_at=instant(data.get("updatedAt")),
        )


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A customer in HighLevel."""

    id: str
    location_id: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    company: str | None
    address: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    country: str | None
    updated_at: datetime | None = None

    @classmethod
    def parse(cls, data: JsonObject) -> Contact:
        """Read a contact from any endpoint or webhook."""
        return cls(
            id=required_text(data, "id", "_id", what="HighLevel contact"),
            location_id=text(data, "locationId"),
            first_name=text(data, "firstName", "firstNameRaw", "first_name"),
            last_name=text(data, "lastName", "lastNameRaw", "last_name"),
            email=text(data, "email"),
            phone=text(data, "phone"),
            company=text(data, "companyName"),
            address=text(data, "address1"),
            city=text(data, "city"),
            state=text(data, "state"),
            postal_code=text(data, "postalCode"),
            country=text(data, "country"),
            updated_at=instant(data.get("dateUpdated")),
        )


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """A HighLevel sub-account: one business."""

    id: str
    name: str
    company_id: str | None
    time_zone: str | None
    country: str | None

    @classmethod
    def parse(cls, data: JsonObject) -> Location:
        """Read the ``location`` object of ``GET /locations/{id}``."""
        return cls(
            id=required_text(data, "id", "_id", what="HighLevel location"),
            name=text(data, "name") or "",
            company_id=text(data, "companyId"),
            time_zone=text(data, "timezone"),
            country=text(data, "country"),
        )


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list.

    Attributes:
        total: What the server says the whole list holds; None where it does not say.
    """

    rows: tuple[T, ...]
    total: int | None
