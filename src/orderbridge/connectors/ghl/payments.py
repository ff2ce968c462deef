"""HighLevel calls about money received: orders, transactions, subscriptions, fulfilments, coupons.

Source: HighLevel API notes, section 5.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from orderbridge.connectors.fields import child, objects
from orderbridge.connectors.ghl.billing import Coupon
from orderbridge.connectors.ghl.calls import PAGE_ROWS, GhlCalls, OnBad, Parse, day, part
from orderbridge.connectors.ghl.models import (
    LIVE,
    FulfilledItem,
    Fulfilment,
    Order,
    Page,
    Subscription,
    Tracking,
    Transaction,
)
from orderbridge.core.errors import BadRecordError, RejectedError
from orderbridge.core.jsonio import JsonObject

T = TypeVar("T")


class PaymentCalls(GhlCalls):
    """Orders and the money that came for them."""

    _orders_refuse_alt_type = False

    async def order(self, order_id: str) -> Order:
        """Return one order with its items."""
        return Order.parse(await self._object(f"/payments/orders/{part(order_id)}", self._alt_query))

    async def orders(
        self,
        *,
        start: date | None = None,
        end: date | None = None,
        mode: str | None = LIVE,
        contact_id: str | None = None,
        page_rows: int = PAGE_ROWS,
        on_bad: OnBad | None = None,
    ) -> AsyncIterator[Order]:
        """Yield orders as the list shows them: without items, newest first, each once.

        The list has been seen to leave out orders that exist; transactions were complete. Walk both.

        Args:
            start: First UTC day of creation.
            end: Last UTC day of creation.
            mode: ``live``, ``test``, or None for both.
            contact_id: Only this customer's.
            page_rows: Rows per call.
            on_bad: Takes rows that cannot be read; without it the first one ends the walk.
        """
        filters = _filters(start, end, mode) | {"contactId": contact_id}
        async for order in self._list("orders", Order.parse, filters, page_rows, on_bad):
            yield order

    async def orders_page(
        self,
        offset: int,
        limit: int = PAGE_ROWS,
        *,
        start: date | None = None,
        end: date | None = None,
        mode: str | None = LIVE,
        contact_id: str | None = None,
    ) -> Page[Order]:
        """Return one page of the list of orders."""
        filters = _filters(start, end, mode) | {"contactId": contact_id}
        return await self._list_page("orders", Order.parse, filters, offset, limit)

    async def transaction(self, transaction_id: str) -> Transaction:
        """Return one transaction; it has been seen wrapped in an array of one."""
        path = f"/payments/transactions/{part(transaction_id)}"
        body = await self._get(path, self._alt_query)
        if isinstance(body, list) and len(body) == 1:
            body = body[0]
        if not isinstance(body, dict):
            raise BadRecordError(
                f"HighLevel GET {path}: the answer is not a transaction", cause="ghl.not_an_object"
            )
        return Transaction.parse(body)

    async def transactions(
        self,
        *,
        start: date | None = None,
        end: date | None = None,
        entity_id: str | None = None,
        mode: str | None = None,
        contact_id: str | None = None,
        page_rows: int = PAGE_ROWS,
        on_bad: OnBad | None = None,
    ) -> AsyncIterator[Transaction]:
        """Yield transactions, newest first, each once; see ``orders`` for the arguments.

        A refund changes ``refunded`` of an old row and there is no filter on changes, so old days are
        read again. ``entity_id`` is the order or invoice that was paid.
        """
        filters = _filters(start, end, mode) | {"entityId": entity_id, "contactId": contact_id}
        async for row in self._list("transactions", Transaction.parse, filters, page_rows, on_bad):
            yield row

    async def transactions_page(
        self,
        offset: int,
        limit: int = PAGE_ROWS,
        *,
        start: date | None = None,
        end: date | None = None,
        entity_id: str | None = None,
        mode: str | None = None,
    ) -> Page[Transaction]:
        """Return one page of the list of transactions."""
        filters = _filters(start, end, mode) | {"entityId": entity_id}
        return await self._list_page("transactions", Transaction.parse, filters, offset, limit)

    async def subscription(self, subscription_id: str) -> Subscription:
        """Return one subscription, by HighLevel's own id and not by the payment provider's."""
        path = f"/payments/subscriptions/{part(subscription_id)}"
        return Subscription.parse(await self._object(path, self._alt_query))

    async def subscriptions(
        self,
        *,
        start: date | None = None,
        end: date | None = None,
        entity_id: str | None = None,
        mode: str | None = None,
        contact_id: str | None = None,
        page_rows: int = PAGE_ROWS,
        on_bad: OnBad | None = None,
    ) -> AsyncIterator[Subscription]:
        """Yield subscriptions, each once; see ``orders`` for the arguments."""
        filters = _filters(start, end, mode) | {"entityId": entity_id, "contactId": contact_id}
        async for row in self._list("subscriptions", Subscription.parse, filters, page_rows, on_bad):
            yield row

    async def fulfilments(self, order_id: str) -> list[Fulfilment]:
        """Return what was handed over for an order."""
        path = _fulfilments(order_id)
        data = await self._object(path, self._alt)
        if not isinstance(data.get("data"), list):
            raise BadRecordError(
                f"HighLevel GET {path}: the answer has no list 'data'", cause="ghl.unknown_envelope"
            )
        return [Fulfilment.parse(row, order_id=order_id) for row in objects(data, "data")]

    async def create_fulfilment(
        self,
        order_id: str,
        *,
        items: Sequence[FulfilledItem],
        trackings: Sequence[Tracking],
        notify_customer: bool = False,
    ) -> Fulfilment:
        """Hand over goods; it cannot be changed or taken back, so read the list first.

        Args:
            order_id: The order.
            items: By price id.
            trackings: Numbers and carriers; may be empty.
            notify_customer: True sends mail to a real customer.
        """
        body = self._alt | {
            "trackings": [_tracking(item) for item in trackings],
            "items": [{"priceId": item.price_id, "qty": item.quantity} for item in items],
            "notifyCustomer": notify_customer,
        }

        def parse(data: JsonObject) -> Fulfilment:
            return Fulfilment.parse(child(data, "data"), order_id=order_id)

        return await self._send("POST", _fulfilments(order_id), parse, body=body)

    async def record_order_payment(
        self,
        order_id: str,
        *,
        mode: str,
        amount: Decimal | None = None,
        notes: str | None = None,
        partial: bool = False,
        card: JsonObject | None = None,
        cheque: JsonObject | None = None,
    ) -> None:
        """Record money received for an order; best effort, and to be proved by reading the order.

        HighLevel answers 404 for some orders that it does have (sdk issue 19).

        Args:
            order_id: The order.
            mode: ``cash``, ``card``, ``cheque``, ``bank_transfer`` or ``other``.
            amount: None records the whole amount.
            notes: Kept with the payment.
            partial: True when ``amount`` is less than what is owed.
            card: ``type`` and ``last4``.
            cheque: ``number``.
        """
        extra = {"amount": amount, "notes": notes, "card": card, "cheque": cheque}
        body = self._alt | {"mode": mode} | {key: item for key, item in extra.items() if item is not None}
        if partial:
            body["isPartialPayment"] = True
        path = f"/payments/orders/{part(order_id)}/record-payment"
        await self._send("POST", path, lambda _: None, body=body)

    async def coupons(self, *, on_bad: OnBad | None = None) -> AsyncIterator[Coupon]:
        """Yield discount codes."""

        async def page(offset: int, limit: int) -> Page[JsonObject]:
            return await self._page(
                "/payments/coupon/list",
                self._alt,
                rows="data",
                total="totalCount",
                offset=offset,
                limit=limit,
            )

        async for coupon in self._walk(page, Coupon.parse, on_bad=on_bad):
            yield coupon

    def _list(
        self, kind: str, parse: Parse[T], filters: JsonObject, page_rows: int, on_bad: OnBad | None
    ) -> AsyncIterator[T]:
        async def page(offset: int, limit: int) -> Page[JsonObject]:
            return await self._raw_page(kind, filters, offset, limit)

        return self._walk(page, parse, page_rows=page_rows, on_bad=on_bad)

    async def _list_page(
        self, kind: str, parse: Parse[T], filters: JsonObject, offset: int, limit: int
    ) -> Page[T]:
        page = await self._raw_page(kind, filters, offset, limit)
        return Page(tuple(parse(row) for row in page.rows), page.total)

    async def rows_page(
        self,
        kind: str,
        offset: int,
        limit: int = PAGE_ROWS,
        *,
        start: date | None = None,
        end: date | None = None,
        mode: str | None = LIVE,
    ) -> Page[JsonObject]:
        """Return one page of a list as HighLevel sends it.

        Args:
            kind: ``orders``, ``transactions`` or ``subscriptions``.
            offset: Where it begins.
            limit: Rows to ask for.
            start: First UTC day of creation.
            end: Last UTC day of creation.
            mode: ``live``, ``test``, or None for both.
        """
        return await self._raw_page(kind, _filters(start, end, mode), offset, limit)

    async def _raw_page(self, kind: str, filters: JsonObject, offset: int, limit: int) -> Page[JsonObject]:
        params = self._alt_query | filters
        if kind == "orders" and self._orders_refuse_alt_type:
            del params["altType"]
        try:
            return await self._page(
                f"/payments/{kind}", params, rows="data", total="totalCount", offset=offset, limit=limit
            )
        except RejectedError as error:
            # altType left the description of this one list in May 2026 and was still taken afterwards.
            if kind != "orders" or error.status != 422 or "altType" not in str(error):
                raise
            if self._orders_refuse_alt_type:
                raise
            self._orders_refuse_alt_type = True
            return await self._raw_page(kind, filters, offset, limit)


def _filters(start: date | None, end: date | None, mode: str | None) -> JsonObject:
    return {"startAt": day(start), "endAt": day(end), "paymentMode": mode}


def _fulfilments(order_id: str) -> str:
    return f"/payments/orders/{part(order_id)}/fulfillments"


def _tracking(tracking: Tracking) -> JsonObject:
    fields = {
        "trackingNumber": tracking.number,
        "shippingCarrier": tracking.carrier,
        "trackingUrl": tracking.url,
    }
    return {key: value for key, value in fields.items() if value is not None}
