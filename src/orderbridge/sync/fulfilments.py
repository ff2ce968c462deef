"""Fulfilments, which are in no list: read again order by order, a slice with every look.

They are read whenever the row of their order moves. A tracking number that is added later moves no row, so every order
is read again at the pace of its age. That costs a call each: a slice of each class is read with every look, those that
were read longest ago first, so that the whole class is read once in its interval and never in a burst.

Source: HighLevel API notes, section 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from orderbridge.catalogue.ghl.order_bundle import FULFILMENT, ORDER, canonical
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.connectors.ghl.models import Fulfilment
from orderbridge.core.errors import NotFoundError
from orderbridge.core.jsonio import JsonObject, fingerprint
from orderbridge.engine.inbox import accept_all
from orderbridge.engine.runtime import Runtime
from orderbridge.store import events, revisits, sightings
from orderbridge.store.connections import Connection
from orderbridge.store.database import Tx
from orderbridge.store.inbox import NewDelivery
from orderbridge.sync.ages import DATED, MONTH, OLDER, RECENT
from orderbridge.sync.pacing import FULFILMENTS, Pacing
from orderbridge.sync.rows import Stream, begins
from orderbridge.sync.streams import Checkpoint, Pause, StreamResult

_SEEN_AS = "order_fulfilments"
_GROUP = 25
# After a standstill a look reads at most so many times its usual slice, until the class is up to date again.
_CATCHING_UP = 2
# They move with every write, also with one that changed nothing else.
_CLOCKWORK = frozenset({"updated_at"})


async def look_at_slices(
    runtime: Runtime,
    connection: Connection,
    pacing: Pacing,
    *,
    now: datetime,
    skew: timedelta,
    pause: Pause,
) -> StreamResult | None:
    """Read again what is due of each class; None where nothing is, or no flow listens to fulfilments.

    Args:
        runtime: The opened accounts.
        connection: A HighLevel location.
        pacing: Its plan.
        now: The time of this look.
        skew: How far the provider's clock is ahead of ours.
        pause: Awaited between two groups of orders: what is more urgent may be done there.
    """
    owner = pacing.with_parts()
    if owner is None:
        return None
    result = StreamResult(FULFILMENTS)
    for age in DATED:
        count, interval_s = pacing.parts_of_age(age), pacing.plan.interval_s(FULFILMENTS, age)
        if count is None or interval_s is None:
            continue
        checkpoint = pacing.checkpoints[FULFILMENTS]
        credit = _credit(checkpoint, age, count, interval_s, now)
        usual = Decimal(str(count * pacing.paces.recent_s / interval_s))
        most = min(int(credit), _CATCHING_UP * (int(usual) + 1))
        bounds = _bounds(owner, age, now, skew)
        async with runtime.db.read() as tx:
            order_ids = await revisits.due(
                tx, connection.id, FULFILMENT, made_from=bounds[0], made_before=bounds[1], most=most
            )
        for start in range(0, max(len(order_ids), 1), _GROUP):
            group = order_ids[start : start + _GROUP]
            found = await _read(runtime, connection, group)
            credit -= len(group)
            async with runtime.db.begin() as tx:
                result.moved += await _keep(tx, connection, found, now)
                mark = {"at": now.isoformat(), "rows": count, "credit": str(credit)}
                ages = dict(checkpoint.cursor.get("ages", {})) | {age: mark}
                await checkpoint.save(tx, {"ages": ages})
            result.rows += len(group)
            await pause()
    return result if result.rows else None


def _credit(checkpoint: Checkpoint, age: str, count: int, interval_s: float, now: datetime) -> Decimal:
    """How many orders of a class are due: what is left of the last look, and what has become due since."""
    read_at = checkpoint.read_at(age)
    left = Decimal(str(checkpoint.mark(age).get("credit", "0")))
    if read_at is not None:
        elapsed_s = max(0.0, (now - read_at).total_seconds())
        left += Decimal(str(count * elapsed_s / interval_s)).quantize(Decimal("0.0001"), rounding=ROUND_DOWN)
    # All of it once is all that can be due.
    return min(left, Decimal(count))


def _bounds(
    owner: Stream, age: str, now: datetime, skew: timedelta
) -> tuple[datetime | None, datetime | None]:
    recent, month = (begins(owner, one, now, skew=skew) for one in (RECENT, MONTH))
    return {RECENT: (recent, None), MONTH: (month, recent), OLDER: (None, month)}[age]


async def _read(
    runtime: Runtime, connection: Connection, order_ids: Sequence[str]
) -> dict[str, list[Fulfilment] | None]:
    """Return the fulfilments of each order; None where there is no such order any more."""
    found: dict[str, list[Fulfilment] | None] = {}
    if not order_ids:
        return found
    client: GhlClient = (await runtime.ghl(connection.id)).unhurried()
    for order_id in order_ids:
        try:
            found[order_id] = await client.fulfilments(order_id)
        except NotFoundError:
            found[order_id] = None
    return found


async def _keep(
    tx: Tx, connection: Connection, found: Mapping[str, list[Fulfilment] | None], now: datetime
) -> int:
    """Make a delivery of every order whose fulfilments are not those that were accepted last."""
    there = {order_id: parts for order_id, parts in found.items() if parts is not None}
    for order_id in found.keys() - there.keys():
        await revisits.forget(tx, connection.id, FULFILMENT, order_id)
    await revisits.done(tx, connection.id, FULFILMENT, sorted(there), now=now)
    marks = {order_id: fingerprint([_content(part) for part in parts]) for order_id, parts in there.items()}
    moved = await sightings.row_moved(tx, connection.id, _SEEN_AS, list(marks.items()))
    parts = [part for order_id in moved for part in there[order_id]]
    last = await events.last_states(tx, connection.id, [(FULFILMENT, part.id) for part in parts])
    deliveries = [
        _delivery(connection, order_id, times, marks[order_id])
        for order_id, times in moved.items()
        if any(_differs(part, last.get((FULFILMENT, part.id))) for part in there[order_id])
    ]
    await accept_all(tx, deliveries)
    return len(deliveries)


def _content(part: Fulfilment) -> JsonObject:
    return {name: value for name, value in canonical(part).items() if name not in _CLOCKWORK}


def _differs(part: Fulfilment, last: JsonObject | None) -> bool:
    now = _content(part)
    return last is None or fingerprint({name: last.get(name) for name in now}) != fingerprint(now)


def _delivery(connection: Connection, order_id: str, times: int, mark: str) -> NewDelivery:
    return NewDelivery(
        connection_id=connection.id,
        delivery_id=f"poll/{_SEEN_AS}/{order_id}/{times}/{mark[:12]}",
        source="poll",
        type=f"{FULFILMENT}_seen",
        kind=ORDER,
        record_id=order_id,
        lane_kind=ORDER,
        lane_record_id=order_id,
        body=None,
    )
