"""How the days of two joined accounts went: orders, money of both sides, and how long changes took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from orderbridge.core.business_day import bounds, day_of
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.time_zones import time_zone
from orderbridge.store import standing
from orderbridge.store.connections import Connection
from orderbridge.store.standing import DayLatency, DaySums


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The days of a pair.

    Attributes:
        since: The first business day that is counted; ``until`` the last, today.
        days: By business day and currency, the oldest day first; a day without orders is left out.
        latency: By business day, the oldest first; a day on which nothing came is left out.
    """

    source: Connection
    target: Connection
    zone: str
    since: date
    until: date
    days: list[DaySums]
    latency: list[DayLatency]


async def trend_of(runtime: Runtime, source: Connection, target: Connection, *, days: int) -> Trend:
    """Tell how the last days went, out of what is stored: it costs no call.

    Args:
        runtime: The opened accounts.
        source: The HighLevel connection.
        target: The Act! connection.
        days: How many business days, today included.
    """
    zone = await time_zone(runtime, source)
    until = day_of(runtime.clock.now(), zone.zone)
    first = until - timedelta(days=days - 1)
    since, _ = bounds(first, zone.zone)
    async with runtime.db.read() as tx:
        return Trend(
            source=source,
            target=target,
            zone=zone.name,
            since=first,
            until=until,
            days=await standing.days(tx, source.id, target.id, since=since, zone=zone.name),
            latency=await standing.latency_by_day(tx, source.id, since=since, zone=zone.name),
        )
