"""Polling: find what no webhook says. A row that moved since the last look becomes a delivery like any other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from orderbridge.catalogue.ghl.order_bundle import canonical
from orderbridge.core.errors import OrderBridgeError, ReconnectError
from orderbridge.core.jsonio import JsonObject, fingerprint
from orderbridge.core.log import get
from orderbridge.engine.health import ConnectionPausedError
from orderbridge.engine.inbox import accept_all
from orderbridge.engine.runtime import Runtime
from orderbridge.store import checkpoints, claims, connections, events
from orderbridge.store.connections import Connection
from orderbridge.store.inbox import NewDelivery

log = get(__name__)

STREAMS = ("orders", "transactions", "subscriptions")
_KIND_OF_STREAM = {"orders": "order", "transactions": "transaction", "subscriptions": "subscription"}
_GROUP_ROWS = 100
# New rows come first and old rows change by refunds; recent days are looked at with every poll, all of
# history once a day.
_RECENT = timedelta(days=35)
_POLL_LEASE_S = 600.0


@dataclass(slots=True)
class StreamResult:
    """What one look at one stream found."""

    stream: str
    rows: int = 0
    moved: int = 0
    unreadable: int = 0


@dataclass(slots=True)
class PollResult:
    """What one poll of one connection found."""

    connection: str
    streams: list[StreamResult] = field(default_factory=list)
    error: str | None = None

    @property
    def moved(self) -> int:
        """Rows that became deliveries."""
        return sum(item.moved for item in self.streams)


async def poll_connection(
    runtime: Runtime, connection: Connection, *, everything: bool = False
) -> PollResult:
    """Look at every stream of a HighLevel connection once.

    Args:
        runtime: The opened accounts.
        connection: A HighLevel connection.
        everything: Look at the whole history, not only at recent days.
    """
    result = PollResult(connection.name)
    async with claims.claim(runtime.db, [f"poll/{connection.id}"], lease_s=_POLL_LEASE_S, rng=runtime.rng):
        try:
            for stream in STREAMS:
                result.streams.append(await _poll_stream(runtime, connection, stream, everything=everything))
            await runtime.works(connection.id)
        except OrderBridgeError as error:
            log.warning("a poll was cut short", connection=connection.name, reason=str(error))
            result.error = str(error)
            if isinstance(error, ReconnectError):
                await runtime.broke(connection.id, error)
            else:
                await runtime.failed(connection.id, error)
    return result


async def poll_all(runtime: Runtime, *, everything: bool = False) -> list[PollResult]:
    """Look at every HighLevel connection; of a paused one the result only says so."""
    async with runtime.db.begin() as tx:
        every = await connections.every(tx)
    return [
        PollResult(item.name, error=str(ConnectionPausedError(item)))
        if item.state == connections.PAUSED
        else await poll_connection(runtime, item, everything=everything)
        for item in every
        if item.system == "ghl"
    ]


async def _poll_stream(
    runtime: Runtime, connection: Connection, stream: str, *, everything: bool
) -> StreamResult:
    result = StreamResult(stream)
    now = runtime.clock.now()
    async with runtime.db.begin() as tx:
        cursor, version = await checkpoints.load(tx, connection.id, stream)
    today = now.date()
    full = everything or cursor.get("full_on") != today.isoformat()
    # HighLevel counts in UTC days; a day more on each side costs little.
    start = None if full else today - _RECENT
    bad: list[JsonObject] = []
    group: list[Any] = []

    async def save(*, last: bool) -> None:
        nonlocal version
        position: JsonObject = {"seen_at": now.isoformat(), "full_on": cursor.get("full_on")}
        if last and full:
            position["full_on"] = today.isoformat()
        deliveries_from = [(item.id, canonical(item)) for item in group]
        async with runtime.db.begin() as tx:
            result.moved += await _accept_rows(tx, connection, stream, deliveries_from, bad)
            version = await checkpoints.save(tx, connection.id, stream, position, replaces=version)
        result.rows += len(group)
        result.unreadable += len(bad)
        group.clear()
        bad.clear()

    async for row in _rows(runtime, connection, stream, start, bad):
        group.append(row)
        if len(group) >= _GROUP_ROWS:
            await save(last=False)
    await save(last=True)
    return result


async def _rows(
    runtime: Runtime, connection: Connection, stream: str, start: date | None, bad: list[JsonObject]
) -> AsyncIterator[Any]:
    client = await runtime.ghl(connection.id)
    mode = "test" if connection.mode == "test" else "live"

    def on_bad(_error: OrderBridgeError, row: JsonObject) -> None:
        bad.append(row)

    listing = {
        "orders": client.orders,
        "transactions": client.transactions,
        "subscriptions": client.subscriptions,
    }
    async for row in listing[stream](start=start, mode=mode, on_bad=on_bad):  # type: ignore[operator]
        yield row


async def _accept_rows(
    tx: Any, connection: Connection, stream: str, rows: list[tuple[str, JsonObject]], bad: list[JsonObject]
) -> int:
    kind = _KIND_OF_STREAM[stream]
    by_id: dict[str, JsonObject] = dict(rows)
    for row in bad:
        # The list cannot be read there; reading the record by id says what is wrong, visibly.
        record_id = row.get("_id")
        if isinstance(record_id, str):
            by_id[record_id] = {
                "unreadable": True,
                "entity_type": row.get("entityType"),
                "entity_id": row.get("entityId"),
                "row": repr(row),
            }
    moved = await events.row_moved(
        tx, connection.id, kind, [(key, fingerprint(value)) for key, value in by_id.items()]
    )
    deliveries = [
        _delivery(connection, kind, record_id, by_id[record_id], sightings)
        for record_id, sightings in moved.items()
    ]
    await accept_all(tx, deliveries)
    return len(deliveries)


def _delivery(
    connection: Connection, kind: str, record_id: str, row: JsonObject, sightings: int
) -> NewDelivery:
    order_id: str | None = record_id
    reason: str | None = None
    if kind != "order":
        is_order = row.get("entity_type") in (None, "order") and row.get("entity_id")
        order_id = row["entity_id"] if is_order else None
        if order_id is None:
            reason = f"a {kind} of the {row.get('entity_type')} {row.get('entity_id')}, which is no order"
    return NewDelivery(
        connection_id=connection.id,
        delivery_id=f"poll/{kind}/{record_id}/{sightings}/{fingerprint(row)[:12]}",
        source="poll",
        type=f"{kind}_seen",
        kind=kind,
        record_id=record_id,
        lane_kind="order" if order_id else None,
        lane_record_id=order_id,
        body=None,
        priority=0,
        reason=reason,
    )
