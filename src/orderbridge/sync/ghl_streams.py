"""The lists of a HighLevel location.

Orders, payments and subscriptions are looked at whether or not a flow listens: no webhook tells of payments. There
is no filter on changes, so recent days are read with every look and all of history once a day.

Source: HighLevel API notes, sections 5.2, 7.2, 8 and 9.5.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from orderbridge.catalogue import readers
from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.ghl.order_bundle import canonical
from orderbridge.catalogue.ghl.readers import shown
from orderbridge.catalogue.paging import OFFSET, PAGE, Listing, pages
from orderbridge.connectors.fields import instant
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.core import jsonio
from orderbridge.core.errors import OrderBridgeError, RejectedError
from orderbridge.core.jsonio import JsonObject
from orderbridge.sync.streams import Row, Stream, View

# New rows come first and old rows change by refunds and payments.
_RECENT = timedelta(days=35)
# Lists that can only be read whole are not read every minute.
_WHOLE_S = 600.0

_INVOICES = Listing(call="GET /invoices/", rows="invoices", paging=OFFSET)
_ESTIMATES = Listing(call="GET /invoices/estimate/list", rows="estimates", paging=OFFSET)
_PRODUCTS = Listing(call="GET /products/", rows="products", paging=OFFSET)
_PRICES = Listing(call="GET /products/{productId}/price", rows="prices", paging=OFFSET)
_CONTACTS = Listing(call="POST /contacts/search", rows="contacts", paging=PAGE, limit_name="pageLimit")
_OPPORTUNITIES = Listing(call="GET /opportunities/search", rows="opportunities", paging=PAGE)


def _money(kind: str, listing: Callable[[GhlClient], Any]) -> Callable[[View], AsyncIterator[Row]]:
    async def rows(view: View) -> AsyncIterator[Row]:
        client = await view.runtime.ghl(view.connection.id)
        mode = "test" if view.connection.mode == "test" else "live"
        # HighLevel counts in UTC days; a day more on each side costs little.
        start = None if view.full else (view.today - _RECENT).date()
        bad: list[JsonObject] = []

        def on_bad(_error: OrderBridgeError, row: JsonObject) -> None:
            bad.append(row)

        async for record in listing(client)(start=start, mode=mode, on_bad=on_bad):
            yield _money_row(view, kind, record.id, canonical(record))
            while bad:
                yield _bad_row(view, kind, bad.pop())
        while bad:
            yield _bad_row(view, kind, bad.pop())

    return rows


def _bad_row(view: View, kind: str, row: JsonObject) -> Row:
    # The list cannot be read there; reading the record by id says what is wrong, visibly.
    state = {
        "unreadable": True,
        "entity_type": row.get("entityType"),
        "entity_id": row.get("entityId"),
        "row": repr(row),
    }
    return replace(_money_row(view, kind, str(row.get("_id")), state), readable=False)


def _money_row(view: View, kind: str, record_id: str, state: JsonObject) -> Row:
    if kind == "order":
        return Row(record_id=record_id, state=state, lane=("order", record_id))
    if state.get("entity_type") in (None, "order") and state.get("entity_id"):
        return Row(record_id=record_id, state=state, lane=("order", state["entity_id"]))
    if kind in view.listening.alone and not state.get("unreadable"):
        return Row(record_id=record_id, state=state, lane=(kind, record_id))
    reason = f"a {kind} of the {state.get('entity_type')} {state.get('entity_id')}, which is no order"
    return Row(record_id=record_id, state=state, lane=None, reason=reason)


async def _raw(view: View, listing: Listing, values: JsonObject) -> AsyncIterator[JsonObject]:
    client = (await view.runtime.ghl(view.connection.id)).unhurried()
    # A list needs the account only.
    account = cast(ActionContext, SimpleNamespace(ghl=client))
    async for row in pages(account, "ghl", listing, values):
        yield row


def _row(kind: str, raw: JsonObject, *, carried: bool = False) -> Row:
    state = shown(kind, raw)
    record_id = str(state["id"])
    edited = instant(state.get("updated_at") or state.get("date_updated"))
    return Row(
        record_id=record_id,
        state=state,
        lane=readers.lane_of("ghl", kind, record_id),
        body=jsonio.encode(raw) if carried else None,
        edited=edited,
    )


async def _invoices(view: View) -> AsyncIterator[Row]:
    start = {} if view.full else {"startAt": (view.today - _RECENT).date().isoformat()}
    async for raw in _raw(view, _INVOICES, start):
        yield _row("invoice", raw)


async def _estimates(view: View) -> AsyncIterator[Row]:
    async for raw in _raw(view, _ESTIMATES, {}):
        yield _row("estimate", raw, carried=True)


async def _products(view: View) -> AsyncIterator[Row]:
    async for raw in _raw(view, _PRODUCTS, {}):
        yield _row("product", raw)


async def _prices(view: View) -> AsyncIterator[Row]:
    async for product in _raw(view, _PRODUCTS, {}):
        async for raw in _raw(view, _PRICES, {"productId": product["_id"]}):
            yield _row("price", raw, carried=True)


async def _contacts(view: View) -> AsyncIterator[Row]:
    # The body of this search is described nowhere, so nothing fills the location in.
    place = {"locationId": (await view.runtime.ghl(view.connection.id)).location_id}
    if view.after is not None:
        # Newest edits first, up to what was seen the last time.
        newest = place | {"sort": [{"field": "dateUpdated", "direction": "desc"}]}
        try:
            async for raw in _raw(view, _CONTACTS, newest):
                row = _row("contact", raw)
                if row.edited is not None and row.edited < view.after:
                    return
                yield row
            return
        except RejectedError:
            # The search is not described anywhere; without its order everything is read.
            pass
    async for raw in _raw(view, _CONTACTS, place):
        yield _row("contact", raw)


async def _opportunities(view: View) -> AsyncIterator[Row]:
    client = await view.runtime.ghl(view.connection.id)
    async for raw in _raw(view, _OPPORTUNITIES, {"location_id": client.location_id}):
        yield _row("opportunity", raw)


STREAMS = (
    Stream(name="orders", kind="order", rows=_money("order", lambda one: one.orders), backfills=True),
    Stream(
        name="transactions",
        kind="transaction",
        rows=_money("transaction", lambda one: one.transactions),
        backfills=True,
    ),
    Stream(
        name="subscriptions",
        kind="subscription",
        rows=_money("subscription", lambda one: one.subscriptions),
        backfills=True,
    ),
    Stream(name="invoices", kind="invoice", rows=_invoices, listened="invoice", scans=True),
    Stream(name="estimates", kind="estimate", rows=_estimates, listened="estimate", every_s=_WHOLE_S),
    Stream(name="contacts", kind="contact", rows=_contacts, listened="contact", scans=True),
    Stream(
        name="opportunities",
        kind="opportunity",
        rows=_opportunities,
        listened="opportunity",
        scans=True,
        every_s=_WHOLE_S,
    ),
    Stream(name="products", kind="product", rows=_products, listened="product", scans=True, every_s=_WHOLE_S),
    Stream(name="prices", kind="price", rows=_prices, listened="price", scans=True, every_s=_WHOLE_S),
)
