"""How two joined accounts stand right now, as far as every write that was read back proves it.

It costs no call: what HighLevel's orders say is in the ledger as they were read, and so is what Act! showed after each
write. A full comparison (``reconcile``, ``close``) asks both sides anew; this is what holds between two of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from orderbridge.core.business_day import bounds, day_of
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.time_zones import time_zone
from orderbridge.store import closes, standing
from orderbridge.store.closes import Close
from orderbridge.store.connections import Connection
from orderbridge.store.standing import DaySums, Sums

# So many business days back, today included.
DAYS = 30
_LATENCY_OVER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A pair of accounts.

    Attributes:
        since: The first business day that is counted.
        sums: By currency, the one with the most orders first.
        latency_s: Median and 95th percentile of the last day, from a change that came to its last proved write.
        close: The newest one.
    """

    source: Connection
    target: Connection
    zone: str
    today: date
    since: date
    sums: list[Sums]
    days: list[DaySums]
    latency_s: tuple[float, float] | None
    close: Close | None

    @property
    def agrees(self) -> bool:
        """Whether no order differs."""
        return not any(item.differing for item in self.sums)


async def standing_of(
    runtime: Runtime, source: Connection, target: Connection, *, now: datetime, days: int = DAYS
) -> Standing:
    """Tell how a pair stands."""
    zone = await time_zone(runtime, source)
    today = day_of(now, zone.zone)
    first = today - timedelta(days=days - 1)
    since, _ = bounds(first, zone.zone)
    async with runtime.db.begin() as tx:
        found = [item for item in await closes.newest(tx) if item.source_connection == source.id]
        return Standing(
            source=source,
            target=target,
            zone=zone.name,
            today=today,
            since=first,
            sums=await standing.sums(tx, source.id, target.id, since=since),
            days=await standing.days(tx, source.id, target.id, since=since, zone=zone.name),
            latency_s=await standing.latency_s(tx, source.id, since=now - _LATENCY_OVER),
            close=next((item for item in found if item.target_connection == target.id), None),
        )
