"""HighLevel invoices, products, prices and coupons in our own words.

Source: HighLevel API notes, sections 5.8, 7 and 8.4.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

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
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

# Invoice states, an open set: draft, sent, payment_processing, partially_paid, paid, void.
DRAFT, SENT, PARTIALLY_PAID, PAID, VOID = "draft", "sent", "partially_paid", "paid", "void"


class InvoiceItem(msgspec.Struct, frozen=True, kw_only=True):
    """A position of an invoice; ``amount`` is per piece."""

    name: str
    currency: str | None
    amount: Decimal
    quantity: Decimal
    product_id: str | None
    price_id: str | None

    @classmethod
    def parse(cls, data: JsonObject, *, what: str) -> InvoiceItem:
        """Read one element of ``invoiceItems``."""
        return cls(
            name=text(data, "name") or "Item",
            currency=text(data, "currency"),
            amount=number(data, "amount", what=what),
            quantity=number(data, "qty", what=what, default=Decimal(1)),
            product_id=text(data, "productId"),
            price_id=text(data, "priceId"),
        )


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice.

    Attributes:
        number: A number in answers and text in webhooks; text here.
        total: Recomputed by HighLevel from items, discount and taxes.
    """

    id: str
    location_id: str | None
    status: str
    live: bool
    name: str
    number: str | None
    title: str | None
    currency: str
    contact_id: str | None
    total: Decimal
    amount_paid: Decimal
    amount_due: Decimal | None
    issue_date: str | None
    due_date: str | None
    created_at: datetime | None
    updated_at: datetime | None
    items: tuple[InvoiceItem, ...]

    @classmethod
    def parse(cls, data: JsonObject) -> Invoice:
        """Read an invoice from any endpoint or webhook."""
        record_id = required_text(data, "_id", what="HighLevel invoice")
        what = f"HighLevel invoice {record_id}"
        items = objects(data, "invoiceItems") or objects(data, "items")
        return cls(
            id=record_id,
            location_id=text(data, "altId"),
            status=text(data, "status") or "unknown",
            live=data.get("liveMode") is not False,
            name=text(data, "name") or "",
            number=text(data, "invoiceNumber"),
            title=text(data, "title"),
            currency=required_text(data, "currency", what=what).upper(),
            contact_id=text(child(data, "contactDetails"), "id"),
            total=number(data, "total", what=what),
            amount_paid=number(data, "amountPaid", what=what, default=Decimal(0)),
            amount_due=optional_number(data, "amountDue", what=what),
            issue_date=text(data, "issueDate"),
            due_date=text(data, "dueDate"),
            created_at=instant(data.get("createdAt")),
            updated_at=instant(data.get("updatedAt")),
            items=tuple(InvoiceItem.parse(item, what=what) for item in items),
        )


class InvoiceItemDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A position to invoice; a product of the catalogue is not needed."""

    name: str
    amount: Decimal
    quantity: Decimal = Decimal(1)
    description: str | None = None
    product_id: str | None = None
    price_id: str | None = None

    def to_api(self, currency: str) -> JsonObject:
        """Return HighLevel's spelling."""
        item: JsonObject = {
            "name": self.name,
            "currency": currency,
            "amount": self.amount,
            "qty": self.quantity,
        }
        extra = {"description": self.description, "productId": self.product_id, "priceId": self.price_id}
        return item | {key: value for key, value in extra.items() if value is not None}


class InvoiceDraft(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice to write; creating it sends nothing to anybody.

    Attributes:
        name: Carries our reference, by which the invoice is found again.
        live: False makes a test invoice; there is no default on purpose.
        discount: A fixed amount off the whole invoice.
        business: The seller's details; empty takes the location's own.
    """

    name: str
    currency: str
    items: tuple[InvoiceItemDraft, ...]
    contact_id: str
    contact_name: str
    contact_email: str
    contact_phone: str
    issue_date: date
    live: bool
    contact_company: str | None = None
    due_date: date | None = None
    number: str | None = None
    title: str | None = None
    terms: str | None = None
    discount: Decimal = Decimal(0)
    business: JsonObject = msgspec.field(default_factory=dict)

    def to_api(self) -> JsonObject:
        """Return HighLevel's spelling.

        Raises:
            HeldError: The contact lacks something that HighLevel demands, or there is nothing to invoice.
        """
        wanted = {"name": self.contact_name, "email": self.contact_email, "phone": self.contact_phone}
        missing = [key for key, value in wanted.items() if not value.strip()]
        if missing:
            raise HeldError(
                f"invoice {self.name!r}: contact {self.contact_id} has no {' and no '.join(missing)}, which "
                "HighLevel demands; fill it in and repeat",
                cause="ghl.invoice_contact_incomplete",
            )
        if not self.items:
            raise HeldError(f"invoice {self.name!r} has no items; add one", cause="ghl.invoice_empty")
        contact: JsonObject = {
            "id": self.contact_id,
            "name": self.contact_name,
            "phoneNo": self.contact_phone,
            "email": self.contact_email,
        }
        if self.contact_company:
            contact["companyName"] = self.contact_company
        body: JsonObject = {
            "name": self.name,
            "businessDetails": self.business,
            "currency": self.currency,
            "items": [item.to_api(self.currency) for item in self.items],
            "discount": {"type": "fixed", "value": self.discount},
            "contactDetails": contact,
            "issueDate": self.issue_date.strftime("%Y-%m-%d"),
            "sentTo": {"email": [self.contact_email]},
            "liveMode": self.live,
        }
        extra = {
            "dueDate": None if self.due_date is None else self.due_date.strftime("%Y-%m-%d"),
            "invoiceNumber": self.number,
            "title": self.title,
            "termsNotes": self.terms,
        }
        return body | {key: value for key, value in extra.items() if value is not None}


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A product; its prices are records of their own."""

    id: str
    name: str
    product_type: str | None
    created_at: datetime | None
    updated_at: datetime | None

    @classmethod
    def parse(cls, data: JsonObject) -> Product:
        """Read a product."""
        return cls(
            id=required_text(data, "_id", what="HighLevel product"),
            name=text(data, "name") or "",
            product_type=text(data, "productType"),
            created_at=instant(data.get("createdAt")),
            updated_at=instant(data.get("updatedAt")),
        )


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """What a product costs."""

    id: str
    product_id: str | None
    name: str
    currency: str
    amount: Decimal
    recurring: bool
    sku: str | None

    @classmethod
    def parse(cls, data: JsonObject) -> Price:
        """Read a price."""
        record_id = required_text(data, "_id", what="HighLevel price")
        what = f"HighLevel price {record_id}"
        return cls(
            id=record_id,
            product_id=text(data, "product"),
            name=text(data, "name") or "",
            currency=required_text(data, "currency", what=what).upper(),
            amount=number(data, "amount", what=what),
            recurring=text(data, "type") == "recurring",
            sku=text(data, "sku"),
        )


class Coupon(msgspec.Struct, frozen=True, kw_only=True):
    """A discount code."""

    id: str
    name: str
    code: str
    discount_type: str | None
    discount_value: Decimal | None
    status: str | None

    @classmethod
    def parse(cls, data: JsonObject) -> Coupon:
        """Read a coupon."""
        record_id = required_text(data, "_id", what="HighLevel coupon")
        return cls(
            id=record_id,
            name=text(data, "name") or "",
            code=text(data, "code") or "",
            discount_type=text(data, "discountType"),
            discount_value=optional_number(data, "discountValue", what=f"HighLevel coupon {record_id}"),
            status=text(data, "status"),
        )
