"""``/api/home``: what a person wants to know first, in one answer."""

from __future__ import annotations

from datetime import date, datetime

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from orderbridge.accounts import health
from orderbridge.api import problems
from orderbridge.api.guard import Guard
from orderbridge.automation import dead_letters
from orderbridge.core.errors import SetupError
from orderbridge.engine.runtime import Runtime
from orderbridge.proof.pairs import joined_connections
from orderbridge.proof.shown import amount
from orderbridge.proof.standing import Standing, Sums, standing_of
from orderbridge.store import alerts, lanes, sandboxes, switches
from orderbridge.store.standing import DaySums


class Money(BaseModel):
    """An amount as text, with the digits of its currency."""

    amount: str
    currency: str


class BothSides(BaseModel):
    """One currency of the orders of a time, on both sides, and how they differ."""

    currency: str
    orders: int
    highlevel: str
    act: str
    difference: str
    paid_highlevel: str
    paid_act: str
    refunded_highlevel: str
    refunded_act: str
    differing: int


class DayShown(BaseModel):
    """One currency of the orders of a business day."""

    day: date
    currency: str
    orders: int
    highlevel: str
    act: str


class CloseShown(BaseModel):
    """The newest close of a pair."""

    day: date
    state: str
    closed_at: datetime


class LatencyShown(BaseModel):
    """Seconds from a change that came to its last proved write, over the last day."""

    median_s: float
    p95_s: float


class PairShown(BaseModel):
    """Two joined accounts, and how they stand since ``since``."""

    highlevel: str
    act: str
    mode: str
    zone: str
    since: date
    orders: int
    agrees: bool
    sums: list[BothSides]
    days: list[DayShown]
    latency: LatencyShown | None
    close: CloseShown | None


class BudgetShown(BaseModel):
    """The calls that an account allows us still."""

    calls_left: int | None
    window_s: float
    calls_left_today: int | None
    blocked_until: datetime | None


class ConnectionShown(BaseModel):
    """A connected account."""

    name: str
    system: str
    mode: str
    state: str
    reason: str | None
    advice: str | None
    last_success_at: datetime | None
    budget: BudgetShown


class CauseShown(BaseModel):
    """Everything that waits for a person for one cause."""

    cause: str
    happened: str
    todo: str
    records: int
    money: list[Money]
    since: datetime | None


class AlertShown(BaseModel):
    """Something that went wrong and lasts."""

    kind: str
    title: str
    text: str
    since: datetime


class HomeShown(BaseModel):
    """What a person wants to know first."""

    now: datetime
    pairs: list[PairShown]
    connections: list[ConnectionShown]
    causes: list[CauseShown]
    alerts: list[AlertShown]
    in_work: int
    writes_paused: bool


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Checked before anything is shown.
    """
    routes = APIRouter(prefix="/api", dependencies=[Depends(guard)], tags=["pages"])

    @routes.get(
        "/home", summary="Whether both sides agree, and what waits", responses={401: problems.RESPONSE}
    )
    async def home() -> HomeShown:
        return await of(runtime)

    return routes


async def of(runtime: Runtime) -> HomeShown:
    """Tell how everything stands now."""
    now = runtime.clock.now()
    try:
        pairs = await joined_connections(runtime.db)
    except SetupError:
        pairs = []
    groups = await dead_letters.groups(runtime.db)
    async with runtime.db.begin() as tx:
        ended = await sandboxes.ended_connections(tx)
        every = [item for item in await health.every(tx, now=now) if item.connection.id not in ended]
        raised = await alerts.every(tx)
        in_work = await lanes.open_count(tx)
        paused = bool(await switches.read(tx, switches.WRITES_PAUSED))
    return HomeShown(
        now=now,
        pairs=[_pair(await standing_of(runtime, source, target, now=now)) for source, target in pairs],
        connections=[_connection(item) for item in every],
        causes=[
            CauseShown(
                cause=item.cause,
                happened=item.advice.happened,
                todo=item.advice.todo,
                records=item.records,
                money=[
                    Money(amount=amount(value, currency), currency=currency)
                    for currency, value in sorted(item.money.items())
                ],
                since=item.since,
            )
            for item in groups
        ],
        alerts=[
            AlertShown(kind=item.kind, title=item.title, text=item.text, since=item.since) for item in raised
        ],
        in_work=in_work,
        writes_paused=paused,
    )


def _pair(found: Standing) -> PairShown:
    close, sums = found.close, found.sums
    return PairShown(
        highlevel=found.source.name,
        act=found.target.name,
        mode=found.source.mode,
        zone=found.zone,
        since=found.since,
        orders=sum(item.orders for item in sums),
        agrees=found.agrees,
        sums=[_both(item) for item in sums],
        days=[day_shown(item) for item in found.days],
        latency=None
        if found.latency_s is None
        else LatencyShown(median_s=found.latency_s[0], p95_s=found.latency_s[1]),
        close=None
        if close is None
        else CloseShown(day=close.day, state=close.shown_state, closed_at=close.closed_at),
    )


def day_shown(item: DaySums) -> DayShown:
    """Show one currency of a business day, its amounts with the digits of the currency."""
    return DayShown(
        day=item.day,
        currency=item.currency,
        orders=item.orders,
        highlevel=amount(item.ordered, item.currency),
        act=amount(item.ordered_there, item.currency),
    )


def _both(item: Sums) -> BothSides:
    def shown(value: object) -> str:
        return amount(value, item.currency)

    return BothSides(
        currency=item.currency,
        orders=item.orders,
        highlevel=shown(item.ordered),
        act=shown(item.ordered_there),
        difference=shown(item.ordered - item.ordered_there),
        paid_highlevel=shown(item.paid),
        paid_act=shown(item.paid_there),
        refunded_highlevel=shown(item.refunded),
        refunded_act=shown(item.refunded_there),
        differing=item.differing,
    )


def _connection(item: health.ConnectionHealth) -> ConnectionShown:
    connection, left = item.connection, item.left
    return ConnectionShown(
        name=connection.name,
        system=connection.system,
        mode=connection.mode,
        state=connection.state,
        reason=connection.state_reason,
        advice=item.advice,
        last_success_at=connection.last_success_at,
        budget=BudgetShown(
            calls_left=left.calls,
            window_s=left.window_s,
            calls_left_today=left.calls_today,
            blocked_until=left.blocked_until,
        ),
    )
