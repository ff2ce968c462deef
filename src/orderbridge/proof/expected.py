"""What a provider's own lists show of one day: what should have come.

HighLevel's date filters are UTC days, so a day is asked for with one day more on each side and cut to the business's
own day here. Orders, payments, subscriptions, invoices and contacts count by their creation, fulfilments with the order
that they belong to; Act! lists by the time of the last edit.

Source: HighLevel API notes, sections 5.2, 7.2, 8; Act! Web API notes, section 5.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from orderbridge.catalogue.act.readers import KINDS, Kind
from orderbridge.catalogue.act.readers import shown as act_shown
from orderbridge.catalogue.changes import without_clockwork
from orderbridge.catalogue.ghl import lists
from orderbridge.catalogue.ghl.order_bundle import FULFILMENT, ORDER, SUBSCRIPTION, TRANSACTION, canonical
from orderbridge.catalogue.ghl.readers import shown as ghl_shown
from orderbridge.connectors.act.odata import edited_since
from orderbridge.connectors.fields import instant
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.core.errors import OrderBridgeError
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.listening import Listening
from orderbridge.engine.runtime import Runtime
from orderbridge.store.connections import Connection

INVOICE, CONTACT = "invoice", "contact"
_MARGIN = timedelta(days=1)
# What a list says of a record that we must know too; the rest of a record only its own call shows.
_FACTS = {
    ORDER: ("status", "fulfilment_status", "amount", "currency", "contact_id"),
    TRANSACTION: ("status", "amount", "refunded", "currency", "entity_id"),
    SUBSCRIPTION: ("status", "amount", "currency", "entity_id"),
    FULFILMENT: ("order_id",),
    INVOICE: ("status", "total", "amount_paid", "currency"),
    CONTACT: ("email", "phone"),
}
_UNFULFILLED = frozenset({None, "unfulfilled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A record as a list shows it.

    Attributes:
        at: The time by which it belongs to a day; None where the list does not say.
        facts: What we must know of it too.
        state: All that the list shows, in our names.
        lane: Kind and id of the record whose lane handles it; None where nothing has to be done.
        passed: Why nothing has to be done.
        unreadable: Why it cannot be read; None where it can.
    """

    kind: str
    record_id: str
    at: datetime | None
    facts: JsonObject = field(default_factory=dict)
    state: JsonObject = field(default_factory=dict)
    lane: tuple[str, str] | None = None
    passed: str | None = None
    unreadable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Where and for what to ask.

    Attributes:
        begins: Where the day begins.
        ends: Where it ends.
    """

    runtime: Runtime
    connection: Connection
    listening: Listening
    begins: datetime
    ends: datetime

    @property
    def since(self) -> date:
        """The first UTC day to ask for."""
        return (self.begins - _MARGIN).date()

    @property
    def until(self) -> date:
        """The last UTC day to ask for."""
        return (self.ends + _MARGIN).date()

    def holds(self, at: datetime | None) -> bool:
        """Whether something of that time belongs to the day; what has no time might."""
        return at is None or self.begins <= at < self.ends


Rows = Callable[[Asked], AsyncIterator[Listed]]


def sources(system: str, listening: Listening) -> dict[str, Rows]:
    """Return the lists to ask, by kind: those of money always, others where a flow listens."""
    if system == "ghl":
        money: dict[str, Rows] = {
            ORDER: _money(ORDER, lambda client: client.orders),
            TRANSACTION: _money(TRANSACTION, lambda client: client.transactions),
            SUBSCRIPTION: _money(SUBSCRIPTION, lambda client: client.subscriptions),
        }
        more: dict[str, Rows] = {INVOICE: _invoices, CONTACT: _contacts}
        return money | {kind: rows for kind, rows in more.items() if kind in listening.kinds}
    return {kind: _act(spec) for kind, spec in KINDS.items() if kind in listening.kinds}


async def fulfilments(asked: Asked, orders: Sequence[Listed]) -> AsyncIterator[Listed]:
    """Yield what was handed over for these orders, with one call for each that says that something was."""
    client = (await asked.runtime.ghl(asked.connection.id)).unhurried()
    for order in orders:
        if order.unreadable is not None or order.facts.get("fulfilment_status") in _UNFULFILLED:
            continue
        for record in await client.fulfilments(order.record_id):
            state = canonical(record)
            yield Listed(
                kind=FULFILMENT,
                record_id=record.id,
                at=record.created_at,
                facts=_facts(FULFILMENT, state),
                state=state,
                lane=(ORDER, order.record_id),
            )


def _money(kind: str, listing: Callable[[GhlClient], Any]) -> Rows:
    async def rows(asked: Asked) -> AsyncIterator[Listed]:
        client = (await asked.runtime.ghl(asked.connection.id)).unhurried()
        mode = "test" if asked.connection.mode == "test" else "live"
        bad: list[Listed] = []

        def on_bad(error: OrderBridgeError, row: JsonObject) -> None:
            bad.append(_bad(kind, error, row))

        walk = listing(client)(start=asked.since, end=asked.until, mode=mode, on_bad=on_bad)
        async for record in walk:
            if asked.holds(record.created_at):
                yield _money_row(asked, kind, record.id, canonical(record), record.created_at)
        for one in bad:
            if asked.holds(one.at):
                yield one

    return rows


def _bad(kind: str, error: OrderBridgeError, row: JsonObject) -> Listed:
    record_id = str(row.get("_id") or "?")
    owner = lists.order_of(row.get("entityType"), row.get("entityId"))
    return Listed(
        kind=kind,
        record_id=record_id,
        at=instant(row.get("createdAt")),
        lane=lists.money_lane(kind, record_id, owner, (kind,)),
        unreadable=str(error),
    )


def _money_row(asked: Asked, kind: str, record_id: str, state: JsonObject, at: datetime | None) -> Listed:
    order_id = lists.order_of(state.get("entity_type"), state.get("entity_id"))
    lane = lists.money_lane(kind, record_id, order_id, asked.listening.alone)
    passed = f"of the {state.get('entity_type')} {state.get('entity_id')}, which is no order"
    return Listed(
        kind=kind,
        record_id=record_id,
        at=at,
        facts=_facts(kind, state),
        state=state,
        lane=lane,
        passed=None if lane else passed,
    )


def _facts(kind: str, state: JsonObject) -> JsonObject:
    return {name: state[name] for name in _FACTS[kind] if name in state}


def _plain(kind: str, raw: JsonObject, made: str) -> Listed:
    state = ghl_shown(kind, raw)
    record_id = str(state["id"])
    return Listed(
        kind=kind,
        record_id=record_id,
        at=instant(state.get(made)),
        facts=_facts(kind, state),
        state=state,
        lane=(kind, record_id),
    )


async def _invoices(asked: Asked) -> AsyncIterator[Listed]:
    days = {"startAt": asked.since.isoformat(), "endAt": asked.until.isoformat()}
    client = await asked.runtime.ghl(asked.connection.id)
    async for raw in lists.rows(client, lists.INVOICES, days):
        row = _plain(INVOICE, raw, "created_at")
        if asked.holds(row.at):
            yield row


async def _contacts(asked: Asked) -> AsyncIterator[Listed]:
    # The search is described nowhere, and its filters on times even less: it is read whole.
    client = await asked.runtime.ghl(asked.connection.id)
    async for raw in lists.rows(client, lists.CONTACTS, {"locationId": client.location_id}):
        row = _plain(CONTACT, raw, "date_added")
        if asked.holds(row.at):
            yield row


def _act(spec: Kind) -> Rows:
    async def rows(asked: Asked) -> AsyncIterator[Listed]:
        client = (await asked.runtime.act(asked.connection.id)).unhurried()
        after = edited_since(asked.begins, field=spec.edited)
        walk = client.rows(spec.path, filter=after, order_by=f"{spec.edited},id", params=spec.query)
        async for raw in walk:
            at = instant(raw.get(spec.edited))
            if at is not None and at >= asked.ends:
                return
            state = act_shown(spec.kind, raw)
            yield Listed(
                kind=spec.kind,
                record_id=str(raw["id"]),
                at=at,
                facts=without_clockwork(state),
                state=state,
                lane=(spec.kind, str(raw["id"])),
            )

    return rows
