"""HighLevel calls about money asked for: invoices, products and prices.

HighLevel has no call that creates an order; what is created from Act! is an invoice and is called one.

Source: HighLevel API notes, sections 6, 7 and 8.4.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime
from decimal import Decimal

from orderbridge.connectors.fields import child, objects, wire_time
from orderbridge.connectors.ghl.billing import Invoice, InvoiceDraft, Price, Product
from orderbridge.connectors.ghl.calls import PAGE_ROWS, GhlCalls, OnBad, day, part
from orderbridge.connectors.ghl.models import Page
from orderbridge.core.errors import RejectedError, TransientError
from orderbridge.core.jsonio import JsonObject

SEND_MANUALLY = "send_manually"
_PRODUCT_PAGE_ROWS = 100


class InvoiceCalls(GhlCalls):
    """Invoices, and the products and prices that can stand on them."""

    async def invoice(self, invoice_id: str) -> Invoice:
        """Return one invoice."""
        return Invoice.parse(await self._object(f"/invoices/{part(invoice_id)}", self._alt))

    async def invoices(
        self,
        *,
        contact_id: str | None = None,
        search: str | None = None,
        status: str | None = None,
        start: date | None = None,
        end: date | None = None,
        mode: str | None = None,
        page_rows: int = PAGE_ROWS,
        on_bad: OnBad | None = None,
    ) -> AsyncIterator[Invoice]:
        """Yield invoices, each once.

        Args:
            contact_id: Only this customer's.
            search: In id, name, e-mail and phone.
            status: ``draft``, ``sent``, ``paid`` and so on.
            start: First day.
            end: Last day.
            mode: ``live`` or ``test``; None for both.
            page_rows: Rows per call.
            on_bad: Takes rows that cannot be read; without it the first one ends the walk.
        """
        params = self._alt | {
            "contactId": contact_id,
            "search": search,
            "status": status,
            "startAt": day(start),
            "endAt": day(end),
            "paymentMode": mode,
        }

        async def page(offset: int, limit: int) -> Page[JsonObject]:
            return await self._page(
                "/invoices/", params, rows="invoices", total="total", offset=offset, limit=limit
            )

        async for invoice in self._walk(page, Invoice.parse, page_rows=page_rows, on_bad=on_bad):
            yield invoice

    async def create_invoice(self, draft: InvoiceDraft) -> Invoice:
        """Create a draft; nobody is messaged. Nothing stops a second one, so look first."""
        return await self._send("POST", "/invoices/", Invoice.parse, body=self._alt | draft.to_api())

    async def send_invoice(
        self, invoice_id: str, *, user_id: str, live: bool, action: str = SEND_MANUALLY
    ) -> Invoice:
        """Make a draft a sent invoice.

        Args:
            invoice_id: The invoice.
            user_id: A user of this location, in whose name it is sent.
            live: The invoice's own mode.
            action: ``send_manually`` messages nobody; ``email``, ``sms`` and ``sms_and_email`` reach a
                real customer.
        """
        body = self._alt | {"userId": user_id, "action": action, "liveMode": live}
        return await self._send("POST", f"/invoices/{part(invoice_id)}/send", _inner, body=body)

    async def record_invoice_payment(
        self,
        invoice_id: str,
        *,
        mode: str,
        amount: Decimal | None = None,
        notes: str = "",
        card: JsonObject | None = None,
        cheque: JsonObject | None = None,
        received_at: datetime | None = None,
    ) -> Invoice:
        """Record money that was received outside HighLevel.

        Args:
            invoice_id: The invoice.
            mode: ``cash``, ``card``, ``cheque``, ``bank_transfer`` or ``other``.
            amount: None records all that is due.
            notes: Carries our reference, by which the payment is found again.
            card: ``brand`` and ``last4``; on orders the first is called ``type``.
            cheque: ``number``.
            received_at: When the money came.

        Raises:
            TransientError: A payment through a provider is under way.
        """
        body = self._alt | {"mode": mode, "notes": notes, "card": card or {}, "cheque": cheque or {}}
        if amount is not None:
            body["amount"] = amount
        if received_at is not None:
            body["fulfilledAt"] = wire_time(received_at)
        path = f"/invoices/{part(invoice_id)}/record-payment"
        try:
            return await self._send("POST", path, _inner, body=body)
        except RejectedError as error:
            if error.status != 409:
                raise
            raise TransientError(
                f"HighLevel invoice {invoice_id}: a customer's payment is being processed, so none can be "
                "recorded now; it is tried again by itself",
                cause="ghl.payment_under_way",
            ) from error

    async def void_invoice(self, invoice_id: str) -> Invoice:
        """Void a sent invoice; a draft is deleted instead."""
        path = f"/invoices/{part(invoice_id)}/void"
        return await self._send("POST", path, Invoice.parse, body=self._alt)

    async def delete_draft_invoice(self, invoice_id: str) -> None:
        """Delete a draft; a sent invoice is voided instead."""
        path = f"/invoices/{part(invoice_id)}"
        await self._send("DELETE", path, lambda _: None, params=self._alt)

    async def text2pay(
        self, draft: InvoiceDraft, *, user_id: str, action: str = "draft"
    ) -> tuple[Invoice, str | None]:
        """Create an invoice and return it with the address where it can be paid.

        Args:
            draft: The invoice.
            user_id: A user of this location.
            action: ``draft`` messages nobody; ``send`` reaches a real customer.
        """
        body = self._alt | draft.to_api() | {"action": action, "userId": user_id}

        def parse(data: JsonObject) -> tuple[Invoice, str | None]:
            url = data.get("invoiceUrl")
            return _inner(data), url if isinstance(url, str) else None

        return await self._send("POST", "/invoices/text2pay", parse, body=body)

    async def products(
        self, *, search: str | None = None, on_bad: OnBad | None = None
    ) -> AsyncIterator[Product]:
        """Yield the products of this location."""
        params = {"locationId": self.location_id, "search": search}

        async def page(offset: int, limit: int) -> Page[JsonObject]:
            return await self._page(
                "/products/", params, rows="products", total="total", offset=offset, limit=limit
            )

        async for product in self._walk(page, Product.parse, page_rows=_PRODUCT_PAGE_ROWS, on_bad=on_bad):
            yield product

    async def prices(self, product_id: str) -> list[Price]:
        """Return the prices of a product."""
        params = {"locationId": self.location_id}
        data = await self._object(f"/products/{part(product_id)}/price", params)
        return [Price.parse(row) for row in objects(data, "prices")]

    async def create_product(self, *, name: str, product_type: str = "PHYSICAL") -> Product:
        """Create a product; ``product_type`` is PHYSICAL, DIGITAL or SERVICE."""
        body = {"locationId": self.location_id, "name": name, "productType": product_type}
        return await self._send("POST", "/products/", Product.parse, body=body)

    async def create_price(
        self,
        product_id: str,
        *,
        name: str,
        amount: Decimal,
        currency: str,
        sku: str | None = None,
        type: str = "one_time",
        recurring: JsonObject | None = None,
    ) -> Price:
        """Create a price; the Act! product number belongs into ``sku``."""
        body: JsonObject = {
            "locationId": self.location_id,
            "name": name,
            "type": type,
            "currency": currency,
            "amount": amount,
        }
        if sku is not None:
            body["sku"] = sku
        if recurring is not None:
            body["recurring"] = recurring
        return await self._send("POST", f"/products/{part(product_id)}/price", Price.parse, body=body)


def _inner(data: JsonObject) -> Invoice:
    return Invoice.parse(child(data, "invoice") or data)
