"""How each kind of HighLevel record is read when something says that it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from orderbridge.catalogue.changes import Observed
from orderbridge.catalogue.ghl import order_bundle
from orderbridge.catalogue.ghl.order_bundle import (
    FULFILMENT,
    LISTED,
    ORDER,
    SUBSCRIPTION,
    TRANSACTION,
    canonical,
)
from orderbridge.catalogue.ghl.told_readers import TOLD
from orderbridge.catalogue.names import to_ours
from orderbridge.catalogue.reading import WEBHOOK, Look, Reader, absent, content, gone, in_time, seen, text_of
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.connectors.ghl.models import Transaction
from orderbridge.core.errors import BadRecordError, NotFoundError
from orderbridge.core.jsonio import JsonObject

GHL = "ghl"
_ALT, _LOCATION, _NOBODY = "alt", "location", ""
# Shown beside a record and not a part of it: a customer's new number is no change of the deal.
_BESIDE = {
    "opportunity": frozenset({"contact", "relations", "search_after"}),
    "contact": frozenset({"search_after"}),
}


@dataclass(frozen=True, kw_only=True)
class ByApi:
    """A kind of record that HighLevel shows by id.

    Attributes:
        path: Of the call, with ``{id}`` and, where it needs one, ``{parent}``.
        whose: How the call names the location: ``alt`` (altId and altType), ``location`` or nothing.
        inside: The key that holds the record in the answer.
        parent: What the body and the last state call the record that it belongs to.
    """

    kind: str
    path: str
    whose: str = _NOBODY
    inside: str | None = None
    parent: str | None = None

    async def __call__(self, look: Look) -> list[Observed]:
        """Read it, unless the newest webhook says that it was deleted."""
        told = in_time([item for item in look.notices if item.source == WEBHOOK])
        if told and told[-1][0].type.endswith("Delete"):
            return [gone(look, GHL, shown(self.kind, content(told[-1][1])))]
        try:
            state = await self.read(look)
        except NotFoundError as error:
            return absent(look, GHL, error)
        return [seen(look, GHL, {"id": look.record_id} | state)]

    async def read(self, look: Look) -> JsonObject:
        """Return the record in our names.

        Raises:
            NotFoundError: HighLevel shows no such record.
        """
        place = self.path.replace("{id}", quote(look.record_id, safe=""))
        if self.parent is not None:
            place = place.replace("{parent}", quote(self._parent(look), safe=""))
        body = (await look.ghl.request("GET", place, params=_query(look.ghl, self.whose))).body
        value = body.get(self.inside, body) if self.inside and isinstance(body, dict) else body
        if not isinstance(value, dict):
            raise BadRecordError(
                f"HighLevel GET {place}: the answer holds no record", cause="record.unreadable"
            )
        return shown(self.kind, value)

    def _parent(self, look: Look) -> str:
        assert self.parent is not None
        known = look.hint(self.parent) or text_of((look.last or {}).get(*_ours(self.parent)))
        if known is None:
            raise NotFoundError(
                f"HighLevel {self.kind} {look.record_id}: nothing says which {self.parent} it belongs to",
                cause="record.no_parent",
            )
        return known


def shown(kind: str, row: JsonObject) -> JsonObject:
    """Return a record in our names, without what only stands beside it."""
    return {name: value for name, value in to_ours(row).items() if name not in _BESIDE.get(kind, ())}


async def order(look: Look) -> list[Observed]:
    """Read an order with its payments, subscriptions and fulfilments."""
    bundle = await order_bundle.read_bundle(
        look.ghl,
        look.record_id,
        live=look.live,
        bodies=[item.raw for item in look.notices if item.source == WEBHOOK and item.raw],
        last=look.last,
        listed=_payments_listed(look),
    )
    return [
        seen(look, GHL, item.state, part=(item.kind, item.record_id), edited_at=item.edited_at)
        for item in bundle
    ]


def _payments_listed(look: Look) -> list[Transaction] | None:
    """Return the order's payments as a backfill found them in their list, None where they have to be asked for."""
    # An order that is known may have moved since the list was read; its next poll tells of one that is not.
    if not look.listed or look.last is not None:
        return None
    for item in reversed(look.notices):
        rows = item.body().get(LISTED)
        if isinstance(rows, list):
            return [Transaction.parse(row) for row in rows]
    return None


async def transaction(look: Look) -> list[Observed]:
    """Read a payment of something that is no order, such as an invoice."""
    record = await look.ghl.transaction(look.record_id)
    return [seen(look, GHL, _alone(record, look))]


async def subscription(look: Look) -> list[Observed]:
    """Read a subscription of something that is no order."""
    record = await look.ghl.subscription(look.record_id)
    return [seen(look, GHL, _alone(record, look))]


async def estimate(look: Look) -> list[Observed]:
    """Take the newest row that a poll saw: HighLevel shows no estimate by its id."""
    rows = [item.body() for item in look.notices if item.raw]
    return [seen(look, GHL, shown("estimate", rows[-1]))] if rows else []


def _alone(record: Any, look: Look) -> JsonObject:
    state = canonical(record)
    if look.kind != TRANSACTION:
        state.pop("updated_at", None)
    # Nothing is carried over as if it belonged to an order.
    return state | {"wanted_mode": record.live is look.live, "order": None}


def _ours(name: str) -> list[str]:
    return list(to_ours({name: None}))


def _query(client: GhlClient, whose: str) -> JsonObject:
    if whose == _ALT:
        return {"altId": client.location_id, "altType": "location"}
    return {"locationId": client.location_id} if whose == _LOCATION else {}


_BY_API = (
    ByApi(kind="invoice", path="/invoices/{id}", whose=_ALT),
    ByApi(kind="product", path="/products/{id}", whose=_LOCATION),
    ByApi(kind="price", path="/products/{parent}/price/{id}", whose=_LOCATION, parent="product"),
    ByApi(kind="contact", path="/contacts/{id}", inside="contact"),
    ByApi(kind="opportunity", path="/opportunities/{id}", inside="opportunity"),
    ByApi(kind="note", path="/contacts/{parent}/notes/{id}", inside="note", parent="contactId"),
)
READERS: dict[str, Reader] = {
    ORDER: order,
    TRANSACTION: transaction,
    SUBSCRIPTION: subscription,
    "estimate": estimate,
    **{item.kind: item for item in _BY_API},
    **{item.kind: item for item in TOLD},
}
# Read together with their order.
PARTS = {FULFILMENT: ORDER}
