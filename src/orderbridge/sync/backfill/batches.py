"""What a backfill does with a page: hand records to the workers, in the transaction that keeps how far it came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orderbridge.catalogue.ghl.lists import money_lane, order_of
from orderbridge.catalogue.ghl.order_bundle import LISTED, ORDER, SUBSCRIPTION, TRANSACTION, canonical
from orderbridge.catalogue.ghl.readers import shown
from orderbridge.catalogue.reading import moment
from orderbridge.connectors.fields import instant
from orderbridge.connectors.ghl.calls import identity
from orderbridge.connectors.ghl.models import Order, Subscription, Transaction
from orderbridge.core import jsonio
from orderbridge.core.errors import BadRecordError
from orderbridge.core.ids import derived_id
from orderbridge.core.jsonio import JsonObject, fingerprint
from orderbridge.engine.inbox import accept_all
from orderbridge.engine.interpreter import Interpreter
from orderbridge.engine.listening import listening
from orderbridge.engine.queue import announce
from orderbridge.engine.quiet import PRIORITY, SOURCE
from orderbridge.store import backfill_records, events, flows, lanes, repairs, sightings
from orderbridge.store.backfill_records import Staged
from orderbridge.store.backfills import Backfill
from orderbridge.store.database import Tx
from orderbridge.store.inbox import NewDelivery
from orderbridge.sync.backfill.selection import (
    OF_ORDERS,
    ORDERS,
    RECORD,
    SUBSCRIPTIONS,
    TRANSACTIONS,
    Selection,
)

CREATED = ("created_at", "date_added", "createdAt", "dateAdded")
_PARSERS = {ORDERS: Order.parse, TRANSACTIONS: Transaction.parse, SUBSCRIPTIONS: Subscription.parse}


@dataclass(slots=True)
class Batch:
    """What becomes of one page; nothing of it is kept before the caller's transaction is.

    Attributes:
        counts: What the page adds to the backfill's counts.
    """

    backfill: Backfill
    chosen: Selection
    started_at: datetime
    counts: Counter[str] = field(default_factory=Counter)

    async def payments(self, tx: Tx, rows: Sequence[JsonObject]) -> None:
        """Keep payments until their order comes."""
        staged = []
        for row in rows:
            made_at = instant(row.get("createdAt"))
            if made_at is not None and made_at > self.started_at:
                # It came about meanwhile, and is no history.
                continue
            staged.append(
                Staged(
                    record_id=identity(row),
                    order_id=order_of(row.get("entityType"), row.get("entityId")),
                    row=jsonio.encode(row),
                    made_at=made_at,
                )
            )
        self.counts["payments"] += len(staged)
        await backfill_records.stage(tx, self.backfill.id, staged)

    async def orders(self, tx: Tx, rows: Sequence[JsonObject]) -> None:
        """Hand orders over, each with its payments."""
        chosen = self._chosen(rows)
        by_id = {identity(row): row for row in chosen}
        known = await backfill_records.accepted(tx, self.backfill.connection_id, ORDER, list(by_id))
        paid = await backfill_records.take_staged(tx, self.backfill.id, list(by_id))
        self.counts["known"] += len(known)
        fresh = [item for item in by_id if item not in known]
        await self._saw(tx, ORDERS, [by_id[item] for item in fresh])
        payments = {item: [jsonio.decode(row) for row in paid[item]] for item in fresh}
        await self._saw(tx, TRANSACTIONS, [row for item in fresh for row in payments[item]])
        await self._deliver(
            tx,
            [
                self._delivery(ORDER, item, (ORDER, item), body=jsonio.encode({LISTED: payments[item]}))
                for item in fresh
            ],
        )

    async def left(self, tx: Tx, rows: Sequence[Staged]) -> None:
        """Hand over payments whose order was in no list, and those of what is no order."""
        wanted = listening(await flows.enabled_for(tx, self.backfill.connection_id))
        if TRANSACTIONS not in self.chosen.kinds:
            return
        rows = [item for item in rows if self.chosen.takes(item.made_at)]
        known = await backfill_records.accepted(
            tx, self.backfill.connection_id, TRANSACTION, [item.record_id for item in rows]
        )
        self.counts["known"] += len(known)
        found: dict[tuple[str, str], NewDelivery] = {}
        fresh = [item for item in rows if item.record_id not in known]
        for item in fresh:
            lane = money_lane(TRANSACTION, item.record_id, item.order_id, wanted.alone)
            if lane is None:
                self.counts["no_order"] += 1
                continue
            found.setdefault(lane, self._delivery(TRANSACTION, item.record_id, lane))
        await self._saw(tx, TRANSACTIONS, [jsonio.decode(item.row) for item in fresh])
        await self._deliver(tx, list(found.values()))

    async def subscriptions(self, tx: Tx, rows: Sequence[JsonObject]) -> None:
        """Hand over subscriptions, in the lanes of their orders."""
        wanted = listening(await flows.enabled_for(tx, self.backfill.connection_id))
        by_id = {identity(row): row for row in self._chosen(rows)}
        known = await backfill_records.accepted(tx, self.backfill.connection_id, SUBSCRIPTION, list(by_id))
        self.counts["known"] += len(known)
        found: dict[tuple[str, str], NewDelivery] = {}
        fresh = {item: row for item, row in by_id.items() if item not in known}
        for record_id, row in fresh.items():
            order_id = order_of(row.get("entityType"), row.get("entityId"))
            lane = money_lane(SUBSCRIPTION, record_id, order_id, wanted.alone)
            if lane is None:
                self.counts["no_order"] += 1
                continue
            found.setdefault(lane, self._delivery(SUBSCRIPTION, record_id, lane))
        await self._saw(tx, SUBSCRIPTIONS, list(fresh.values()))
        await self._deliver(tx, list(found.values()))

    async def records(self, tx: Tx, kind: str, rows: Sequence[JsonObject]) -> None:
        """Hand over records that are found by their own id."""
        record = RECORD[kind]
        states = {
            str(state["id"]): state
            for state in (shown(record, row) for row in rows)
            if self._is_chosen(moment(state, CREATED))
        }
        self.counts["listed"] += len(states)
        self.counts["outside"] += len(rows) - len(states)
        known = await backfill_records.accepted(tx, self.backfill.connection_id, record, list(states))
        self.counts["known"] += len(known)
        fresh = [item for item in states if item not in known]
        await sightings.row_moved(
            tx, self.backfill.connection_id, record, [(item, fingerprint(states[item])) for item in fresh]
        )
        await self._by_id(tx, record, fresh)

    async def ids(self, tx: Tx, kind: str, record_ids: Sequence[str]) -> None:
        """Hand over records that somebody named; one that is not there is told by its delivery."""
        record = RECORD[kind]
        self.counts["listed"] += len(record_ids)
        known = await backfill_records.accepted(tx, self.backfill.connection_id, record, record_ids)
        self.counts["known"] += len(known)
        await self._by_id(tx, record, [item for item in record_ids if item not in known])

    async def unheard(self, tx: Tx, rows: Sequence[JsonObject]) -> None:
        """Take up what came in before a flow was there that listens to it."""
        enabled = await flows.enabled_for(tx, self.backfill.connection_id)
        taken: list[tuple[str, str]] = []
        for row in rows:
            if not self._was_chosen(row):
                continue
            event = await events.one(tx, row["id"])
            if event is None:
                continue
            added = False
            for flow in enabled:
                if Interpreter.listens(flow, event):
                    added |= await repairs.add(
                        tx,
                        run_id=derived_id(flow.id, str(flow.version), event.id),
                        event_id=event.id,
                        flow_id=flow.id,
                        flow_version=flow.version,
                        lane=event.lane,
                        origin_id=None,
                        replayed_from=None,
                        asked={"by": self.backfill.asked_by},
                    )
            if added:
                taken.append((event.id, event.lane))
        self.counts["taken_up"] += len(taken)
        ids = [event_id for event_id, _ in taken]
        await backfill_records.mark_events(tx, self.backfill.id, ids)
        keys = await repairs.reopen_events(tx, ids)
        await announce(tx, await lanes.wake(tx, keys, priority=PRIORITY))

    async def moved(self, tx: Tx, kind: str, rows: Sequence[JsonObject]) -> None:
        """Hand over what moved since it was listed: a change like any other, as a poll would find it."""
        states = {identity(row): _state(kind, row) for row in rows}
        readable = {item: state for item, state in states.items() if state is not None}
        record = RECORD[kind]
        found = await sightings.seen_before_moved(
            tx,
            self.backfill.connection_id,
            record,
            [(item, fingerprint(state)) for item, state in readable.items()],
        )
        self.counts["moved_meanwhile"] += len(found)
        deliveries = []
        for record_id, times in found.items():
            state = readable[record_id]
            order_id = order_of(state.get("entity_type"), state.get("entity_id"))
            # One that is no order's was seen before, so somebody wanted it.
            lane = money_lane(record, record_id, order_id, (record,))
            deliveries.append(
                NewDelivery(
                    connection_id=self.backfill.connection_id,
                    # As a poll would call it: whichever of the two is first, it is one delivery.
                    delivery_id=f"poll/{record}/{record_id}/{times}/{fingerprint(state)[:12]}",
                    source="poll",
                    type=f"{record}_seen",
                    kind=record,
                    record_id=record_id,
                    lane_kind=lane[0] if lane else None,
                    lane_record_id=lane[1] if lane else None,
                    body=None,
                )
            )
        await accept_all(tx, deliveries)

    # What all of them need

    async def _by_id(self, tx: Tx, record: str, record_ids: Sequence[str]) -> None:
        # Lanes before records, as their holders do.
        await self._deliver(tx, [self._delivery(record, item, (record, item)) for item in record_ids])
        await backfill_records.forget_known(tx, self.backfill.connection_id, record, record_ids)

    async def _deliver(self, tx: Tx, deliveries: Sequence[NewDelivery]) -> None:
        new = await accept_all(tx, deliveries)
        self.counts["delivered"] += len(new)

    def _delivery(
        self, kind: str, record_id: str, lane: tuple[str, str], *, body: bytes | None = None
    ) -> NewDelivery:
        return NewDelivery(
            connection_id=self.backfill.connection_id,
            delivery_id=f"backfill/{self.backfill.id}/{lane[0]}/{lane[1]}",
            source=SOURCE,
            type=f"{kind}_seen",
            kind=kind,
            record_id=record_id,
            lane_kind=lane[0],
            lane_record_id=lane[1],
            body=body,
            priority=PRIORITY,
            backfill_id=self.backfill.id,
        )

    async def _saw(self, tx: Tx, kind: str, rows: Iterable[JsonObject]) -> None:
        """Let polls know these rows as they are now: only what moves later is news to them."""
        states = [(identity(row), _state(kind, row)) for row in rows]
        await sightings.row_moved(
            tx,
            self.backfill.connection_id,
            RECORD[kind],
            [(record_id, fingerprint(state)) for record_id, state in states if state is not None],
        )

    def _chosen(self, rows: Sequence[JsonObject]) -> list[JsonObject]:
        chosen = [row for row in rows if self._is_chosen(instant(row.get("createdAt")))]
        self.counts["listed"] += len(chosen)
        self.counts["outside"] += len(rows) - len(chosen)
        return chosen

    def _is_chosen(self, made_at: datetime | None) -> bool:
        # What came about since the start is live, and not quiet.
        return self.chosen.takes(made_at) and (made_at is None or made_at <= self.started_at)

    def _was_chosen(self, row: JsonObject) -> bool:
        state, kind = row["state"], row["kind"]
        if kind not in {RECORD[item] for item in self.chosen.kinds}:
            return False
        if self.chosen.ids:
            return row["record_id"] in self.chosen.ids
        return self._is_chosen(moment(state, CREATED))


def _state(kind: str, row: JsonObject) -> JsonObject | None:
    """Return a row as a poll compares it, None where it cannot be read."""
    try:
        return canonical(_PARSERS[kind](row))
    except BadRecordError:
        return None


def phases(chosen: Selection) -> tuple[str, ...]:
    """Return what is done for a selection, in order."""
    found = ["unheard"]
    if chosen.ids:
        return (*found, "ids")
    if chosen.whole_orders or TRANSACTIONS in chosen.kinds:
        # First, so that an order finds its payments.
        found.append(TRANSACTIONS)
    if chosen.whole_orders:
        found.append(ORDERS)
    if TRANSACTIONS in found:
        found.append("left")
    if SUBSCRIPTIONS in chosen.kinds:
        found.append(SUBSCRIPTIONS)
    found += [kind for kind in chosen.kinds if kind not in OF_ORDERS]
    if chosen.whole_orders:
        found.append(f"again/{ORDERS}")
    if TRANSACTIONS in found:
        found.append(f"again/{TRANSACTIONS}")
    return tuple(found)
