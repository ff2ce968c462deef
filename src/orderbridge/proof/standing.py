"""How two joined accounts stand right now, as far as every write that was read back proves it.

It costs no call: what HighLevel's orders say is in the ledger as they were read, and so is what Act! showed after each
write. A full comparison (``reconcile``, ``close``) asks both sides anew; this is what holds between two of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from orderbridge.core.business_day import bounds, day_of
from orderbridge.engine.runtime import Runtime
from orderbridge.engine.time_zones import time_zone
from orderbridge.store import closes, standing
from orderbridge.store.closes import Close
from orderbridge.store.connections import Connection
from orderbridge.store.standing import DaySums

# So many business days back, today included.
DAYS = 30
_LATENCY_OVER = timedelta(days=1)


@dataclass(slots=True)
class Sums:
    """One currency of the orders of several days, as ``DaySums`` has it of one."""

    currency: str
    orders: int = 0
    ordered: Decimal = Decimal(0)
    ordered_there: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    paid_there: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)
    refunded_there: Decimal = Decimal(0)
    differing: int = 0

    def add(self, day: DaySums) -> None:
        """Count a day."""
        self.orders += day.orders
        self.ordered += day.ordered
        self.ordered_there += day.ordered_there
        self.paid += day.paid
        self.paid_there += day.paid_there
        self.refunded += day.refunded
        self.refunded_there += day.refunded_there
        self.differing += day.differing


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A pair of accounts.

    Attributes:
        since: The first business day that is counted.
        days: By business day and currency, the oldest day first.
        latency_s: Median and 95th percentile of the last day, from a change that came to its last proved write.
        close: The newest one.
    """

    source: Connection
    target: Connection
    zone: str
    since: date
    days: list[DaySums]
    latency_s: tuple[float, float] | None
    close: Close | None

    @property
    def sums(self) -> list[Sums]:
        """All days together, by currency, the one with the most orders first."""
        found: dict[str, Sums] = {}
        for item in self.days:
            found.setdefault(item.currency, Sums(item.currency)).add(item)
        return sorted(found.values(), key=lambda item: (-item.orders, item.currency))

    @property
    def agrees(self) -> bool:
        """Whether no order differs."""
        return not any(item.differing for item in self.days)


async def standing_of(
    runtime: Runtime, source: Connection, target: Connection, *, now: datetime, days: int = DAYS
) -> Standing:
    """Tell how a pair stands."""
    zone = await time_zone(runtime, source)
    first = day_of(now, zone.zone) - timedelta(days=days - 1)
    since, _ = bounds(first, zone.zone)
    async with runtime.db.begin() as tx:
        return Standing(
            source=source,
            target=target,
            zone=zone.name,
            since=first,
            days=await standing.days(tx, source.id, target.id, since=since, zone=zone.name),
            latency_s=await standing.latency_s(tx, source.id, since=now - _LATENCY_OVER),
            close=next(iter(await closes.newest(tx, pair=(source.id, target.id), limit=1)), None),
        )
