"""``/api/trends``: how the last days went, for charts."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from orderbridge.api import problems
from orderbridge.api.guard import Guard
from orderbridge.api.home import DayShown, day_shown
from orderbridge.core.errors import SetupError
from orderbridge.engine.runtime import Runtime
from orderbridge.proof.pairs import joined_connections
from orderbridge.proof.trends import Trend, trend_of

_MOST_DAYS = 90


class DayLatencyShown(BaseModel):
    """Seconds from a change that came on that day to its last proved write."""

    day: date
    median_s: float
    p95_s: float
    changes: int


class TrendShown(BaseModel):
    """The days of two joined accounts, today last; a day on which nothing was is left out."""

    highlevel: str
    act: str
    zone: str
    since: date
    until: date
    days: list[DayShown]
    latency: list[DayLatencyShown]


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the route.

    Args:
        runtime: The opened accounts.
        guard: Checked before anything is shown.
    """
    routes = APIRouter(prefix="/api", dependencies=[Depends(guard)], tags=["pages"])

    @routes.get(
        "/trends",
        summary="Orders, money of both sides and latency by business day",
        responses={401: problems.RESPONSE},
    )
    async def trends(
        days: Annotated[int, Query(ge=1, le=_MOST_DAYS, description="Business days, today included.")] = 30,
    ) -> list[TrendShown]:
        try:
            pairs = await joined_connections(runtime.db)
        except SetupError:
            return []
        return [_shown(await trend_of(runtime, source, target, days=days)) for source, target in pairs]

    return routes


def _shown(found: Trend) -> TrendShown:
    return TrendShown(
        highlevel=found.source.name,
        act=found.target.name,
        zone=found.zone,
        since=found.since,
        until=found.until,
        days=[day_shown(item) for item in found.days],
        latency=[
            DayLatencyShown(day=item.day, median_s=item.median_s, p95_s=item.p95_s, changes=item.changes)
            for item in found.latency
        ],
    )
