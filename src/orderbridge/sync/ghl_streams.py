"""The lists of a HighLevel location.

Orders, payments and subscriptions are looked at whether or not a flow listens: no webhook tells of payments. There
is no filter on changes, so days are read again, the recent ones often and all of history rarely.

Source: HighLevel API notes, sections 5.2, 7.2, 8 and 9.5.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

from orderbridge.catalogue import readers
from orderbridge.catalogue.ghl import lists
from orderbridge.catalogue.ghl.order_bundle import FULFILMENT, canonical
from orderbridge.catalogue.ghl.readers import shown
from orderbridge.catalogue.paging import Listing
from orderbridge.connectors.fields import instant
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.core import jsonio
from orderbridge.core.errors import OrderBridgeError, RejectedError
from orderbridge.core.jsonio import JsonObject
from orderbridge.sync.rows import BY_EDITED, BY_MADE, BY_NOTHING, Row, Stream, View


def _money(kind: str, listing: Callable[[GhlClient], Any]) -> Callable[[View], AsyncIterator[Row]]:
    async def rows(view: View) -> AsyncIterator[Row]:
        client = (await view.runtime.ghl(view.connection.id)).unhurried()
        mode = "test" if view.connection.mode == "test" else "live"
        start = None if view.after is None else view.after.date()
        bad: list[JsonObject] = []

        def on_bad(_error: OrderBridgeError, row: JsonObject) -> None:
            bad.append(row)

        async for record in listing(client)(start=start, mode=mode, on_bad=on_bad):
            yield replace(_money_row(view, kind, record.id, canonical(record)), made=record.created_at)
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
    order_id = lists.order_of(state.get("entity_type"), state.get("entity_id"))
    lane = lists.money_lane(
        kind, record_id, order_id, () if state.get("unreadable") else view.listening.alone
    )
    reason = f"a {kind} of the {state.get('entity_type')} {state.get('entity_id')}, which is no order"
    return Row(record_id=record_id, state=state, lane=lane, reason=None if lane else reason)


async def _raw(view: View, listing: Listing, values: JsonObject) -> AsyncIterator[JsonObject]:
    async for row in lists.rows(await view.runtime.ghl(view.connection.id), listing, values):
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
        made=instant(state.get("created_at") or state.get("date_added")),
        edited=edited,
    )


async def _invoices(view: View) -> AsyncIterator[Row]:
    start = {} if view.after is None else {"startAt": view.after.date().isoformat()}
    async for raw in _raw(view, lists.INVOICES, start):
        yield _row("invoice", raw)


async def _estimates(view: View) -> AsyncIterator[Row]:
    async for raw in _raw(view, lists.ESTIMATES, {}):
        yield _row("estimate", raw, carried=True)


async def _products(view: View) -> AsyncIterator[Row]:
    async for raw in _raw(view, lists.PRODUCTS, {}):
        yield _row("product", raw)


async def _prices(view: View) -> AsyncIterator[Row]:
    async for product in _raw(view, lists.PRODUCTS, {}):
        async for raw in _raw(view, lists.PRICES, {"productId": product["_id"]}):
            yield _row("price", raw, carried=True)


async def _contacts(view: View) -> AsyncIterator[Row]:
    # The body of this search is described nowhere, so nothing fills the location in.
    place = {"locationId": (await view.runtime.ghl(view.connection.id)).location_id}
    if view.after is not None:
        # The search is not known to take a filter on time, but it sorts: newest edits first, as far back as wanted.
        newest = place | {"sort": [{"field": "dateUpdated", "direction": "desc"}]}
        try:
            async for raw in _raw(view, lists.CONTACTS, newest):
                row = _row("contact", raw)
                if row.edited is not None and row.edited < view.after:
                    return
                yield row
            return
        except RejectedError:
            # The search is not described anywhere; without its order everything is read.
            pass
    async for raw in _raw(view, lists.CONTACTS, place):
        yield _row("contact", raw)


async def _opportunities(view: View) -> AsyncIterator[Row]:
    client = await view.runtime.ghl(view.connection.id)
    async for raw in _raw(view, lists.OPPORTUNITIES, {"location_id": client.location_id}):
        yield _row("opportunity", raw)


_DAYS = "can be asked by day of creation only: days are read again by the age of the record"
_EDITS = "newest edits come first: one is found whatever the age of the record; the whole list shows what was deleted"
_UNDATED = "cannot be asked by date or sorted by edit: all of it is read every time"


def _money_stream(
    name: str, kind: str, listing: Callable[[GhlClient], Any], *, parts: str | None = None
) -> Stream:
    return Stream(
        name=name,
        kind=kind,
        rows=_money(kind, listing),
        asked_by=BY_MADE,
        why=_DAYS,
        backfills=True,
        parts=parts,
        overlap_rows=4,
    )


def _whole(name: str, kind: str, rows: Callable[[View], AsyncIterator[Row]], **more: Any) -> Stream:
    return Stream(name=name, kind=kind, rows=rows, asked_by=BY_NOTHING, why=_UNDATED, listened=kind, **more)


STREAMS = (
    _money_stream("orders", "order", lambda one: one.orders, parts=FULFILMENT),
    _money_stream("transactions", "transaction", lambda one: one.transactions),
    _money_stream("subscriptions", "subscription", lambda one: one.subscriptions),
    Stream(
        name="invoices",
        kind="invoice",
        rows=_invoices,
        asked_by=BY_MADE,
        why=_DAYS,
        listened="invoice",
        scans=True,
    ),
    _whole("estimates", "estimate", _estimates),
    Stream(
        name="contacts",
        kind="contact",
        rows=_contacts,
        asked_by=BY_EDITED,
        why=_EDITS,
        listened="contact",
        scans=True,
        overlap_rows=0,
    ),
    _whole("opportunities", "opportunity", _opportunities, scans=True, overlap_rows=0),
    _whole("products", "product", _products, scans=True),
    # One list for each product; a product has one price at least.
    _whole("prices", "price", _prices, scans=True, calls_per_row=1),
)
